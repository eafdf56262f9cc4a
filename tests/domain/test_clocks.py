"""Clocks over nights, weekends, 国庆 and 调休 days: when a check is due, and when it alerts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.calendar import SHANGHAI, QuietHours
from bot.domain.clocks import Clock, Lapse, add_working, eve_of, run_clock
from config.calendar import load_calendar

CALENDAR = load_calendar(2026, 2027)
QUIET = QuietHours()


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("lapse", "moment", "after"),
    [
        (Lapse(), "11-19 15:00", "11-19 15:00"),
        (Lapse(hours=24), "11-20 15:00", "11-21 15:00"),  # wall clock runs on over a Saturday
        (Lapse(hours=0.5), "11-19 15:00", "11-19 15:30"),
        (Lapse(workdays=1), "11-20 15:00", "11-23 15:00"),
        (Lapse(workdays=5), "09-30 15:00", "10-13 15:00"),  # 国庆 left out, the Saturday after it worked
        (Lapse(workdays=1, hours=2), "11-20 15:00", "11-23 17:00"),
        (Lapse(work_hours=2), "11-19 19:00", "11-20 09:30"),  # an hour of the evening, one of the morning
        (Lapse(work_hours=2), "11-20 19:00", "11-23 09:30"),  # over a weekend
        (Lapse(work_hours=11.5), "11-19 08:30", "11-19 20:00"),  # one whole day
        (Lapse(work_hours=1), "11-21 12:00", "11-23 09:30"),  # begun on a Saturday
        (Lapse(work_hours=1), "09-30 19:30", "10-08 09:00"),  # over 国庆
        (Lapse(work_hours=12), "10-09 08:30", "10-10 09:00"),  # into the Saturday that is worked
    ],
)
def test_a_lapse_is_wall_clock_workdays_or_working_hours(lapse: Lapse, moment: str, after: str) -> None:
    assert lapse.after(at(moment), CALENDAR, QUIET) == at(after)


@pytest.mark.parametrize(
    ("clock", "due", "alert", "began", "act", "due_at", "alert_at"),
    [
        # after an event
        (Clock.AFTER_EVENT, "24h", "48h", "11-18 15:00", None, "11-19 15:00", "11-20 15:00"),
        (Clock.AFTER_EVENT, "24h", "48h", "11-20 15:00", None, "11-23 08:30", "11-23 08:30"),
        (Clock.AFTER_EVENT, "24h", "48h", "09-30 15:00", None, "10-08 08:30", "10-08 08:30"),
        (Clock.AFTER_EVENT, "24h", "48h", "10-09 15:00", None, "10-10 15:00", "10-11 15:00"),  # 调休
        # entering a stage
        (Clock.STAGE_ENTRY, "3wd", "5wd", "11-19 15:00", None, "11-24 15:00", "11-26 15:00"),
        (Clock.STAGE_ENTRY, "3wd", "5wd", "09-29 15:00", None, "10-09 15:00", "10-12 15:00"),
        (Clock.STAGE_ENTRY, "3wd", "5wd", "11-19 21:00", None, "11-25 08:30", "11-26 21:00"),
        # a gate: on the workday before the act, whatever the lapse says
        (Clock.GATE, "48h", "72h", "11-19 15:00", "11-27 18:00", "11-26 16:00", "11-27 18:00"),
        (Clock.GATE, "48h", "72h", "11-19 15:00", "11-23 18:00", "11-20 16:00", "11-23 18:00"),  # a Monday
        (Clock.GATE, "48h", "72h", "09-28 10:00", "10-08 18:00", "09-30 16:00", "10-08 18:00"),
        (Clock.GATE, "48h", "72h", "11-19 15:00", "11-20 10:00", "11-19 16:00", "11-20 10:00"),
        (Clock.GATE, "48h", "72h", "11-19 15:00", "11-19 18:00", "11-19 15:00", "11-19 18:00"),  # today
        (Clock.GATE, "48h", "72h", "11-19 21:00", "11-20 18:00", "11-20 08:30", "11-20 18:00"),
        (Clock.GATE, "48h", "72h", "11-19 21:00", "11-20 07:00", "11-20 07:00", "11-20 07:00"),
        (Clock.GATE, "48h", "72h", "11-18 15:00", None, "11-20 15:00", "11-21 15:00"),  # no date: the lapse
        (Clock.GATE, "48h", "72h", "11-18 15:00", "11-17 18:00", "11-20 15:00", "11-21 15:00"),  # is over
        # at once
        (Clock.INSTANT, "2h", "24h", "11-19 15:00", None, "11-19 17:00", "11-20 15:00"),
        (Clock.INSTANT, "2h", "24h", "11-19 19:00", None, "11-20 08:30", "11-20 19:00"),
    ],
)
def test_each_clock_runs_in_its_own_way(
    clock: Clock, due: str, alert: str, began: str, act: str | None, due_at: str, alert_at: str
) -> None:
    lapses = {"wd": lambda n: Lapse(workdays=n), "h": lambda n: Lapse(hours=n)}
    read = {text: lapses[text.lstrip("0123456789")](int(text.rstrip("hwd"))) for text in (due, alert)}
    found = run_clock(
        clock,
        due=read[due],
        alert=read[alert],
        at=at(began),
        act_at=at(act) if act else None,
        calendar=CALENDAR,
        quiet_hours=QUIET,
    )
    assert found == (at(due_at), at(alert_at))


@pytest.mark.parametrize(
    ("act", "eve"),
    [("11-27 18:00", "11-26"), ("11-23 09:00", "11-20"), ("10-08 09:00", "09-30"), ("10-12 09:00", "10-10")],
)
def test_the_eve_of_an_act_is_worked(act: str, eve: str) -> None:
    assert eve_of(at(act), CALENDAR) == at(f"{eve} 16:00")


MOMENTS = some.integers(0, 500 * 24 * 60).map(lambda n: at("01-01 00:00") + timedelta(minutes=n))


@given(moment=MOMENTS, first=some.integers(0, 3000), second=some.integers(0, 3000))
def test_working_time_adds_up_and_ends_inside_it(moment: datetime, first: int, second: int) -> None:
    def later(since: datetime, minutes: int) -> datetime:
        return add_working(since, timedelta(minutes=minutes), QUIET, CALENDAR)

    both = later(moment, first + second)
    # A whole day ends in the evening; going on from there begins next morning, at the same working time.
    assert QUIET.release(later(later(moment, first), second), CALENDAR) == QUIET.release(both, CALENDAR)
    assert later(moment, first) <= both
    assert CALENDAR.is_workday(both.date())


@given(moment=MOMENTS, ahead=some.integers(1, 400))
def test_a_gate_is_never_due_after_its_act(moment: datetime, ahead: int) -> None:
    act = moment + timedelta(hours=ahead)
    due_at, alert_at = run_clock(
        Clock.GATE,
        due=Lapse(hours=48),
        alert=Lapse(hours=72),
        at=moment,
        act_at=act,
        calendar=CALENDAR,
        quiet_hours=QUIET,
    )
    assert moment <= due_at <= alert_at == act
