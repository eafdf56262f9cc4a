"""The four clocks of a process check: from what moment its time runs, when it is due, when it alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, SHANGHAI, QuietHours, WorkCalendar

EVE = time(16, 0)
"""On the workday before a declared act: late enough to matter, early enough to act."""


class Clock(StrEnum):
    """What starts a node's time."""

    AFTER_EVENT = "after_event"
    """From what was said in a note."""
    STAGE_ENTRY = "stage_entry"
    """From the moment at which the deal came into the stage."""
    GATE = "gate"
    """Backwards from a declared next act, such as sending a proposal."""
    INSTANT = "instant"
    """At once, with the note itself, before anybody has confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A length of time: wall-clock `hours`, whole `workdays`, or `work_hours` of waking hours."""

    hours: float = 0
    workdays: int = 0
    work_hours: float = 0

    def after(
        self, moment: datetime, calendar: WorkCalendar, quiet_hours: QuietHours | None = None
    ) -> datetime:
        """The moment this long after `moment`."""
        later = calendar.add_workdays(moment, self.workdays) + timedelta(hours=self.hours)
        if not self.work_hours:
            return later
        return add_working(later, timedelta(hours=self.work_hours), quiet_hours or QuietHours(), calendar)


def add_working(
    moment: datetime, length: timedelta, quiet_hours: QuietHours, calendar: WorkCalendar
) -> datetime:
    """The moment at which `length` of working time has passed: nights and days off do not count."""
    moment = quiet_hours.release(moment, calendar)
    while True:
        evening = datetime.combine(moment.date(), quiet_hours.begin, tzinfo=SHANGHAI)
        if length <= evening - moment:
            return moment + length
        length -= evening - moment
        moment = quiet_hours.release(evening, calendar)


def run_clock(
    clock: Clock,
    *,
    due: Lapse,
    alert: Lapse,
    at: datetime,
    act_at: datetime | None,
    calendar: WorkCalendar,
    quiet_hours: QuietHours,
) -> tuple[datetime, datetime]:
    """When a check that began `at` is due for the rep, and when the supervisor's turn begins.

    A due time at night or on a day off moves to the next working morning, when something can be done about
    it. A gate before an act of a known date is due on the workday before it, at the latest at the act
    itself, and alerts when the act's time has come.
    """
    if clock is Clock.GATE and act_at is not None and act_at > at:
        due_at = min(max(eve_of(act_at, calendar), quiet_hours.release(at, calendar)), act_at)
        return due_at, act_at
    due_at = quiet_hours.release(due.after(at, calendar, quiet_hours), calendar)
    return due_at, max(due_at, alert.after(at, calendar, quiet_hours))


def eve_of(act_at: datetime, calendar: WorkCalendar) -> datetime:
    """The afternoon of the last workday before the day of `act_at`."""
    day = act_at.astimezone(SHANGHAI).date() - ONE_DAY
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return datetime.combine(day, EVE, tzinfo=SHANGHAI)
