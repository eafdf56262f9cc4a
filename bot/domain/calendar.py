"""Working days and working time: weekends, holidays, make-up workdays (调休) and quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The one zone of the product: China has one clock."""

ONE_DAY = timedelta(days=1)


class Festival(StrEnum):
    """The official holidays of mainland China."""

    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    TOMB_SWEEPING = "tomb_sweeping"
    LABOUR_DAY = "labour_day"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One official holiday: `first` to `last` day off, `day` the festival itself.

    `official` is False for a year whose schedule the State Council has not published: then only `day` is sure
    and the days off are the festival's statutory days alone.
    """

    festival: Festival
    day: date
    first: date
    last: date
    official: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Which days are worked.

    Years outside `known_years` fall back to Monday to Friday, and `knows` says so.
    """

    holidays: tuple[Holiday, ...] = ()
    makeup_workdays: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()

    def knows(self, day: date) -> bool:
        """Whether the official schedule of that year is in the calendar."""
        return day.year in self.known_years

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day."""
        if day in self.makeup_workdays:
            return True
        if any(holiday.first <= day <= holiday.last for holiday in self.holidays):
            return False
        return day.weekday() < 5

    def next_workday(self, day: date) -> date:
        """The first workday after `day`."""
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def this_or_next_workday(self, day: date) -> date:
        """`day` if it is worked, else the first workday after it."""
        return day if self.is_workday(day) else self.next_workday(day)

    def add_workdays(self, moment: datetime, days: int) -> datetime:
        """The same clock time `days` workdays later."""
        day = moment.date()
        for _ in range(days):
            day = self.next_workday(day)
        return datetime.combine(day, moment.timetz())

    def next_holiday(self, festival: Festival, since: date) -> Holiday | None:
        """The first holiday of that festival that ends on or after `since`."""
        ahead = [h for h in self.holidays if h.festival is festival and h.last >= since]
        return min(ahead, key=lambda holiday: holiday.first, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """No message of ours leaves from `begin` in the evening to `end` in the morning, nor on days off."""

    begin: time = time(20, 0)
    end: time = time(8, 30)

    def holds(self, moment: datetime, calendar: WorkCalendar) -> bool:
        """Whether a message has to wait at that moment."""
        local = moment.astimezone(SHANGHAI)
        return not self.end <= local.time() < self.begin or not calendar.is_workday(local.date())

    def release(self, moment: datetime, calendar: WorkCalendar) -> datetime:
        """The first moment from `moment` on at which a message may leave."""
        local = moment.astimezone(SHANGHAI)
        if not self.holds(local, calendar):
            return local
        day = local.date()
        if local.time() >= self.end or not calendar.is_workday(day):
            day = calendar.next_workday(day)
        return datetime.combine(day, self.end, tzinfo=SHANGHAI)
