"""Working days and quiet hours: weekends, 国庆 and make-up workdays of the real calendar of 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SHANGHAI, Festival, QuietHours, WorkCalendar
from config.calendar import load_calendar

CALENDAR = load_calendar(2026, 2027)
QUIET = QuietHours()


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("11-19", True),  # a plain Thursday
        ("11-21", False),  # Saturday
        ("11-22", False),  # Sunday
        ("10-01", False),  # 国庆
        ("10-07", False),  # its last day off
        ("10-08", True),
        ("10-10", True),  # a Saturday worked for 国庆
        ("09-20", True),  # a Sunday worked for 国庆
        ("02-14", True),  # a Saturday worked for 春节
        ("02-16", False),  # a Monday inside 春节
        ("01-04", True),  # a Sunday worked for 元旦
    ],
)
def test_who_works_when(text: str, *, worked: bool) -> None:
    assert CALENDAR.is_workday(day(text)) is worked


@pytest.mark.parametrize(
    ("since", "expected"),
    [("11-19", "11-20"), ("11-20", "11-23"), ("09-30", "10-08"), ("10-09", "10-10"), ("10-10", "10-12")],
)
def test_the_next_workday_skips_days_off_and_takes_make_up_days(since: str, expected: str) -> None:
    assert CALENDAR.next_workday(day(since)) == day(expected)


@pytest.mark.parametrize(("since", "expected"), [("11-20", "11-20"), ("11-21", "11-23"), ("10-03", "10-08")])
def test_this_or_next_workday_stays_where_work_is(since: str, expected: str) -> None:
    assert CALENDAR.this_or_next_workday(day(since)) == day(expected)


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        ("11-19 15:00", 0, "11-19 15:00"),
        ("11-19 15:00", 1, "11-20 15:00"),
        ("11-19 15:00", 3, "11-24 15:00"),
        ("11-20 09:10", 1, "11-23 09:10"),
        ("09-29 17:00", 2, "10-08 17:00"),
        ("10-08 17:00", 2, "10-10 17:00"),
        ("10-08 17:00", 3, "10-12 17:00"),
        ("11-21 15:00", 1, "11-23 15:00"),  # counted from a day off
    ],
)
def test_workdays_are_added_at_the_same_hour(moment: str, days: int, expected: str) -> None:
    assert CALENDAR.add_workdays(at(moment), days) == at(expected)


def test_an_empty_calendar_works_monday_to_friday_and_says_that_it_knows_no_year() -> None:
    bare = WorkCalendar()
    assert bare.is_workday(day("10-01"))
    assert not bare.is_workday(day("10-10"))
    assert not bare.knows(day("10-01"))
    assert bare.next_holiday(Festival.NATIONAL_DAY, day("01-01")) is None


@pytest.mark.parametrize(
    ("festival", "since", "first"),
    [
        (Festival.NATIONAL_DAY, "09-01", date(2026, 10, 1)),
        (Festival.NATIONAL_DAY, "10-07", date(2026, 10, 1)),  # its last day still counts as this one
        (Festival.NEW_YEAR, "11-19", date(2027, 1, 1)),
    ],
)
def test_the_next_holiday_is_the_one_that_ends_on_or_after_the_day(
    festival: Festival, since: str, first: date
) -> None:
    found = CALENDAR.next_holiday(festival, day(since))
    assert found is not None
    assert found.first == first


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("11-19 08:29", True),
        ("11-19 08:30", False),
        ("11-19 19:59", False),
        ("11-19 20:00", True),
        ("11-19 00:00", True),
        ("11-21 12:00", True),  # noon of a Saturday
        ("10-05 12:00", True),  # noon of 国庆
        ("10-10 12:00", False),  # a Saturday that is worked
    ],
)
def test_quiet_hours_hold_at_night_and_on_days_off(moment: str, *, held: bool) -> None:
    assert QUIET.holds(at(moment), CALENDAR) is held
    assert QUIET.holds(at(moment).astimezone(UTC), CALENDAR) is held


@pytest.mark.parametrize(
    ("moment", "released"),
    [
        ("11-19 15:00", "11-19 15:00"),
        ("11-19 06:00", "11-19 08:30"),
        ("11-19 20:00", "11-20 08:30"),
        ("11-20 21:00", "11-23 08:30"),
        ("11-21 06:00", "11-23 08:30"),
        ("09-30 20:00", "10-08 08:30"),
        ("10-09 23:00", "10-10 08:30"),
    ],
)
def test_held_messages_leave_on_the_next_working_morning(moment: str, released: str) -> None:
    assert QUIET.release(at(moment), CALENDAR) == at(released)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(time(5), time(10)),
    st.times(time(17), time(23, 59)),
)
def test_a_released_moment_is_never_early_never_held_and_the_first_one(
    moment: datetime, end: time, begin: time
) -> None:
    quiet = QuietHours(begin=begin, end=end)
    released = quiet.release(moment, CALENDAR)
    assert released >= moment
    assert not quiet.holds(released, CALENDAR)
    assert quiet.release(released, CALENDAR) == released
    assert released == moment or (released.timetz().replace(tzinfo=None) == end)
