"""Deals: which one a note means, how they move and end, and what their stage's words are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.errors import Stale
from bot.domain.opportunities import (
    Opportunity,
    OpportunityStatus,
    deals_meant,
    end_deal,
    enter_stage,
    prove,
    reopen_deal,
)
from bot.domain.playbook import find_hints, find_stage
from bot.domain.understanding import Fact, Field, Signal, Span, VisitFacts
from config.playbook import load_playbook

PLAYBOOK = load_playbook()
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
NAMES = ("杭州康联医疗科技有限公司", "杭州康联", "康联")


def deal(number: int = 1, title: str = "康联生化分析仪三台") -> Opportunity:
    return Opportunity(
        id=number, customer_id=1, owner_id=1, title=title, stage_key="lead", stage_entered_at=NOW
    )


ANALYSER, IMMUNO = deal(), deal(2, "康联化学发光仪")


@pytest.mark.parametrize(
    ("deals", "text", "meant"),
    [
        ([], "聊了生化分析仪", []),
        ([ANALYSER], "聊了别的", [1]),  # the only one is meant
        ([ANALYSER, IMMUNO], "聊了生化分析仪的价格", [1]),
        ([ANALYSER, IMMUNO], "化学发光那台要招标", [2]),
        ([ANALYSER, IMMUNO], "刚拜访完康联，聊了价格", [1, 2]),  # the customer's name tells nothing
        ([ANALYSER, IMMUNO], "发光仪和分析仪都聊了", [1, 2]),
    ],
)
def test_the_deal_that_a_note_speaks_of(deals: list[Opportunity], text: str, meant: list[int]) -> None:
    assert [each.id for each in deals_meant(deals, text, names=NAMES)] == meant


def test_a_move_starts_the_time_in_the_stage_and_is_made_once() -> None:
    later = NOW + timedelta(days=3)
    moved = enter_stage(deal(), "demo", at=later)
    assert (moved.stage_key, moved.stage_entered_at) == ("demo", later)
    assert moved.in_stage(later + timedelta(days=2)) == timedelta(days=2)
    with pytest.raises(Stale):
        enter_stage(moved, "demo", at=later)


def test_a_deal_ends_once_and_can_be_opened_again() -> None:
    lost = end_deal(deal(), OpportunityStatus.LOST, reason="价格太高", at=NOW)
    assert (lost.status, lost.lost_reason, lost.closed_at) == (OpportunityStatus.LOST, "价格太高", NOW)
    assert lost.in_stage(NOW + timedelta(days=9)) == timedelta(0)
    for again in (OpportunityStatus.LOST, OpportunityStatus.WON):
        with pytest.raises(Stale):
            end_deal(lost, again, reason="", at=NOW)
    with pytest.raises(Stale):
        enter_stage(lost, "demo", at=NOW)
    assert reopen_deal(lost) == deal()
    with pytest.raises(Stale):
        reopen_deal(deal())


def test_an_evidence_action_is_given_once_a_stage() -> None:
    given = prove(deal(), "first_visit", at=NOW, media_ref="f")
    assert given.has_proof("lead", "first_visit")
    assert not given.has_proof("demo", "first_visit")
    with pytest.raises(Stale):
        prove(given, "first_visit", at=NOW)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("今天做了演示，反响不错", "demo"),
        ("已经进入报价谈判了", "negotiation"),
        ("合同签好了，下周进场安装", "delivery"),  # the furthest one
        ("还没做演示完整方案", None),
        ("还没到合同审批那一步", None),
        ("争取下个月签完合同", None),
        ("聊了聊天气", None),
    ],
)
def test_words_of_a_note_propose_a_stage(text: str, stage: str | None) -> None:
    found = find_stage(PLAYBOOK, text)
    assert (found[0].key if found else None) == stage


@pytest.mark.parametrize(
    ("words", "stage"),
    [("报价谈判", "negotiation"), ("谈判", "negotiation"), ("演示", "demo"), ("签署", "contract")],
)
def test_a_stage_is_named_in_whole_or_in_part(words: str, stage: str) -> None:
    found = PLAYBOOK.named_stage(words)
    assert found is not None
    assert found.key == stage


def test_words_that_name_no_stage_or_several_name_none() -> None:
    assert PLAYBOOK.named_stage("确认") is not None  # 线索确认 alone
    assert PLAYBOOK.named_stage("月球") is None
    assert PLAYBOOK.named_stage("") is None


def said(signal: Signal) -> VisitFacts:
    return VisitFacts(
        facts=(Fact(field=Field.SIGNAL, value=signal, span=Span(0, 2), said="说的", rule="test"),)
    )


@pytest.mark.parametrize(
    ("facts", "text", "earlier", "done", "hints"),
    [
        (said(Signal.BUDGET), "需要和财务再讨论", [], set(), ["roi_sheet"]),
        (said(Signal.BUDGET), "预算不足", [], set(), []),
        (said(Signal.PRICE), "又要降价", [said(Signal.PRICE)], set(), ["technical_fit"]),
        (said(Signal.PRICE), "要降价", [], set(), []),
        (said(Signal.PRICE), "又要降价", [said(Signal.PRICE)], {"solution_fit"}, []),
        (VisitFacts(), "和财务吃饭", [], set(), []),
    ],
)
def test_what_was_left_out_is_hinted(
    facts: VisitFacts, text: str, earlier: list[VisitFacts], done: set[str], hints: list[str]
) -> None:
    found = find_hints(PLAYBOOK.hints, facts, text=text, earlier=earlier, done=frozenset(done))
    assert [hint.key for hint in found] == hints


def test_stages_are_numbered_in_their_order() -> None:
    assert [PLAYBOOK.stage_number(stage.key) for stage in PLAYBOOK.stages] == [0, 1, 2, 3, 4, 5]
    assert PLAYBOOK.stage_number("nowhere") == -1
    assert all(1 <= len(stage.proofs) <= 2 for stage in PLAYBOOK.stages)
    assert replace(deal(), stage_key="x").stage_key == "x"
