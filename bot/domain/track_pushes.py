"""What became of offered talk-tracks: shown, opened, useful or not; the library learns from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import require_aware

QUIET_FOR = timedelta(days=7)
"""The same signal of the same customer brings talk-tracks by itself once in this time."""
UNUSED_AFTER = timedelta(days=60)
"""An entry that nobody has opened for so long is proposed to be retired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPush:
    """One talk-track offered to one member. `occasion` is what it was offered with, such as `visit:1001`.

    `source` is what called for it, such as `signal:price`; `helpful` is the member's one answer.
    """

    id: int
    track_id: int
    member_id: int
    occasion: str
    source: str
    pushed_at: datetime
    customer_id: int | None = None
    visit_id: int | None = None
    opened_at: datetime | None = None
    helpful: bool | None = None

    def __post_init__(self) -> None:
        require_aware(self.pushed_at, "pushed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackUse:
    """How often an entry was offered and opened, and what people said of it."""

    track_id: int
    title: str
    pushed: int
    opened: int
    helpful: int
    unhelpful: int

    @property
    def helpful_percent(self) -> int | None:
        """Of those who answered; None where nobody has."""
        answered = self.helpful + self.unhelpful
        return round(100 * self.helpful / answered) if answered else None
