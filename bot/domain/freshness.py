"""Data freshness (数据鲜度): working hours since the last valid update, and how long a customer is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import ONE_DAY, SHANGHAI, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHours:
    """The hours of a workday. Freshness is sampled at the end: in the morning every team would look idle."""

    begin: time = time(9, 0)
    end: time = time(18, 0)


OFFICE_HOURS = WorkHours()


class Staleness(StrEnum):
    """The one ladder of silence, each step with a threshold that somebody named."""

    FRESH = "fresh"
    QUIET = "quiet"
    """No update for more than 48 hours."""
    COOLING = "cooling"
    """More than 72 hours."""
    STALE = "stale"
    """More than 5 days."""
    STALLED = "stalled"
    """More than 7 days."""
    SILENT = "silent"
    """More than 10 days: no substantive exchange."""
    FORGOTTEN = "forgotten"
    """More than 30 days, or never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How fresh one member's data was at the end of one workday; `minutes` of work since the last valid
    update, None where there was none in the time looked at.
    """

    day: date
    member_id: int
    minutes: int | None


def working_minutes(
    since: datetime, until: datetime, *, calendar: WorkCalendar, work: WorkHours = OFFICE_HOURS
) -> int:
    """Whole minutes of working time between two moments: workdays from `work.begin` to `work.end`."""
    since, until = since.astimezone(SHANGHAI), until.astimezone(SHANGHAI)
    total, day = timedelta(), since.date()
    while day <= until.date():
        if calendar.is_workday(day):
            begin = max(since, datetime.combine(day, work.begin, tzinfo=SHANGHAI))
            end = min(until, datetime.combine(day, work.end, tzinfo=SHANGHAI))
            total += max(end - begin, timedelta())
        day += ONE_DAY
    return int(total.total_seconds() // 60)


def take_sample(
    member_id: int,
    *,
    updated_at: datetime | None,
    at: datetime,
    calendar: WorkCalendar,
    work: WorkHours = OFFICE_HOURS,
) -> Sample:
    """One member's sample at that moment."""
    minutes = None if updated_at is None else working_minutes(updated_at, at, calendar=calendar, work=work)
    return Sample(day=at.astimezone(SHANGHAI).date(), member_id=member_id, minutes=minutes)


def sampling_moment(now: datetime, calendar: WorkCalendar, work: WorkHours = OFFICE_HOURS) -> datetime:
    """The latest end of a workday at or before `now`."""
    local = now.astimezone(SHANGHAI)
    day = local.date() if local.time() >= work.end else local.date() - ONE_DAY
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return datetime.combine(day, work.end, tzinfo=SHANGHAI)


def median_minutes(samples: Iterable[Sample]) -> int | None:
    """The median, the lower one of two; members without any update come last, and None means that they are
    the middle.
    """
    ordered = sorted((each.minutes for each in samples), key=lambda m: (m is None, m or 0))
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def elapsed(since: datetime, until: datetime, *, calendar: WorkCalendar) -> timedelta:
    """Wall-clock time between two moments, standing still on days off: nobody is silent over a holiday."""
    since, until = since.astimezone(SHANGHAI), until.astimezone(SHANGHAI)
    total, day = timedelta(), since.date()
    while day <= until.date():
        if calendar.is_workday(day):
            midnight = datetime.combine(day, time.min, tzinfo=SHANGHAI)
            total += max(min(until, midnight + ONE_DAY) - max(since, midnight), timedelta())
        day += ONE_DAY
    return total


def tell_staleness(
    updated_at: datetime | None,
    *,
    now: datetime,
    calendar: WorkCalendar,
    ladder: Mapping[Staleness, timedelta],
) -> Staleness:
    """The highest step of the ladder that a customer's or deal's silence has passed; a stage may bring a
    ladder of its own.
    """
    if updated_at is None:
        return Staleness.FORGOTTEN
    silence = elapsed(updated_at, now, calendar=calendar)
    passed = [step for step, threshold in ladder.items() if silence > threshold]
    return max(passed, key=lambda step: ladder[step], default=Staleness.FRESH)
