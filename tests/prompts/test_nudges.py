"""Cards of nudges and lists: each line can be answered by its digit, and a digest stays short."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Card
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.understanding import ActionKind
from config.playbook import load_playbook
from prompts.nudges import (
    DueItem,
    action_item,
    digest_card,
    due_text,
    item_card,
    list_card,
    node_item,
    supervisor_card,
)
from prompts.texts import load_texts

TEXTS = load_texts()
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
YESTERDAY = (NOW - timedelta(days=1)).date()
HOUR = timedelta(hours=1)
NODE = load_playbook().nodes[0]


def check(number: int = 12, *, due_at: datetime = NOW + HOUR, said: str = "有意向") -> DueItem:
    item = NodeItem(
        id=number,
        node_key=NODE.key,
        member_id=1,
        customer_id=2,
        visit_id=None,
        opened_at=NOW,
        due_at=due_at,
        alert_at=due_at,
        said=said,
    )
    return node_item(NODE, item, customer="康联", rep="李明")


def promise(number: int = 7, *, due_at: datetime | None = NOW + HOUR) -> DueItem:
    action = NextAction(
        id=number,
        visit_id=1,
        member_id=1,
        customer_id=2,
        kind=ActionKind.SEND_QUOTE,
        text="发送报价",
        due_at=due_at,
    )
    return action_item(action, customer="德力")


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def actions(card: Card) -> list[str]:
    return [button.action for button in card.choices()]


def test_a_check_can_be_done_put_off_waived_or_helped() -> None:
    card = item_card(check(), texts=TEXTS, now=NOW)
    assert card.title == "📌 首次需求澄清 · 康联"
    assert [(row.label, row.value) for row in card.rows] == [
        ("要做", NODE.ask),
        ("到期", "今天 16:00"),
        ("因为说到", "有意向"),
    ]
    assert labels(card) == ["已完成", "明天", "不适用", "要话术"]
    assert actions(card) == ["node.done:12", "node.tomorrow:12", "node.waive:12", "tracks.node:12"]


def test_a_promise_can_be_done_put_off_or_dropped() -> None:
    card = item_card(promise(), texts=TEXTS, now=NOW)
    assert card.title == "📌 发送报价 · 德力"
    assert [(row.label, row.value) for row in card.rows] == [("到期", "今天 16:00")]
    assert labels(card) == ["已完成", "明天", "不做了"]
    assert actions(card) == ["action.done:7", "action.tomorrow:7", "action.drop:7"]


def test_a_nudge_is_the_same_card_with_an_offer_to_help() -> None:
    plain, nudge = (item_card(check(), texts=TEXTS, now=NOW, nudging=nudging) for nudging in (False, True))
    assert nudge.title == "⏰ 首次需求澄清 · 康联"
    assert nudge.buttons == plain.buttons
    assert nudge.note == "要不要我帮你往前推一步？"


@pytest.mark.parametrize(
    ("due_at", "text"),
    [
        (None, "没定日期"),
        (NOW + HOUR, "今天 16:00"),
        (NOW, "已到期 今天 15:00"),
        (NOW - 24 * HOUR, "已到期 昨天 15:00"),
        (NOW + 8 * 24 * HOUR, "11-27 周五 15:00"),
    ],
)
def test_when_it_is_late(due_at: datetime | None, text: str) -> None:
    assert due_text(due_at, texts=TEXTS, now=NOW) == text


def test_what_nothing_is_known_of_has_no_row() -> None:
    assert item_card(promise(due_at=None), texts=TEXTS, now=NOW).rows == ()
    assert "因为说到" not in [row.label for row in item_card(check(said=""), texts=TEXTS, now=NOW).rows]


def test_each_line_of_a_list_has_the_digit_that_opens_it() -> None:
    card = list_card([check(), promise()], title="今日", texts=TEXTS, now=NOW, action="day.open:", more=4)
    assert [(row.label, row.value) for row in card.rows] == [
        ("1 康联", "首次需求澄清 · 今天 16:00"),
        ("2 德力", "发送报价 · 今天 16:00"),
    ]
    assert actions(card) == ["day.open:=node:12", "day.open:=action:7"]
    assert card.note == "还有 4 项，处理完这些我再提醒。"
    assert card.as_text().splitlines()[-1] == "1 首次需求澄清 · 康联  2 发送报价 · 德力"


def test_a_list_that_is_whole_says_nothing_of_more() -> None:
    assert list_card([check()], title="今日", texts=TEXTS, now=NOW, action="a:").note is None


def test_the_digest_praises_first_then_lists_and_tells_how_many_more() -> None:
    card = digest_card(
        [check(), check(13)],
        name="王姐",
        day=YESTERDAY,
        praised=["李明", "周倩"],
        more=5,
        texts=TEXTS,
        now=NOW,
    )
    assert card.title == "早上好，王姐"
    assert card.rows[0].value == "昨天 李明、周倩 都有 3 条以上有效更新，真不错。"
    assert card.rows[1].label == "李明 · 康联 · 首次需求澄清"
    assert NODE.ask in card.rows[1].value
    assert "今天 16:00" in card.rows[1].value
    assert len(card.rows) == 3
    assert labels(card) == ["还有 5 项", "知道了"]
    assert card.as_text().splitlines()[-1] == "1 还有 5 项  2 知道了"


def test_a_digest_without_more_and_without_praise_stays_kind() -> None:
    card = digest_card([check()], name="王姐", day=YESTERDAY, praised=[], more=0, texts=TEXTS, now=NOW)
    assert labels(card) == ["知道了"]
    assert card.rows[0].value == "昨天的更新还在路上。"


def test_a_supervisor_is_offered_to_help() -> None:
    card = supervisor_card(check(due_at=NOW - HOUR), texts=TEXTS, now=NOW)
    assert "李明" in card.title
    assert actions(card) == ["team.comment:12", "team.seen"]
    assert "已到期 今天 14:00" in card.as_text()
