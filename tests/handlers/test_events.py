"""People come with their leader and go without losing what they had open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.directory import Colleague
from bot.domain.messages import Address, Kind
from bot.domain.people import Role
from handlers.events import take_in
from tests.handlers.office import NOTE, Office, last_card, words

LINA = Address(platform="wecom", user_id="lina")
WANGQ = Colleague(address=Address(platform="wecom", user_id="wangq"), name="王强", team="大客户部")
NEWCOMER = Colleague(address=LINA, name="李娜", team="大客户部", leader=WANGQ)


def arrive(office: Office, colleague: Colleague) -> str:
    with office.look() as uow:
        take_in(colleague, uow=uow, texts=office.deps.texts, now=office.now)
    return words(office.sent())


def leave(office: Office, who: str, action: str = "event.unsubscribe") -> str:
    return words(office.take(office.message(who, kind=Kind.EVENT, action=action)))


def test_newcomer_is_greeted_with_the_leader_and_both_are_members(office: Office) -> None:
    said = arrive(office, NEWCOMER)
    assert "你好，李娜" in said
    assert "你的上级是 王强" in said
    with office.look() as uow:
        lina, wangq = uow.members.at(LINA), uow.members.at(WANGQ.address)
    assert lina
    assert wangq
    assert (lina.role, lina.team, lina.supervisor_id) == (Role.REP, "大客户部", wangq.id)
    assert (wangq.role, wangq.team) == (Role.SUPERVISOR, "大客户部")


def test_known_member_is_not_greeted_again(office: Office) -> None:
    arrive(office, NEWCOMER)
    assert arrive(office, NEWCOMER) == ""


def test_admins_hear_of_a_newcomer_without_leader_and_set_one(office: Office) -> None:
    said = arrive(office, replace(NEWCOMER, leader=None))
    assert "「/主管 李娜 上级姓名」" in said
    assert "李娜 的上级是 王姐" in words(office.say("zhaogong", "/主管 李娜 王姐"))
    with office.look() as uow:
        lina, wangjie = uow.members.at(LINA), uow.members.named("王姐")
    assert lina
    assert wangjie
    assert lina.supervisor_id == wangjie.id


@pytest.mark.parametrize("argument", ["李明", "李明 李明", "李明 谁呢", "谁呢 王姐"])
def test_supervisor_needs_two_people_whom_everybody_knows(office: Office, argument: str) -> None:
    before = office.rows("members")
    office.say("zhaogong", f"/主管 {argument}")
    assert office.rows("members") == before


def test_rep_who_leads_becomes_a_supervisor(office: Office) -> None:
    arrive(office, replace(WANGQ, leader=None))
    arrive(office, NEWCOMER)
    with office.look() as uow:
        wangq = uow.members.at(WANGQ.address)
    assert wangq
    assert wangq.role is Role.SUPERVISOR


def test_who_leaves_is_not_reminded_and_the_supervisor_gets_the_list(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    shown = office.take(office.message("liming", kind=Kind.EVENT, action="event.delete_user"))
    assert [outgoing.to.user_id for outgoing in shown] == ["wangjie"]
    assert "李明 已离开" in words(shown)
    assert last_card(shown).selects[0].options
    with office.look() as uow:
        liming = uow.members.named("李明")
    assert liming
    assert not liming.active


def test_reminders_of_who_left_reach_the_supervisor_only(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    leave(office, "liming")
    told = set()
    for _ in range(8):
        office.wait(hours=17)
        told |= {outgoing.to.user_id for outgoing in office.tick()}
    assert told == {"wangjie"}


def test_who_left_is_not_greeted_and_comes_back_active(office: Office) -> None:
    arrive(office, NEWCOMER)
    event = replace(office.message("x", kind=Kind.EVENT, action="event.unsubscribe"), sender=LINA)
    assert "李娜 已离开" in words(office.take(event))
    assert office.take(replace(event, id="again")) == []
    office.wait(days=1)
    assert "你好，李娜" in arrive(office, NEWCOMER)
    with office.look() as uow:
        lina = uow.members.at(LINA)
    assert lina
    assert lina.active


def test_stranger_who_opens_the_chat_is_told_nothing(office: Office) -> None:
    assert leave(office, "nobody", "event.enter_agent") == ""


def test_unknown_kind_of_message_is_answered(office: Office) -> None:
    shown = office.take(office.message("liming", kind=Kind.TEXT, action="message.sphfeed"))
    assert "这种消息我还看不了" in words(shown)


def test_unknown_kind_does_not_answer_what_was_asked(office: Office) -> None:
    shown = office.say("liming", "刚拜访完杭州康联，张总让我尽快发报价")
    office.take(office.message("liming", kind=Kind.TEXT, action="message.sphfeed"))
    assert "下周三（11-25 周三）" in words(office.say("liming", "下周三吧"))
    assert shown
