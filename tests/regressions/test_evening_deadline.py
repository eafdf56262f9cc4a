"""A promise for late in the evening was recalled a day early, at once where it was made on that very day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain.calendar import SHANGHAI, QuietHours, WorkCalendar
from bot.domain.nudges import Manners, last_open_moment

MANNERS = Manners(
    quiet_hours=QuietHours(),
    digest_at=time(8, 47),
    supervisor_after=timedelta(hours=72),
    snoozes=2,
    rep_daily=5,
    supervisor_daily=3,
    merge_within=timedelta(minutes=10),
    digest_items=3,
)


def test_the_last_open_moment_is_the_same_days_afternoon_where_that_is_before() -> None:
    friday = datetime(2026, 11, 20, 23, 0, tzinfo=SHANGHAI)
    found = last_open_moment(friday, manners=MANNERS, calendar=WorkCalendar())
    assert found == friday.replace(hour=16)
