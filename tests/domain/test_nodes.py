"""Which note opens which node, when an item is due, and how it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.calendar import SHANGHAI, QuietHours
from bot.domain.errors import Stale
from bot.domain.nodes import (
    Clock,
    Evidence,
    Lapse,
    Node,
    NodeItem,
    NodeStatus,
    attach_evidence,
    close_item,
    match_nodes,
    open_item,
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
        evidence=Evidence.ATTESTED,
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
    found = match_nodes(NODES, facts, already_open=frozenset(), team="华东")
    assert [(each.key, said) for each, said in found] == opened


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
    assert bool(match_nodes((changed_risk,), TENDER, already_open=frozenset(already), team=team)) is opens


@pytest.mark.parametrize(
    ("lapse", "moment", "after"),
    [
        (Lapse(), "11-19 15:00", "11-19 15:00"),
        (Lapse(hours=24), "11-20 15:00", "11-21 15:00"),  # wall clock runs on over a Saturday
        (Lapse(hours=0.5), "11-19 15:00", "11-19 15:30"),
        (Lapse(workdays=1), "11-20 15:00", "11-23 15:00"),
        (Lapse(workdays=5), "09-30 15:00", "10-13 15:00"),  # 国庆 left out, the Saturday after it worked
        (Lapse(workdays=1, hours=2), "11-20 15:00", "11-23 17:00"),
    ],
)
def test_a_lapse_is_hours_of_the_wall_clock_or_workdays(lapse: Lapse, moment: str, after: str) -> None:
    assert lapse.after(at(moment), CALENDAR) == at(after)


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
        node(due=due, alert=alert),
        member_id=1,
        customer_id=2,
        visit_id=3,
        said="要招标",
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
