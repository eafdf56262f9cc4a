"""The ladder rep, digest, supervisor: in working hours, the rep always first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SHANGHAI, QuietHours
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.nudges import (
    LadderStep,
    Manners,
    next_digest,
    plan_action_nudge,
    plan_node_nudges,
    snooze_until,
)
from bot.domain.understanding import ActionKind
from config.calendar import load_calendar

CALENDAR = load_calendar(2026, 2028)
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
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime(2027, 12, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI]),
)


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def item(due_at: datetime, alert_at: datetime, *, snoozes: int = 0) -> NodeItem:
    return NodeItem(
        id=7,
        node_key="n",
        member_id=1,
        customer_id=2,
        visit_id=None,
        opened_at=due_at,
        due_at=due_at,
        alert_at=alert_at,
        snoozes=snoozes,
    )


def action(due_at: datetime | None, *, snoozes: int = 0) -> NextAction:
    return NextAction(
        id=9,
        visit_id=1,
        member_id=1,
        customer_id=2,
        kind=ActionKind.CALL,
        text="电话",
        due_at=due_at,
        snoozes=snoozes,
    )


@pytest.mark.parametrize(
    ("due", "alert", "rep", "digest", "direct"),
    [
        ("11-19 15:00", "11-20 15:00", "11-19 15:00", "11-23 08:47", "11-26 08:47"),
        ("11-19 15:00", "11-20 08:00", "11-19 15:00", "11-20 08:47", "11-23 08:47"),
        ("11-19 15:00", "11-20 08:47", "11-19 15:00", "11-20 08:47", "11-23 08:47"),
        ("11-20 21:00", "11-20 21:00", "11-23 08:30", "11-23 08:47", "11-26 08:47"),
        ("11-23 08:47", "11-23 08:47", "11-23 08:47", "11-24 08:47", "11-27 08:47"),
        ("09-30 15:00", "10-01 15:00", "09-30 15:00", "10-08 08:47", "10-12 08:30"),
    ],
)
def test_the_ladder_climbs_on_working_mornings(
    due: str, alert: str, rep: str, digest: str, direct: str
) -> None:
    ladder = plan_node_nudges(item(at(due), at(alert)), supervisor_id=3, manners=MANNERS, calendar=CALENDAR)
    assert [(nudge.step, nudge.member_id, nudge.send_at) for nudge in ladder] == [
        (LadderStep.REP, 1, at(rep)),
        (LadderStep.DIGEST, 3, at(digest)),
        (LadderStep.SUPERVISOR, 3, at(direct)),
    ]


@given(due=moments, gap=st.timedeltas(timedelta(0), timedelta(days=10)))
def test_the_rep_hears_it_first_and_nobody_in_quiet_hours(due: datetime, gap: timedelta) -> None:
    rep, digest, direct = plan_node_nudges(
        item(due, due + gap), supervisor_id=3, manners=MANNERS, calendar=CALENDAR
    )
    assert due <= rep.send_at < digest.send_at < direct.send_at
    assert digest.send_at >= due + gap
    for nudge in (rep, digest, direct):
        assert not MANNERS.quiet_hours.holds(nudge.send_at, CALENDAR)


@pytest.mark.parametrize("supervisor_id", [None, 1])
def test_without_another_supervisor_only_the_rep_is_told(supervisor_id: int | None) -> None:
    (only,) = plan_node_nudges(
        item(at("11-19 15:00"), at("11-20 15:00")),
        supervisor_id=supervisor_id,
        manners=MANNERS,
        calendar=CALENDAR,
    )
    assert only.step is LadderStep.REP


def test_a_snooze_gives_new_keys_and_every_step_its_own() -> None:
    def keys(snoozes: int) -> set[str]:
        due = item(at("11-19 15:00"), at("11-20 15:00"), snoozes=snoozes)
        planned = plan_node_nudges(due, supervisor_id=3, manners=MANNERS, calendar=CALENDAR)
        return {nudge.key for nudge in planned}

    assert len(keys(0)) == 3
    assert not keys(0) & keys(1)


@pytest.mark.parametrize(
    ("due", "sent"),
    [
        ("11-20 18:00", "11-20 16:00"),
        ("11-20 09:00", "11-20 08:30"),
        ("11-20 08:00", "11-19 16:00"),  # before the working day begins
        ("11-21 18:00", "11-20 16:00"),  # a Saturday
        ("11-22 10:00", "11-20 16:00"),
        ("10-05 18:00", "09-30 16:00"),  # inside 国庆
        ("10-10 18:00", "10-10 16:00"),  # a Saturday that is worked
        ("11-20 23:00", "11-20 16:00"),  # two hours before is night: still that day
    ],
)
def test_a_promise_is_recalled_while_it_can_still_be_kept(due: str, sent: str) -> None:
    nudge = plan_action_nudge(action(at(due)), manners=MANNERS, calendar=CALENDAR)
    assert nudge is not None
    assert nudge.send_at == at(sent)
    assert (nudge.member_id, nudge.subject_id, nudge.step) == (1, 9, LadderStep.REP)


@given(due=moments)
def test_a_reminder_never_comes_late_nor_in_quiet_hours(due: datetime) -> None:
    nudge = plan_action_nudge(action(due), manners=MANNERS, calendar=CALENDAR)
    assert nudge is not None
    assert nudge.send_at <= due
    assert not MANNERS.quiet_hours.holds(nudge.send_at, CALENDAR)


def test_a_promise_without_a_date_is_not_recalled() -> None:
    assert plan_action_nudge(action(None), manners=MANNERS, calendar=CALENDAR) is None


def test_a_snoozed_promise_has_a_key_of_its_own() -> None:
    due = at("11-20 18:00")
    first, second = (
        plan_action_nudge(action(due, snoozes=count), manners=MANNERS, calendar=CALENDAR) for count in (0, 1)
    )
    assert first is not None
    assert second is not None
    assert first.key != second.key


@pytest.mark.parametrize(
    ("since", "digest"),
    [
        ("11-19 08:47", "11-19 08:47"),
        ("11-19 08:48", "11-20 08:47"),
        ("11-20 09:00", "11-23 08:47"),
        ("11-21 08:00", "11-23 08:47"),
        ("09-30 09:00", "10-08 08:47"),
        ("10-09 09:00", "10-10 08:47"),
    ],
)
def test_the_digest_is_the_first_working_morning_from_then(since: str, digest: str) -> None:
    found = next_digest(at(since).astimezone(UTC), manners=MANNERS, calendar=CALENDAR)
    assert found == at(digest)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("11-19 15:00", "11-20 15:00"),
        ("11-20 15:00", "11-23 15:00"),
        ("11-19 22:00", "11-23 08:30"),
        ("11-19 07:00", "11-20 08:30"),
        ("09-30 10:00", "10-08 10:00"),
        ("11-21 12:00", "11-23 12:00"),
    ],
)
def test_tomorrow_is_the_next_workday_at_an_hour_that_is_not_quiet(now: str, until: str) -> None:
    assert snooze_until(at(now).astimezone(UTC), manners=MANNERS, calendar=CALENDAR) == at(until)


def test_other_manners_move_the_ladder() -> None:
    late = replace(MANNERS, digest_at=time(9, 13), supervisor_after=timedelta(hours=1))
    _, digest, direct = plan_node_nudges(
        item(at("11-18 15:00"), at("11-18 16:00")), supervisor_id=3, manners=late, calendar=CALENDAR
    )
    assert (digest.send_at, direct.send_at) == (at("11-19 09:13"), at("11-19 10:13"))
