"""How long an answer took, in working time: nothing of nights, weekends and holidays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from bot.domain.comments import working_time
from tests.domain.test_nudges import CALENDAR, MANNERS, at, moments

QUIET = MANNERS.quiet_hours


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("11-19 09:00", "11-19 10:30", 1.5),
        ("11-19 19:00", "11-20 09:30", 2.0),
        ("11-20 19:00", "11-23 09:30", 2.0),  # over a weekend
        ("11-21 10:00", "11-22 18:00", 0.0),
        ("09-30 19:00", "10-08 09:30", 2.0),  # 国庆
        ("10-09 19:30", "10-10 09:00", 1.0),  # a Saturday that is worked
        ("11-19 10:00", "11-19 09:00", 0.0),
    ],
)
def test_only_working_hours_count(since: str, until: str, hours: float) -> None:
    found = working_time(at(since), at(until), quiet_hours=QUIET, calendar=CALENDAR)
    assert found == timedelta(hours=hours)


@given(since=moments)
def test_it_is_never_more_than_the_time_that_passed(since: datetime) -> None:
    until = since + timedelta(days=3, hours=5)
    found = working_time(since, until, quiet_hours=QUIET, calendar=CALENDAR)
    assert timedelta(0) <= found <= timedelta(days=3, hours=5)
