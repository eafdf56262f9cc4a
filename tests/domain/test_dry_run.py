"""Rules replayed over a past: who would have heard what and when, also by rules that were other then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.clocks import Lapse
from bot.domain.dry_run import DryRun, run_dry
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.people import Member, Role
from bot.domain.playbook import Playbook
from bot.domain.posting import Message, Reminder
from bot.domain.replay import History
from bot.domain.understanding import ActionKind, Fact, Field, Signal, Span, VisitFacts
from bot.domain.visits import VisitRecord, VisitStatus
from config.calendar import load_calendar
from config.playbook import load_playbook

CALENDAR = load_calendar(2026, 2027)
PLAYBOOK = load_playbook()
REP, BOSS, OTHER = 1, 2, 3
PEOPLE = (
    Member(id=REP, name="李明", role=Role.REP, team="华东", supervisor_id=BOSS),
    Member(id=BOSS, name="王姐", role=Role.SUPERVISOR, team="华东"),
    Member(id=OTHER, name="何伟", role=Role.REP, team="华南"),
)


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


SINCE, UNTIL = at("11-09 00:00"), at("11-23 00:00")


def saved(
    number: int,
    when: str,
    *signals: Signal,
    member_id: int = REP,
    customer_id: int = 1,
    private: bool = False,
) -> VisitRecord:
    """A record saved then, with these signals."""
    facts = tuple(
        Fact(field=Field.SIGNAL, value=each, span=Span(0, 2), said="不足", rule="r") for each in signals
    )
    return VisitRecord(
        id=number,
        member_id=member_id,
        status=VisitStatus.SAVED,
        text="预算不足",
        facts=VisitFacts(facts=facts),
        created_at=at(when),
        updated_at=at(when),
        happened_on=at(when).date(),
        customer_id=customer_id,
        saved_at=at(when),
        private=private,
    )


def known(record: VisitRecord, node_key: str, *, closed: str = "") -> NodeItem:
    """The item that the record opened then."""
    assert record.saved_at
    return NodeItem(
        id=record.id,
        node_key=node_key,
        member_id=record.member_id,
        customer_id=record.customer_id or 0,
        visit_id=record.id,
        opened_at=record.saved_at,
        due_at=record.saved_at,
        alert_at=record.saved_at,
        status=NodeStatus.DONE if closed else NodeStatus.OPEN,
        closed_at=at(closed) if closed else None,
    )


def past(
    *records: VisitRecord, items: tuple[NodeItem, ...] = (), actions: tuple[NextAction, ...] = ()
) -> History:
    return History(records=records, items=items, actions=actions, members=PEOPLE)


def changed(key: str, **changes: object) -> Playbook:
    """The rules with one node changed."""
    nodes = (replace(n, **changes) if n.key == key else n for n in PLAYBOOK.nodes)  # type: ignore[arg-type]
    return replace(PLAYBOOK, nodes=tuple(nodes))


def dry(history: History, playbook: Playbook = PLAYBOOK, **how: str) -> list[tuple[int, LadderStep, str]]:
    run = run_dry(history, playbook, calendar=CALENDAR, since=SINCE, until=UNTIL, **how)
    return [(each.member_id, each.step, f"{each.at:%m-%d %H:%M}") for each in run.messages if each.about]


INTENT = saved(1, "11-10 15:00", Signal.INTENT)
LADDER = [
    (REP, LadderStep.REP, "11-11 15:00"),
    (BOSS, LadderStep.DIGEST, "11-13 08:47"),
    (BOSS, LadderStep.SUPERVISOR, "11-16 08:47"),
]


def test_an_open_item_is_heard_of_step_by_step() -> None:
    steps = dry(past(INTENT, items=(known(INTENT, "need_clarified"),)))
    assert [step[:2] for step in steps] == [step[:2] for step in LADDER]
    assert steps[:2] == LADDER[:2]


@pytest.mark.parametrize(("closed", "heard"), [("11-11 14:00", 0), ("11-11 15:01", 1), ("11-13 09:00", 2)])
def test_what_was_closed_in_time_is_not_heard_of(closed: str, heard: int) -> None:
    assert dry(past(INTENT, items=(known(INTENT, "need_clarified", closed=closed),))) == LADDER[:heard]


def test_a_rule_that_did_not_exist_then_opens_items_that_nobody_closed() -> None:
    assert dry(past(INTENT))[:2] == LADDER[:2]


def test_a_shorter_time_is_heard_of_sooner_and_more_often() -> None:
    history = past(INTENT, items=(known(INTENT, "need_clarified", closed="11-11 14:00"),))
    assert dry(history, changed("need_clarified", due=Lapse(hours=2))) == [
        (REP, LadderStep.REP, "11-10 17:00")
    ]


@pytest.mark.parametrize(
    "changes", [{"enabled": False}, {"teams": frozenset({"华南"})}, {"signals": frozenset()}]
)
def test_a_rule_that_no_longer_opens_it_sends_nothing(changes: dict[str, object]) -> None:
    history = past(INTENT, items=(known(INTENT, "need_clarified"),))
    assert dry(history, changed("need_clarified", **changes)) == []


def test_another_signal_opens_what_history_does_not_know() -> None:
    history = past(saved(1, "11-10 15:00", Signal.TRUST))
    assert dry(history) == []
    found = dry(history, changed("risk_registered", signals=frozenset({Signal.TRUST}), only_words=()))
    assert found[0] == (REP, LadderStep.REP, "11-10 17:00")


def test_neither_a_running_item_nor_a_done_one_is_opened_twice() -> None:
    again = saved(2, "11-11 10:00", Signal.INTENT)
    running = known(INTENT, "need_clarified")
    assert [step for *_, step in dry(past(INTENT, again, items=(running,)))][:1] == ["11-11 15:00"]
    assert (
        len([step for step in dry(past(INTENT, again, items=(running,))) if step[1] is LadderStep.REP]) == 1
    )
    closed = replace(running, status=NodeStatus.DONE, closed_at=at("11-10 16:00"))
    assert dry(past(INTENT, again, items=(closed,))) == []


def test_items_of_a_stage_have_no_words_and_are_kept() -> None:
    item = replace(known(INTENT, "decision_chain"), visit_id=None)
    assert [step[:2] for step in dry(past(items=(item,)))][:1] == [(REP, LadderStep.REP)]
    assert dry(past(items=(item,)), changed("decision_chain", enabled=False)) == []
    assert dry(past(items=(replace(item, member_id=99),))) == []


def test_promises_are_reminded_of_and_not_of_what_was_done() -> None:
    action = NextAction(
        id=1,
        visit_id=1,
        member_id=REP,
        customer_id=1,
        kind=ActionKind.SEND_QUOTE,
        text="发报价",
        due_at=at("11-12 18:00"),
    )
    record = saved(1, "11-10 15:00")
    assert dry(past(record, actions=(action,))) == [(REP, LadderStep.REP, "11-12 16:00")]
    assert dry(past(record, actions=(replace(action, closed_at=at("11-12 15:00")),))) == []
    assert dry(past(record, actions=(replace(action, due_at=None),))) == []
    soon = replace(action, due_at=at("11-10 16:00"))
    assert dry(past(record, actions=(soon,))) == [(REP, LadderStep.REP, "11-10 15:00")]


def test_one_node_or_one_team_alone() -> None:
    history = past(INTENT, saved(2, "11-10 15:00", Signal.TENDER, member_id=OTHER, customer_id=2))
    assert {step[0] for step in dry(history)} == {REP, BOSS, OTHER}
    assert {step[0] for step in dry(history, only="risk_registered")} == {OTHER}
    assert {step[0] for step in dry(history, team="华东")} == {REP, BOSS}


def test_what_is_due_at_once_is_one_message_and_the_stretch_has_two_ends() -> None:
    records = [saved(n, "11-13 19:00", Signal.TENDER, customer_id=n) for n in (1, 2, 3)]
    run = run_dry(past(*records), PLAYBOOK, calendar=CALENDAR, since=SINCE, until=at("11-16 08:40"))
    (message,) = [each for each in run.messages if each.about]
    assert (message.member_id, len(message.reminders)) == (REP, 3)
    assert f"{message.at:%m-%d %H:%M}" == "11-16 08:30"


def message(member_id: int, when: str, *, private: bool = False) -> Message:
    nudge = Nudge(
        id=0,
        key="k",
        member_id=member_id,
        subject=Subject.NODE,
        subject_id=1,
        step=LadderStep.REP,
        send_at=at(when),
    )
    about = Reminder(nudge=nudge, customer_id=1, node_key="need_clarified", private=private)
    return Message(member_id=member_id, step=LadderStep.REP, at=at(when), reminders=(about,))


def test_figures_by_day_member_and_worst_case() -> None:
    messages = tuple(
        message(member_id, when)
        for member_id, when in (
            (REP, "11-10 09:00"),
            (REP, "11-10 10:00"),
            (REP, "11-11 09:00"),
            (OTHER, "11-11 10:00"),
        )
    )
    run = DryRun(since=SINCE, until=UNTIL, messages=messages)
    assert run.per_day() == {date(2026, 11, 10): 2, date(2026, 11, 11): 2}
    assert run.per_member() == [(REP, 3), (OTHER, 1)]
    assert run.worst() == (REP, date(2026, 11, 10), 2)
    assert DryRun(since=SINCE, until=UNTIL).worst() is None
    with pytest.raises(LookupError):
        run.worst_day_of(BOSS)
    assert [each.member_id for each in run.samples(2)] == [REP, OTHER]


def test_private_matters_count_and_are_shown_to_nobody() -> None:
    run = run_dry(past(replace(INTENT, private=True)), PLAYBOOK, calendar=CALENDAR, since=SINCE, until=UNTIL)
    assert len([each for each in run.messages if each.about]) == 3
    assert run.samples(5) == ()
