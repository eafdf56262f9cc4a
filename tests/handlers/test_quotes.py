"""Words under a quoted message: the quoted record or item is meant, not the newest one."""

from __future__ import annotations

import pytest

from bot.domain.messages import Kind, Outgoing
from bot.domain.next_actions import NextActionStatus
from bot.domain.visits import VisitStatus
from tests.handlers.office import DELI, NOTE, Office, last_card, value_of, words

OTHER = "刚拜访完宁波德力，孙总让我周五前发方案"


def quote(office: Office, shown: list[Outgoing], said: str) -> list[Outgoing]:
    """Words under the last message of these."""
    return office.take(office.message("liming", kind=Kind.TEXT, text=said, card_key=shown[-1].key))


def reminder(office: Office) -> list[Outgoing]:
    """The reminder of the promised quotation."""
    office.tap("liming", office.say("liming", NOTE), "确认")
    with office.look() as uow:
        member = uow.members.named("李明")
        assert member is not None
        [action] = uow.next_actions.open_of(member.id)
    return office.press("liming", f"day.open:=action:{action.id}")


def test_a_correction_under_a_quote_is_of_the_quoted_record(office: Office) -> None:
    first = office.say("liming", NOTE)
    office.wait(minutes=20)
    office.say("liming", OTHER)
    shown = quote(office, first, "不对，决策人是采购部王主任")
    assert "康联" in words(shown)
    kanglian, deli = office.records()
    assert "王主任" in str(kanglian.facts)
    assert "王主任" not in str(deli.facts)


def test_more_words_under_a_quote_join_the_quoted_record(office: Office) -> None:
    first = office.say("liming", NOTE)
    office.wait(minutes=40)
    office.say("liming", OTHER)
    quote(office, first, "预算大概十二万")
    kanglian, deli = office.records()
    assert "预算大概十二万" in kanglian.text
    assert "预算" not in deli.text


def test_a_whole_note_under_a_quote_is_a_note(office: Office) -> None:
    first = office.say("liming", NOTE)
    quote(office, first, OTHER)
    assert [record.status for record in office.records()] == [VisitStatus.DRAFT] * 2


@pytest.mark.parametrize("said", ["已经发了", "发了", "好的，已发", "搞定了", "已完成", "处理好了"])
def test_done_under_a_quoted_reminder_closes_its_item(office: Office, said: str) -> None:
    shown = quote(office, reminder(office), said)
    with office.look() as uow:
        action = uow.next_actions.get(1)
    assert action is not None
    assert action.status is NextActionStatus.DONE, words(shown)


@pytest.mark.parametrize("said", ["还没发", "发什么", "下周再发", "没有发了"])
def test_anything_else_under_a_reminder_closes_nothing(office: Office, said: str) -> None:
    quote(office, reminder(office), said)
    with office.look() as uow:
        action = uow.next_actions.get(1)
    assert action is not None
    assert action.status is NextActionStatus.OPEN


def test_news_under_a_reminder_is_a_note_on_its_customer(office: Office) -> None:
    due = reminder(office)
    office.say("liming", OTHER)
    office.wait(minutes=1)
    shown = quote(office, due, "张总说要下周三才能定预算")
    assert value_of(last_card(shown), "客户").startswith("杭州康联")
    assert DELI not in words(shown)


def test_a_buttons_words_under_a_quote_press_it(office: Office) -> None:
    first = office.say("liming", NOTE)
    office.wait(minutes=20)
    office.say("liming", OTHER)
    quote(office, first, "确认")
    assert [record.status for record in office.records()] == [VisitStatus.SAVED, VisitStatus.DRAFT]
