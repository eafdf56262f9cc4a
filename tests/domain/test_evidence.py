"""Proofs: forms filled in from notes and from one spoken sentence, roles, and lists that match."""

from __future__ import annotations

import pytest

from bot.domain.customers import BuyingRole, Contact
from bot.domain.evidence import (
    Answer,
    FormField,
    answer_of,
    find_risk,
    match_models,
    missing_roles,
    pick_form,
    prefill,
    put_answer,
)
from bot.domain.forms import read_form
from bot.domain.understanding import Fact, Field, Signal, Span, VisitFacts
from config.playbook import load_playbook

PLAYBOOK = load_playbook()


def fields_of(key: str) -> tuple[FormField, ...]:
    node = PLAYBOOK.node(key)
    assert node is not None
    return node.fields


def fact(field: Field, value: str, said: str) -> Fact:
    return Fact(field=field, value=value, span=Span(0, len(said)), said=said, rule="test")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "型号是S7-1500，优势是交期短，他们关注价格",
            {"model": "S7-1500", "strength": "交期短", "focus": "价格"},
        ),
        (
            "竞品型号：S7；我方优势：本地服务；客户关注点：售后",
            {"model": "S7", "strength": "本地服务", "focus": "售后"},
        ),
        ("我们的优势主要是响应快", {"strength": "响应快"}),
        ("对方报价 42万，交期六周", {"their_price": "42万", "lead_time": "六周"}),
        ("型号是S7优势是交期短", {"model": "S7", "strength": "交期短"}),
        ("S7-1500", {}),
        ("优势", {}),
        ("", {}),
    ],
)
def test_a_sentence_fills_in_the_lines_that_it_names(said: str, told: dict[str, str]) -> None:
    assert read_form(said, fields_of("competitor_response"), links=PLAYBOOK.form_links) == told


def test_a_note_fills_in_what_it_says_already() -> None:
    facts = VisitFacts(
        facts=(
            fact(Field.COMPETITOR, "西门子", "西门子"),
            fact(Field.SIGNAL, Signal.PRICE, "报价低8%"),
            fact(Field.SIGNAL, Signal.TENDER, "要招标"),
        )
    )
    names = {Signal.PRICE.value: "价格"}
    answers = prefill(fields_of("competitor_response"), facts, names=names)
    assert answer_of(answers, "model") == "西门子"
    assert answer_of(answers, "focus") == "价格"
    assert answer_of(answers, "their_price") == "报价低8%"
    assert answer_of(answers, "strength") == ""


def test_a_customer_who_compares_is_asked_about_with_other_lines() -> None:
    fields = fields_of("competitor_response")
    assert pick_form(fields, frozenset({Signal.COMPARE})) == ("their_price", "lead_time", "weakness")
    assert pick_form(fields, frozenset()) == ("model", "strength", "focus")


def test_a_second_answer_takes_the_place_of_the_first() -> None:
    answers = put_answer(put_answer((), "a", "1"), "b", "2")
    assert put_answer(answers, "a", "3") == (Answer(key="a", value="3"), Answer(key="b", value="2"))


@pytest.mark.parametrize(
    ("text", "percent", "unknown"),
    [
        ("BS-240、bs240", 100, ()),
        ("BS-240 XK-100", 50, ("XK-100",)),
        ("bs 240、CL 900", 100, ()),
        ("", 0, ()),
    ],
)
def test_models_match_whatever_their_dashes(text: str, percent: int, unknown: tuple[str, ...]) -> None:
    match = match_models(text, ("BS240", "CL-900"))
    assert (match.percent, match.unknown) == (percent, unknown)


@pytest.mark.parametrize(("known", "percent"), [(9, 90), (8, 80), (10, 100), (0, 0)])
def test_the_share_is_rounded_down(known: int, percent: int) -> None:
    models = " ".join(f"M{n}" for n in range(10))
    assert match_models(models, [f"m-{n}" for n in range(known)]).percent == percent
    assert match_models("A B C D E F G H J K L", ["A", "B", "C", "D", "E", "F", "G", "H", "J"]).percent == 81


def test_three_roles_are_wanted_of_people_who_are_still_there() -> None:
    def person(role: BuyingRole | None, *, active: bool = True) -> Contact:
        return Contact(id=1, customer_id=1, name="王", role=role, active=active)

    assert missing_roles([person(None), person(BuyingRole.DECIDER)]) == (
        BuyingRole.INITIATOR,
        BuyingRole.INFLUENCER,
        BuyingRole.VETOER,
    )
    held = [
        person(BuyingRole.INITIATOR),
        person(BuyingRole.INFLUENCER),
        person(BuyingRole.VETOER, active=False),
    ]
    assert missing_roles(held) == (BuyingRole.VETOER,)
    assert missing_roles([*held, person(BuyingRole.VETOER)]) == ()


def test_a_signal_names_its_risk() -> None:
    node = PLAYBOOK.node("risk_registered")
    assert node is not None
    assert [
        risk.key for key in ("tender", "budget", "timing", "delay") if (risk := find_risk(node.risks, key))
    ] == [
        "tender",
        "budget",
        "delay",
        "delay",
    ]
    assert find_risk(node.risks, "price") is None
