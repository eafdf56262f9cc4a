"""A clock that stands still until a test moves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendar import SHANGHAI


@dataclass(slots=True)
class HandClock:
    """The Thursday of the stories, 15:00."""

    moment: datetime = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def move(self, **length: float) -> None:
        """Go forward."""
        self.moment += timedelta(**length)
