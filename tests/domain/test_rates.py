"""Rates by tables of cases, and what always holds: sides add up, and a team is the sum of its reps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SHANGHAI
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.rates import (
    Check,
    Count,
    Period,
    PeriodKind,
    Tally,
    node_table,
    percent,
    period_of,
    tally,
)

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def check(
    status: NodeStatus = NodeStatus.OPEN,
    *,
    due: timedelta = -HOUR,
    closed: timedelta | None = None,
    snoozes: int = 0,
    backfilled: bool = False,
    member_id: int = 1,
    node_key: str = "n",
) -> Check:
    """An item due that long from now, closed that long from now."""
    item = NodeItem(
        id=1,
        node_key=node_key,
        member_id=member_id,
        customer_id=1,
        visit_id=1,
        opened_at=NOW + due - 24 * HOUR,
        due_at=NOW + due,
        alert_at=NOW + due + 24 * HOUR,
        status=status,
        closed_at=None if closed is None else NOW + closed,
        snoozes=snoozes,
    )
    return Check(item=item, backfilled=backfilled)


DONE = check(NodeStatus.DONE, closed=-2 * HOUR)


@pytest.mark.parametrize(
    ("each", "count"),
    [
        (check(), Count.MISSED),
        (check(due=timedelta()), Count.MISSED),
        (check(due=HOUR), Count.AHEAD),
        (DONE, Count.DONE),
        (check(NodeStatus.DONE, due=5 * HOUR, closed=-HOUR), Count.DONE),
        (check(NodeStatus.WAIVED, closed=-HOUR), Count.WAIVED),
        (check(NodeStatus.CANCELLED, closed=-HOUR), Count.CANCELLED),
    ],
)
def test_an_item_stands_on_one_side(each: Check, count: Count) -> None:
    assert each.count(NOW) is count


@pytest.mark.parametrize(
    ("each", "on_time", "timed"),
    [
        (DONE, 1, 1),
        (check(NodeStatus.DONE, closed=-HOUR), 1, 1),
        (check(NodeStatus.DONE, due=-2 * HOUR, closed=-HOUR), 0, 1),
        (check(NodeStatus.DONE, closed=-2 * HOUR, snoozes=1), 0, 1),
        (check(), 0, 1),
        (check(NodeStatus.DONE, due=-2 * HOUR, closed=-HOUR, backfilled=True), 0, 0),
        (check(NodeStatus.WAIVED, closed=-2 * HOUR), 0, 0),
        (check(due=HOUR), 0, 0),
    ],
)
def test_on_time_is_before_the_time_first_agreed_and_late_notes_are_not_asked(
    each: Check, on_time: int, timed: int
) -> None:
    total = tally([each], now=NOW)
    assert (total.on_time, total.timed) == (on_time, timed)


def test_22_of_25_are_88_percent_whatever_was_waived() -> None:
    checks = [DONE] * 22 + [check()] * 3 + [check(NodeStatus.WAIVED)] * 4 + [check(NodeStatus.CANCELLED)]
    total = tally(checks, now=NOW)
    assert (total.done, total.due, total.compliance_rate) == (22, 25, 88)
    assert (total.waived, total.cancelled) == (4, 1)


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(22, 25, 88), (199, 200, 99), (2, 3, 66), (0, 4, 0), (4, 4, 100), (0, 0, None)],
)
def test_percent_is_rounded_down_so_that_100_is_all(part: int, whole: int, rate: int | None) -> None:
    assert percent(part, whole) == rate


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        (PeriodKind.THIS_WEEK, "2026-11-19", "2026-11-16", "2026-11-22"),
        (PeriodKind.THIS_WEEK, "2026-11-22", "2026-11-16", "2026-11-22"),
        (PeriodKind.THIS_WEEK, "2027-01-01", "2026-12-28", "2027-01-03"),
        (PeriodKind.THIS_MONTH, "2026-11-19", "2026-11-01", "2026-11-30"),
        (PeriodKind.THIS_MONTH, "2028-02-29", "2028-02-01", "2028-02-29"),
        (PeriodKind.LAST_MONTH, "2026-11-01", "2026-10-01", "2026-10-31"),
        (PeriodKind.LAST_MONTH, "2027-01-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_periods_are_whole_weeks_and_months(kind: PeriodKind, today: str, first: str, last: str) -> None:
    expected = Period(first=date.fromisoformat(first), last=date.fromisoformat(last))
    assert period_of(kind, date.fromisoformat(today)) == expected


def test_a_period_ends_at_midnight_in_china() -> None:
    november = period_of(PeriodKind.THIS_MONTH, NOW.date())
    assert november.end == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert november.begin in november
    assert november.end not in november
    assert november.end - timedelta(seconds=1) in november


checks_of_a_team = st.lists(
    st.builds(
        check,
        st.sampled_from(NodeStatus),
        due=st.integers(-100, 100).map(lambda hours: hours * HOUR),
        closed=st.none() | st.integers(-100, 0).map(lambda hours: hours * HOUR),
        snoozes=st.integers(0, 2),
        backfilled=st.booleans(),
        member_id=st.integers(1, 4),
        node_key=st.sampled_from("abc"),
    ),
    max_size=40,
)


@given(checks_of_a_team)
def test_done_missed_ahead_waived_and_cancelled_add_up(checks: list[Check]) -> None:
    total = tally(checks, now=NOW)
    assert total.done + total.missed + total.ahead + total.waived + total.cancelled == len(checks)
    assert 0 <= total.on_time <= total.timed <= total.due


@given(checks_of_a_team)
def test_the_table_is_the_sum_of_the_reps_own_rates(checks: list[Check]) -> None:
    lines = node_table(checks, member_ids=range(1, 5), node_keys="abc", now=NOW)
    for line in lines:
        own = [each for each in checks if each.item.member_id == line.member_id]
        assert line.total == tally(own, now=NOW)
    assert sum((line.total for line in lines), Tally()) == tally(checks, now=NOW)


@given(checks_of_a_team, st.data())
def test_waiving_takes_an_item_off_both_sides(checks: list[Check], data: st.DataObject) -> None:
    missed = [each for each in checks if each.count(NOW) is Count.MISSED]
    if not missed:
        return
    chosen = data.draw(st.sampled_from(missed))
    item = replace(chosen.item, status=NodeStatus.WAIVED, closed_at=NOW)
    place = checks.index(chosen)
    after = tally([*checks[:place], replace(chosen, item=item), *checks[place + 1 :]], now=NOW)
    before = tally(checks, now=NOW)
    assert (after.done, after.due) == (before.done, before.due - 1)
    assert (after.compliance_rate or 100) >= (before.compliance_rate or 0)
