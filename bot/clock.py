"""Clocks: the real one, and the demo's, which can be moved forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.calendar import SHANGHAI


class Clock(Protocol):
    """Tells the present moment, aware, in Shanghai."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(SHANGHAI)


class MovableClock:
    """The machine's clock plus an offset that only grows, and that `keep` stores for the next start."""

    def __init__(self, offset: timedelta, *, keep: Callable[[timedelta], None]) -> None:
        self._offset = offset
        self._keep = keep

    def now(self) -> datetime:
        """The demo's present moment."""
        return datetime.now(SHANGHAI) + self._offset

    def move(self, by: timedelta) -> None:
        """Go forward; a negative step is refused, for what was due would be due again."""
        if by < timedelta(0):
            raise ValueError("the clock goes forward only")
        self._offset += by
        self._keep(self._offset)
