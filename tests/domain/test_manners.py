"""What may be said to one person now: each nudge is sent, held or muted, and none is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.budgets import Pushed
from bot.domain.manners import Decision, Moment, Reader, decide
from bot.domain.mutes import ALL, PROMISES, SINGLE, Mute, Wishes, end_of_day
from bot.domain.nudges import LadderStep, Nudge, Subject, plan_day
from bot.domain.people import Role
from tests.domain.test_nudges import CALENDAR, MANNERS, at

NOW = at("11-19 15:00")
TOMORROW = at("11-20 08:47")
REP, BOSS = Role.REP, Role.SUPERVISOR
HEARD = {"node:1:rep:0": NOW - timedelta(days=1), "node:1:digest:0": NOW - timedelta(hours=5)}


def nudge(step: LadderStep = LadderStep.REP, *, number: int = 1, subject: Subject = Subject.NODE) -> Nudge:
    return Nudge(
        id=number,
        key=f"{subject}:1:{step}:0",
        member_id=1,
        subject=subject,
        subject_id=1,
        step=step,
        send_at=NOW,
    )


def told(
    *nudges: Nudge,
    role: Role = REP,
    kinds: tuple[str, ...] = (),
    pushed: Pushed | None = None,
    heard: dict[str, datetime] | None = None,
    now: datetime = NOW,
    until: datetime | None = None,
) -> Decision:
    mutes = [Mute(id=1, member_id=1, kind=kind, since=NOW, until=until) for kind in kinds]
    reader = Reader(member_id=1, role=role, wishes=Wishes.at(now, mutes), pushed=pushed or Pushed())
    return decide(
        nudges,
        reader,
        heard=HEARD if heard is None else heard,
        kinds={1: PROMISES, 2: "node:a"},
        moment=Moment(now=now, manners=MANNERS, calendar=CALENDAR),
    )


def test_what_is_due_at_once_is_one_message_a_step() -> None:
    decision = told(nudge(), nudge(number=2), nudge(LadderStep.SUPERVISOR, number=3), role=BOSS)
    (parcel,) = decision.parcels
    assert [each.id for each in parcel.nudges] == [1, 2]
    (held,) = decision.held  # its turn comes after the pause
    assert (held.nudge.id, held.until, held.step) == (3, NOW + MANNERS.merge_within, None)


@pytest.mark.parametrize(
    ("role", "nudges", "left"), [(REP, 4, True), (REP, 5, False), (BOSS, 2, True), (BOSS, 3, False)]
)
def test_a_budget_holds_for_the_day(role: Role, nudges: int, *, left: bool) -> None:
    decision = told(nudge(), role=role, pushed=Pushed(nudges=nudges))
    assert bool(decision.parcels) is left
    if not left:
        assert [(held.until, held.step) for held in decision.held] == [(TOMORROW, None)]


def test_what_a_supervisor_has_no_budget_for_comes_with_the_next_digest() -> None:
    direct = told(nudge(LadderStep.SUPERVISOR), role=BOSS, pushed=Pushed(nudges=3))
    alert = told(nudge(LadderStep.ALERT, subject=Subject.VISIT), role=BOSS, pushed=Pushed(alerts=3))
    for decision in (direct, alert):
        (held,) = decision.held
        assert (held.until, held.step) == (TOMORROW, LadderStep.DIGEST)


def test_an_alert_waits_for_no_pause_and_has_a_budget_of_its_own() -> None:
    pushed = Pushed(nudges=3, alerts=2, last_at=NOW - timedelta(minutes=1))
    decision = told(nudge(LadderStep.ALERT, subject=Subject.VISIT), role=BOSS, pushed=pushed)
    assert len(decision.parcels) == 1


def test_one_message_of_the_morning_is_kept_for_the_digest() -> None:
    early = at("11-19 08:35")
    heard = {key: early - timedelta(days=1) for key in HEARD}
    direct = nudge(LadderStep.SUPERVISOR)
    assert told(direct, role=BOSS, pushed=Pushed(nudges=1), heard=heard, now=early).parcels
    assert not told(direct, role=BOSS, pushed=Pushed(nudges=2), heard=heard, now=early).parcels
    digest = plan_day(1, early.date(), step=LadderStep.DIGEST, manners=MANNERS)
    assert told(digest, role=BOSS, pushed=Pushed(nudges=9, last_at=early), now=early).parcels


@pytest.mark.parametrize(("minutes", "left"), [(9, False), (10, True)])
def test_two_messages_keep_a_pause(minutes: int, *, left: bool) -> None:
    last_at = NOW - timedelta(minutes=minutes)
    decision = told(nudge(), pushed=Pushed(nudges=1, last_at=last_at))
    assert bool(decision.parcels) is left
    if not left:
        assert decision.held[0].until == last_at + MANNERS.merge_within


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (LadderStep.DIGEST, "node:1:rep:0"),
        (LadderStep.SUPERVISOR, "node:1:rep:0"),
        (LadderStep.SUPERVISOR, "node:1:digest:0"),
    ],
)
def test_the_ladder_is_climbed_step_by_step(step: LadderStep, missing: str) -> None:
    assert told(nudge(step), role=BOSS).parcels
    for heard in ({k: v for k, v in HEARD.items() if k != missing}, HEARD | {missing: NOW}):
        decision = told(nudge(step), role=BOSS, heard=heard)
        assert not decision.parcels
        assert [held.until for held in decision.held] == [TOMORROW]


def test_a_quiet_day_holds_everything_until_the_next_morning() -> None:
    until = end_of_day(NOW)
    rep = told(nudge(), kinds=(ALL,), until=until)
    assert [held.until for held in rep.held] == [at("11-20 08:30")]
    boss = told(nudge(LadderStep.SUPERVISOR), kinds=(ALL,), until=until, role=BOSS)
    assert [(held.until, held.step) for held in boss.held] == [(TOMORROW, LadderStep.DIGEST)]
    assert told(nudge(), kinds=(ALL,), until=NOW).parcels  # it is over


def test_a_quiet_friday_ends_on_monday() -> None:
    friday = at("11-20 15:00")
    decision = told(nudge(), kinds=(ALL,), until=end_of_day(friday), now=friday)
    assert [held.until for held in decision.held] == [at("11-23 08:30")]


def test_who_wants_a_list_gets_it_with_everything_in_the_morning() -> None:
    assert [held.until for held in told(nudge(), kinds=(SINGLE,)).held] == [TOMORROW]
    morning = TOMORROW
    day = plan_day(1, morning.date(), step=LadderStep.REP, manners=MANNERS)
    with_day = told(day, replace(nudge(), send_at=morning), kinds=(SINGLE,), now=morning)
    assert [len(parcel.nudges) for parcel in with_day.parcels] == [2]
    alone = told(replace(nudge(), send_at=morning), kinds=(SINGLE,), now=morning)
    assert alone.parcels


def test_a_kind_that_is_not_wanted_is_muted_by_itself() -> None:
    decision = told(nudge(), nudge(number=2), kinds=(PROMISES,))
    assert [each.id for each in decision.muted] == [1]
    assert [each.id for parcel in decision.parcels for each in parcel.nudges] == [2]


def test_a_supervisor_hears_of_a_kind_that_the_rep_has_muted() -> None:
    assert told(nudge(LadderStep.DIGEST), role=BOSS, kinds=(PROMISES,)).parcels
