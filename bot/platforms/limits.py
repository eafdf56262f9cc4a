"""Keeps a platform's sending limits on our side: sliding windows with room kept for what matters more."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import RateLimited
from bot.domain.messages import Priority

SHARE: dict[Priority, float] = {Priority.REPLY: 1.0, Priority.NUDGE: 0.8, Priority.DIGEST: 0.6}
"""How much of a window each priority may fill; the rest stays free for those before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most `count` messages in any stretch of `length`."""

    count: int
    length: timedelta

    def room(self, priority: Priority) -> int:
        """How many messages of this priority and those after it fit; at least one."""
        return max(1, int(self.count * SHARE[priority]))


class LimitReached(RateLimited):
    """The recipient can get no more just now; from `free_at` on there is room again."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__("our own sending limit", code="limit")
        self.free_at = free_at


class Limits:
    """Counts what was sent to each recipient; a message that does not fit is refused, never delayed here.

    Waiting is the outbox's part: there the next reply can still overtake a waiting digest.
    """

    def __init__(self, windows: Sequence[Window], *, now: Callable[[], datetime]) -> None:
        self._windows = tuple(windows)
        self._now = now
        self._sent: dict[str, deque[datetime]] = {}
        self._longest = max(window.length for window in windows)
        self._swept_at = now()

    def __len__(self) -> int:
        """How many recipients are remembered."""
        return len(self._sent)

    def take(self, recipient: str, *, priority: Priority, count: int = 1) -> None:
        """Count `count` messages as sent, all or none. Raises LimitReached.

        More messages than a window ever holds are let through when it is empty.
        """
        now = self._now()
        self._sweep(now)
        sent = self._sent.setdefault(recipient, deque())
        waits = [_next_room(window, sent, now, priority=priority, count=count) for window in self._windows]
        free_at = max(waits)
        if free_at > now:
            raise LimitReached(free_at)
        sent.extend([now] * count)

    def note(self, recipient: str, *, at: datetime) -> None:
        """Count one message that left before, as another process has told."""
        insort(self._sent.setdefault(recipient, deque()), at)

    def _sweep(self, now: datetime) -> None:
        """Forget what no window sees any more; once a window's length is often enough."""
        if now - self._swept_at < self._longest:
            return
        self._swept_at = now
        for recipient, sent in list(self._sent.items()):
            while sent and sent[0] <= now - self._longest:
                sent.popleft()
            if not sent:
                del self._sent[recipient]


def _next_room(
    window: Window, sent: Sequence[datetime], now: datetime, *, priority: Priority, count: int
) -> datetime:
    """The moment from which the window has room: now, or when its oldest messages have left it."""
    inside = [moment for moment in sent if moment > now - window.length]
    too_many = len(inside) + count - window.room(priority)
    if too_many <= 0 or not inside:
        return now
    return inside[min(too_many, len(inside)) - 1] + window.length
