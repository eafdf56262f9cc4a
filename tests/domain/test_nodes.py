"""Which note opens which node, when an item is due, and how it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.calendar import SHANGHAI, QuietHours
from bot.domain.clocks import Clock, Lapse
from bot.domain.errors import Stale
from bot.domain.evidence import Answer, Evidence, FormField
from bot.domain.nodes import (
    Node,
    NodeItem,
    NodeStatus,
    Opening,
    attach_evidence,
    close_item,
    match_nodes,
    match_stage,
    missing_lines,
    missing_parts,
    open_item,
    reopen_item,
    tell,
)
from bot.domain.understanding import Action, ActionKind, Fact, Field, Signal, Span, VisitFacts
from config.calendar import load_calendar

CALENDAR = load_calendar(2026, 2027)


def at(text: str) -> datetime:
    """`11-19 15:00` of 2026, in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def node(key: str = "n", *, due: Lapse | None = None, alert: Lapse | None = None) -> Node:
    return Node(
        key=key,
        name=key,
        clock=Clock.AFTER_EVENT,
        due=due or Lapse(hours=24),
        alert=alert or Lapse(hours=48),
        evidence=(Evidence.ATTESTED,),
        ask="",
    )


def fact(field: Field, value: str, said: str) -> Fact:
    return Fact(field=field, value=value, span=Span(0, len(said)), said=said, rule="test")


TENDER = VisitFacts(facts=(fact(Field.SIGNAL, Signal.TENDER, "要招标"),))
BUDGET_TALK = VisitFacts(facts=(fact(Field.SIGNAL, Signal.BUDGET, "碰预算"),))
NO_BUDGET = VisitFacts(facts=(fact(Field.SIGNAL, Signal.BUDGET, "预算不足"),))
BOTH = VisitFacts(facts=(*BUDGET_TALK.facts, *NO_BUDGET.facts))
SIEMENS = VisitFacts(facts=(fact(Field.COMPETITOR, "西门子工业", "西门子"),))
PROPOSAL = VisitFacts(
    actions=(Action(kind=ActionKind.SEND_PROPOSAL, text="出个方案", span=Span(0, 4), rule="t"),)
)
RISK = replace(
    node("risk"),
    signals=frozenset({Signal.TENDER, Signal.BUDGET}),
    only_words=((Signal.BUDGET, ("不足", "砍")),),
)
RIVAL = replace(node("rival"), on_competitor=True, signals=frozenset({Signal.COMPARE}))
GATE = replace(node("gate"), on_actions=frozenset({ActionKind.SEND_PROPOSAL}))
NODES = (RISK, RIVAL, GATE)


@pytest.mark.parametrize(
    ("facts", "opened"),
    [
        (VisitFacts(), []),
        (TENDER, [("risk", "要招标")]),
        (BUDGET_TALK, []),  # a talk about budget is no risk
        (NO_BUDGET, [("risk", "预算不足")]),
        (BOTH, [("risk", "预算不足")]),
        (SIEMENS, [("rival", "西门子")]),
        (PROPOSAL, [("gate", "出个方案")]),
        (
            VisitFacts(facts=(*SIEMENS.facts, *TENDER.facts), actions=PROPOSAL.actions),
            [("risk", "要招标"), ("rival", "西门子"), ("gate", "出个方案")],
        ),
    ],
)
def test_a_note_opens_the_nodes_that_its_words_call_for(
    facts: VisitFacts, opened: list[tuple[str, str]]
) -> None:
    found = match_nodes(NODES, facts, team="华东")
    assert [(each.node.key, each.said) for each in found] == opened


@pytest.mark.parametrize(
    ("changed", "already", "team", "opens"),
    [
        ({}, set(), "华东", True),
        ({}, {"risk"}, "华东", False),
        ({}, {"other"}, "华东", True),
        ({"enabled": False}, set(), "华东", False),
        ({"teams": frozenset({"华东"})}, set(), "华东", True),
        ({"teams": frozenset({"华南"})}, set(), "华东", False),
        ({"teams": frozenset({"华南"})}, set(), "", False),
    ],
)
def test_a_node_opens_once_where_it_is_switched_on_for_the_team(
    changed: dict[str, object], already: set[str], team: str, *, opens: bool
) -> None:
    changed_risk = replace(RISK, **changed)  # type: ignore[arg-type]
    known = [replace(item(), node_key=key) for key in already]
    assert bool(match_nodes((changed_risk,), TENDER, known=known, team=team)) is opens


@pytest.mark.parametrize(
    ("repeats", "status", "trigger", "opens"),
    [
        (False, NodeStatus.OPEN, "budget", False),
        (False, NodeStatus.DONE, "budget", False),  # once for a deal
        (False, NodeStatus.WAIVED, "tender", False),
        (False, NodeStatus.CANCELLED, "tender", True),
        (True, NodeStatus.OPEN, "budget", False),
        (True, NodeStatus.DONE, "tender", False),  # the same risk is answered already
        (True, NodeStatus.DONE, "budget", True),  # another one is not
        (True, NodeStatus.WAIVED, "budget", True),
    ],
)
def test_a_node_comes_again_only_where_it_repeats_for_something_new(
    status: NodeStatus, trigger: str, *, repeats: bool, opens: bool
) -> None:
    known = [replace(item(), node_key="risk", status=status, trigger=trigger)]
    found = match_nodes((replace(RISK, repeats=repeats),), TENDER, known=known, team="华东")
    assert bool(found) is opens


def test_of_two_triggers_the_one_that_is_new_opens() -> None:
    known = [replace(item(), node_key="risk", status=NodeStatus.DONE, trigger="tender")]
    both = VisitFacts(facts=(*TENDER.facts, *NO_BUDGET.facts))
    (opening,) = match_nodes((replace(RISK, repeats=True),), both, known=known, team="华东")
    assert (opening.trigger, opening.said) == ("budget", "预算不足")


def test_a_stage_opens_what_waits_for_it_once() -> None:
    chain = replace(node("chain"), on_stage="demo", clock=Clock.STAGE_ENTRY)
    found = match_stage((chain, RISK), "demo", stage_name="方案演示", team="华东")
    assert [(each.node.key, each.trigger, each.said) for each in found] == [("chain", "demo", "方案演示")]
    known = [replace(item(), node_key="chain")]
    assert match_stage((chain,), "demo", stage_name="方案演示", known=known, team="华东") == ()
    assert match_stage((chain,), "lead", stage_name="线索确认", team="华东") == ()
    assert match_stage((replace(chain, enabled=False),), "demo", stage_name="", team="华东") == ()


@pytest.mark.parametrize(
    ("due", "alert", "opened", "due_at", "alert_at"),
    [
        (Lapse(hours=24), Lapse(hours=48), "11-18 15:00", "11-19 15:00", "11-20 15:00"),
        (Lapse(hours=24), Lapse(hours=48), "11-20 15:00", "11-23 08:30", "11-23 08:30"),
        (Lapse(hours=2), Lapse(hours=24), "11-19 19:00", "11-20 08:30", "11-20 19:00"),
        (Lapse(workdays=3), Lapse(workdays=5), "11-19 15:00", "11-24 15:00", "11-26 15:00"),
        (Lapse(hours=24), Lapse(hours=48), "09-30 15:00", "10-08 08:30", "10-08 08:30"),
    ],
)
def test_a_new_item_is_due_when_something_can_be_done_and_alerts_no_earlier(
    due: Lapse, alert: Lapse, opened: str, due_at: str, alert_at: str
) -> None:
    item = open_item(
        Opening(node=node(due=due, alert=alert), said="要招标", trigger="tender"),
        member_id=1,
        customer_id=2,
        visit_id=3,
        at=at(opened),
        calendar=CALENDAR,
        quiet_hours=QuietHours(),
    )
    assert (item.due_at, item.alert_at) == (at(due_at), at(alert_at))
    assert (item.id, item.status, item.said) == (0, NodeStatus.OPEN, "要招标")
    assert (item.member_id, item.customer_id, item.visit_id) == (1, 2, 3)


def item() -> NodeItem:
    moment = at("11-19 15:00")
    return NodeItem(
        id=7,
        node_key="n",
        member_id=1,
        customer_id=2,
        visit_id=None,
        opened_at=moment,
        due_at=moment,
        alert_at=moment,
    )


@pytest.mark.parametrize("status", [NodeStatus.DONE, NodeStatus.WAIVED, NodeStatus.CANCELLED])
def test_an_item_closes_once(status: NodeStatus) -> None:
    closed = close_item(item(), status, at=at("11-20 09:00"), reason="重复了")
    assert (closed.status, closed.closed_at, closed.reason) == (status, at("11-20 09:00"), "重复了")
    with pytest.raises(Stale):
        close_item(closed, NodeStatus.DONE, at=at("11-20 10:00"))


def test_proofs_are_added_in_order() -> None:
    assert attach_evidence(attach_evidence(item(), "a"), "b").evidence_refs == ("a", "b")
    assert attach_evidence(item(), "a", Evidence.VOICE).answers == (Answer(key="voice", value="a"),)


FORM = replace(
    node("form"),
    evidence=(Evidence.FORM,),
    fields=(
        FormField(key="model", name="竞品型号"),
        FormField(key="focus", name="客户关注点"),
        FormField(key="price", name="对方报价", only_on=frozenset({Signal.COMPARE})),
    ),
)


@pytest.mark.parametrize(
    ("trigger", "asked"),
    [("西门子", ("model", "focus")), ("compare", ("price",)), ("tender", ("model", "focus"))],
)
def test_an_item_keeps_the_lines_that_its_trigger_asks_for(trigger: str, asked: tuple[str, ...]) -> None:
    opened = open_item(
        Opening(node=FORM, said="", trigger=trigger),
        member_id=1,
        customer_id=2,
        visit_id=None,
        at=at("11-19 15:00"),
        calendar=CALENDAR,
        quiet_hours=QuietHours(),
    )
    assert opened.form == asked
    assert missing_lines(opened) == asked
    assert missing_parts(FORM, opened) == (Evidence.FORM,)
    for key in asked:
        opened = tell(opened, key, "说过了")
    assert missing_parts(FORM, opened) == ()


def test_every_part_of_a_proof_is_asked_for_and_the_reps_word_stands_for_all() -> None:
    both = replace(node(), evidence=(Evidence.FILE, Evidence.VOICE))
    assert missing_parts(both, item()) == (Evidence.FILE, Evidence.VOICE)
    assert missing_parts(both, attach_evidence(item(), "a")) == (Evidence.VOICE,)
    assert missing_parts(both, tell(item(), Evidence.ATTESTED, "李明")) == ()
    chain = replace(node(), evidence=(Evidence.ROLES,))
    assert missing_parts(chain, item()) == (Evidence.ROLES,)
    assert missing_parts(chain, item(), roles_known=True) == ()


def test_an_item_opens_again_with_time_to_do_it() -> None:
    closed = close_item(tell(item(), "file", "a"), NodeStatus.WAIVED, at=at("11-20 09:00"), reason="重复了")
    again = reopen_item(closed, node(), at=at("11-20 10:00"), calendar=CALENDAR, quiet_hours=QuietHours())
    assert (again.status, again.closed_at, again.reason) == (NodeStatus.OPEN, None, "")
    assert again.answers == closed.answers
    assert (again.due_at, again.alert_at) == (at("11-23 08:30"), at("11-23 08:30"))
    early = replace(closed, due_at=at("11-25 15:00"), alert_at=at("11-26 15:00"))
    kept = reopen_item(early, node(), at=at("11-20 10:00"), calendar=CALENDAR, quiet_hours=QuietHours())
    assert (kept.due_at, kept.alert_at, kept.snoozes) == (early.due_at, early.alert_at, 0)
    with pytest.raises(Stale):
        reopen_item(again, node(), at=at("11-20 10:00"), calendar=CALENDAR, quiet_hours=QuietHours())
