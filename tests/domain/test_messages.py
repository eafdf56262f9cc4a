"""Cards with their typed twins and digits, and moments that must carry a zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.domain.messages import (
    MAX_BUTTONS,
    Address,
    Button,
    Card,
    Incoming,
    Kind,
    Option,
    Outgoing,
    Row,
    Select,
)
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.opportunities import Opportunity
from bot.domain.understanding import ActionKind, VisitFacts
from bot.domain.visits import VisitRecord, VisitStatus

NAIVE = datetime(2026, 11, 19, 15, 0)  # noqa: DTZ001
AWARE = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
LIMING = Address(platform="console", user_id="liming")
YES = Button(label="确认", action="visit.confirm:42", primary=True)
NO = Button(label="取消", action="visit.discard:42")
PICK = Select(
    label="处理哪一项",
    action="day.open:",
    options=(Option(label="报价", value="action:7"), Option(label="节点", value="node:12")),
)


@pytest.mark.parametrize(
    ("card", "text"),
    [
        (Card(title="好的"), "好的"),
        (Card(title="标题", note="说明"), "标题\n说明"),
        (Card(title="标题", quote="原话"), "标题\n「原话」"),
        (Card(title="标题", rows=(Row(label="客户", value="杭州康联"),)), "标题\n客户：杭州康联"),
        (
            Card(title="标题", rows=(Row(label="截止", value="周五", was="下周", said="这周五"),)),
            "标题\n截止：下周 → 周五",
        ),
        (Card(title="标题", buttons=(YES, NO)), "标题\n1 确认  2 取消"),
        (Card(title="标题", selects=(PICK,)), "标题\n1 报价  2 节点"),
        (Card(title="标题", buttons=(YES,), selects=(PICK,)), "标题\n1 确认  2 报价  3 节点"),
        (
            Card(title="标", quote="话", rows=(Row(label="甲", value="乙"),), note="注", buttons=(YES,)),
            "标\n「话」\n甲：乙\n注\n1 确认",
        ),
    ],
)
def test_the_typed_twin_says_all_that_the_card_says(card: Card, text: str) -> None:
    assert card.as_text() == text


def test_choices_are_buttons_and_then_the_options_with_their_values() -> None:
    choices = Card(title="", buttons=(YES, NO), selects=(PICK,)).choices()
    assert [choice.action for choice in choices] == [
        "visit.confirm:42",
        "visit.discard:42",
        "day.open:=action:7",
        "day.open:=node:12",
    ]
    assert [choice.label for choice in choices] == ["确认", "取消", "报价", "节点"]


def test_a_card_holds_six_buttons_and_refuses_a_seventh() -> None:
    assert len(Card(title="", buttons=(YES,) * MAX_BUTTONS).buttons) == 6
    with pytest.raises(ValueError, match="6 buttons"):
        Card(title="", buttons=(YES,) * (MAX_BUTTONS + 1))


@pytest.mark.parametrize(
    ("outgoing", "text"),
    [
        (Outgoing(to=LIMING, text="好"), "好"),
        (Outgoing(to=LIMING, card=Card(title="卡", buttons=(YES,))), "卡\n1 确认"),
        (Outgoing(to=LIMING, text="", card=Card(title="卡")), ""),
        (Outgoing(to=LIMING, picture_ref="abc"), ""),
    ],
)
def test_a_message_without_cards_shows_its_text_or_the_twin(outgoing: Outgoing, text: str) -> None:
    assert outgoing.as_text() == text


def test_an_address_is_written_as_platform_and_account() -> None:
    assert str(LIMING) == "console:liming"


def incoming(at: datetime) -> object:
    return Incoming(id="m1", sender=LIMING, kind=Kind.TEXT, sent_at=at)


def nudge(at: datetime) -> object:
    return Nudge(
        id=0, key="k", member_id=1, subject=Subject.NODE, subject_id=1, step=LadderStep.REP, send_at=at
    )


def next_action(at: datetime) -> object:
    return NextAction(
        id=0, visit_id=1, member_id=1, customer_id=1, kind=ActionKind.CALL, text="电话", due_at=at
    )


def opportunity(at: datetime) -> object:
    return Opportunity(id=0, customer_id=1, owner_id=1, title="甲", stage_key="lead", stage_entered_at=at)


def item(**moments: datetime) -> NodeItem:
    rest = {"opened_at": AWARE, "due_at": AWARE, "alert_at": AWARE} | moments
    return NodeItem(id=0, node_key="n", member_id=1, customer_id=1, visit_id=1, **rest)


def record(**moments: datetime) -> VisitRecord:
    rest = {"created_at": AWARE, "updated_at": AWARE} | moments
    return VisitRecord(
        id=0,
        member_id=1,
        status=VisitStatus.DRAFT,
        text="",
        facts=VisitFacts(),
        happened_on=date(2026, 11, 19),
        **rest,
    )


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (incoming, "sent_at"),
        (nudge, "send_at"),
        (next_action, "due_at"),
        (opportunity, "stage_entered_at"),
        (lambda at: item(opened_at=at), "opened_at"),
        (lambda at: item(due_at=at), "due_at"),
        (lambda at: item(alert_at=at), "alert_at"),
        (lambda at: record(created_at=at), "created_at"),
        (lambda at: record(updated_at=at), "updated_at"),
    ],
)
def test_a_moment_without_a_zone_is_refused_by_name(make: Callable[[datetime], object], name: str) -> None:
    assert make(AWARE)
    with pytest.raises(ValueError, match=f"{name} must carry a time zone"):
        make(NAIVE)
