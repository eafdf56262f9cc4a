"""What a platform's own directory tells about a person: enough to begin, before anybody has typed a list."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.messages import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the company who can be written to; `leader` is who hears of what stays undone."""

    address: Address
    name: str
    team: str = ""
    leader: Colleague | None = None
