"""Working minutes over nights, weekends, holidays and make-up workdays; samples, medians and the ladder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SHANGHAI
from bot.domain.freshness import (
    Sample,
    Staleness,
    elapsed,
    median_minutes,
    sampling_moment,
    take_sample,
    tell_staleness,
    working_minutes,
)
from config.calendar import load_calendar
from config.playbook import load_playbook

CALENDAR = load_calendar(2026, 2027)
LADDER = load_playbook().thresholds.staleness()


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("11-19 15:00", "11-19 18:00", 180),
        ("11-19 15:00", "11-19 23:00", 180),
        ("11-19 18:30", "11-20 09:00", 0),
        ("11-19 17:00", "11-20 10:00", 120),
        ("11-20 17:00", "11-23 10:00", 120),  # over a weekend
        ("11-19 07:00", "11-19 18:00", 540),
        ("09-30 17:00", "10-08 10:00", 120),  # over 国庆, 10-01 to 10-07
        ("10-09 17:00", "10-12 10:00", 660),  # Saturday 10-10 is worked
        ("11-20 10:00", "11-19 10:00", 0),
    ],
)
def test_working_minutes(since: str, until: str, minutes: int) -> None:
    assert working_minutes(at(since), at(until), calendar=CALENDAR) == minutes


def test_working_minutes_do_not_depend_on_the_zone() -> None:
    since, until = at("11-19 15:00").astimezone(UTC), at("11-19 18:00").astimezone(UTC)
    assert working_minutes(since, until, calendar=CALENDAR) == 180


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@given(st.tuples(moments, moments, moments))
def test_working_time_adds_up(three: tuple[datetime, datetime, datetime]) -> None:
    first, middle, last = sorted(three)
    parts = working_minutes(first, middle, calendar=CALENDAR) + working_minutes(
        middle, last, calendar=CALENDAR
    )
    assert abs(working_minutes(first, last, calendar=CALENDAR) - parts) <= 1  # whole minutes
    assert elapsed(first, last, calendar=CALENDAR) <= last - first


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("11-19 18:00", "11-19 18:00"),
        ("11-19 17:59", "11-18 18:00"),
        ("11-22 12:00", "11-20 18:00"),
        ("11-23 09:00", "11-20 18:00"),
        ("10-05 20:00", "09-30 18:00"),
        ("10-10 18:01", "10-10 18:00"),  # a Saturday that is worked
    ],
)
def test_samples_are_of_the_latest_end_of_a_workday(now: str, moment: str) -> None:
    assert sampling_moment(at(now), CALENDAR) == at(moment)


def test_a_sample_has_the_working_minutes_since_the_update() -> None:
    moment = at("11-19 18:00")
    taken = take_sample(7, updated_at=at("11-19 14:48"), at=moment, calendar=CALENDAR)
    assert taken == Sample(day=moment.date(), member_id=7, minutes=192)
    assert take_sample(7, updated_at=None, at=moment, calendar=CALENDAR).minutes is None


@pytest.mark.parametrize(
    ("minutes", "median"),
    [
        ([], None),
        ([30], 30),
        ([30, 90], 30),
        ([500, 30, 90], 90),
        ([30, None, 90], 90),
        ([30, None, None], None),
    ],
)
def test_the_median_has_members_without_an_update_last(minutes: list[int | None], median: int | None) -> None:
    day = at("11-19 18:00").date()
    samples = [Sample(day=day, member_id=n, minutes=each) for n, each in enumerate(minutes)]
    assert median_minutes(samples) == median


@pytest.mark.parametrize(
    ("since", "step"),
    [
        ("11-19 14:00", Staleness.FRESH),
        ("11-17 15:00", Staleness.FRESH),
        ("11-17 14:59", Staleness.QUIET),
        ("11-16 14:59", Staleness.COOLING),
        ("11-13 15:00", Staleness.COOLING),  # four days without the weekend
        ("11-11 14:00", Staleness.STALE),
        ("11-09 14:00", Staleness.STALLED),
        ("11-04 14:00", Staleness.SILENT),
        ("09-01 14:00", Staleness.FORGOTTEN),
    ],
)
def test_the_ladder_of_silence_stands_still_on_days_off(since: str, step: Staleness) -> None:
    assert tell_staleness(at(since), now=at("11-19 15:00"), calendar=CALENDAR, ladder=LADDER) is step


def test_over_a_holiday_nobody_falls_silent() -> None:
    before, after = at("09-30 17:00"), at("10-08 09:00")
    assert tell_staleness(before, now=after, calendar=CALENDAR, ladder=LADDER) is Staleness.FRESH


def test_a_stage_may_have_a_ladder_of_its_own() -> None:
    demo = {Staleness.STALLED: timedelta(hours=72)}
    moment, now = at("11-16 14:00"), at("11-19 15:00")
    assert tell_staleness(moment, now=now, calendar=CALENDAR, ladder=demo) is Staleness.STALLED
    assert tell_staleness(None, now=now, calendar=CALENDAR, ladder=LADDER) is Staleness.FORGOTTEN


def test_the_ladder_goes_up() -> None:
    assert list(LADDER) == [step for step in Staleness if step is not Staleness.FRESH]
    assert list(LADDER.values()) == sorted(LADDER.values())
