"""What people do not want to be reminded of: all of today, everything but one list a day, or one kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import require_aware

ALL = "all"
"""Everything until a moment: 「今天免打扰」."""
SINGLE = "single"
"""Single reminders, so that one list a day has them: 「只要日报」."""
PROMISES = "action"
"""What reps promised themselves; every other kind is `node:` and the node's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One wish of one member to be left alone; without `until` it holds until it is taken back."""

    id: int
    member_id: int
    kind: str
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.since, "since")

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All that is in force for one member."""

    mutes: tuple[Mute, ...] = ()

    @classmethod
    def at(cls, now: datetime, mutes: Iterable[Mute]) -> Wishes:
        """Those of `mutes` that hold."""
        return cls(mutes=tuple(mute for mute in mutes if mute.holds(now)))

    @property
    def quiet_until(self) -> datetime | None:
        """Until when nothing is wanted at all; None where something is."""
        ends = [mute.until for mute in self.mutes if mute.kind == ALL and mute.until]
        return max(ends, default=None)

    @property
    def wants_list_only(self) -> bool:
        """Whether one list a day is all that is wanted."""
        return any(mute.kind == SINGLE for mute in self.mutes)

    def without(self, kind: str) -> bool:
        """Whether that kind is not wanted."""
        return any(mute.kind == kind for mute in self.mutes)


def end_of_day(now: datetime) -> datetime:
    """The midnight that ends the day of `now`."""
    tomorrow = now.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0, 0), tzinfo=SHANGHAI)
