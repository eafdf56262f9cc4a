"""What the bot is waiting for: a short dialog with one person, and the cards open on their screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Button, Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """The next text of `member_id` answers `state` about `subject`, until `expires_at`."""

    member_id: int
    state: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCard:
    """A card with buttons on a person's screen; a digit acts on the newest one."""

    member_id: int
    key: str
    card: Card
    opened_at: datetime

    def press(self, digit: int) -> Button | None:
        """The button of that digit, counted from 1; None if there is none."""
        choices = self.card.choices()
        return choices[digit - 1] if 1 <= digit <= len(choices) else None
