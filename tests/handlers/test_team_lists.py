"""Supervisors look up what is silent, stalled or objected to: their own people's only, nothing private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.opportunities import Opportunity
from tests.handlers.office import DELI, KANGLIAN, Office, last_card, value_of, words

QUOTE = "刚拜访完杭州康联，张总说『你们交期太长』，嫌太贵，让我周五前发报价"


def open_deal(office: Office, customer: str, *, owner: str = "liming", days: float = 9) -> int:
    member = office.member(owner)
    with office.look() as uow:
        (found,) = uow.customers.named(customer)
        deal = Opportunity(
            id=0,
            customer_id=found.id,
            owner_id=member.id,
            title="三台",
            stage_key="negotiation",
            stage_entered_at=office.now - timedelta(days=days),
        )
        return uow.opportunities.save(deal).id


def record(office: Office, note: str = QUOTE, *, who: str = "liming") -> None:
    office.tap(who, office.say(who, note), "确认")


def test_silent_deals_are_listed_with_days_stage_and_last_words(office: Office) -> None:
    open_deal(office, KANGLIAN, days=9)
    record(office)
    open_deal(office, DELI, days=3)
    assert "宁波德力" in words(office.say("wangjie", "48小时"))
    assert "杭州康联" not in words(office.say("wangjie", "48小时"))
    office.wait(days=5)
    card = last_card(office.say("wangjie", "48小时"))
    assert card.title == "超过48小时没有更新（2 单）"
    assert value_of(card, "1 宁波德力 · 李明") == "8 天 · 报价谈判"
    assert value_of(card, "2 杭州康联 · 李明").startswith("5 天 · 报价谈判 · 「")
    assert [row.label for row in last_card(office.say("wangjie", "7天")).rows] == ["1 宁波德力 · 李明"]


def test_stalled_deals_are_counted_from_the_stage(office: Office) -> None:
    open_deal(office, KANGLIAN, days=8)
    open_deal(office, DELI, days=6)
    card = last_card(office.say("wangjie", "停滞"))
    assert card.title == "同一阶段超过 7 天（1 单）"
    assert value_of(card, "1 杭州康联 · 李明") == "8 天 · 报价谈判"


def test_objections_lead_to_their_record(office: Office) -> None:
    record(office)
    shown = office.say("wangjie", "异议 本周")
    assert "本周异议" in last_card(shown).title
    opened = office.press("wangjie", last_card(shown).choices()[0].action)
    assert last_card(opened).title == "李明 · V1001"
    assert "给建议" in words(opened)
    assert "没有记到异议" in words(office.say("wangjie", "异议 上周"))
    assert "格式：异议" in words(office.say("wangjie", "异议 去年"))


def test_a_private_record_shows_none_of_its_words(office: Office) -> None:
    open_deal(office, KANGLIAN)
    record(office)
    (kept,) = office.records()
    with office.look() as uow:
        uow.visits.save(replace(kept, private=True))
    office.wait(days=3)
    assert "交期太长" not in words(office.say("wangjie", "48小时"))
    assert "没有记到异议" in words(office.say("wangjie", "异议"))
    assert "不在你的团队里" in words(office.press("wangjie", "team.record:1001"))


@pytest.mark.parametrize("command", ["48小时", "7天", "停滞"])
def test_another_teams_deals_are_not_there(office: Office, command: str) -> None:
    open_deal(office, KANGLIAN)
    assert "没有这样的商机" in words(office.say("chenliang", command))


def test_one_persons_list_is_given_in_scope_and_refused_outside_and_kept_for_the_audit(
    office: Office,
) -> None:
    open_deal(office, KANGLIAN)
    open_deal(office, DELI, owner="zhouqian")
    assert len(last_card(office.say("wangjie", "48小时 李明")).rows) == 1
    assert "不在你的团队里" in words(office.say("wangjie", "48小时 何伟"))
    assert "没有叫「张三」的同事" in words(office.say("wangjie", "48小时 张三"))
    assert "需要主管权限" in words(office.say("liming", "停滞"))
    wangjie, liming = office.member("wangjie"), office.member("liming")
    with office.look() as uow:
        assert uow.refusals.of(wangjie.id) == ["48小时 何伟"]
        assert uow.refusals.of(liming.id) == ["停滞"]


def test_a_deal_of_the_list_can_be_commented(office: Office) -> None:
    open_deal(office, KANGLIAN)
    shown = office.say("wangjie", "停滞")
    office.press("wangjie", last_card(shown).choices()[0].action)
    to_rep, _ = office.say("wangjie", "先约张总吃个饭")
    assert "报价谈判 · 杭州康联" in to_rep.as_text()
