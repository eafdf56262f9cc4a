"""A competitor and a price while a price is negotiated: the rep reads it first, the supervisor in minutes."""

from __future__ import annotations

import pytest

from bot.domain.messages import Priority
from tests.handlers.office import KANGLIAN, Office, account, last_card, words
from tests.handlers.test_team_lists import open_deal

WAR = "刚拜访完杭州康联，张总嫌太贵，西门子报价低8%，聊了报价，让我周五前发报价"


def tell(office: Office, note: str = WAR) -> str:
    return words(office.tap("liming", office.say("liming", note), "确认"))


def test_it_reaches_the_supervisor_within_two_minutes(office: Office) -> None:
    open_deal(office, KANGLIAN)
    assert "我请 王姐 一起想办法" in tell(office)
    office.wait(seconds=30)
    assert office.tick() == []
    office.wait(seconds=60)
    (alert,) = office.tick()
    assert (alert.to, alert.priority) == (account("wangjie"), Priority.NUDGE)
    assert last_card([alert]).title == "🔔 杭州康联 正在谈价，竞品也在"
    assert "西门子" in words([alert])
    assert "想对 李明 说什么" in words(office.tap("wangjie", [alert], "给建议"))
    assert "V1001 · 杭州康联" in words(office.say("wangjie", "我来打电话"))
    office.wait(minutes=5)
    assert office.tick() == []


@pytest.mark.parametrize(("said", "sent"), [("11-19 21:00", "11-20 08:30"), ("11-21 10:00", "11-23 08:30")])
def test_outside_working_hours_it_waits_for_the_opening(office: Office, said: str, sent: str) -> None:
    office.at(said)
    open_deal(office, KANGLIAN)
    tell(office)
    office.wait(minutes=2)
    assert office.tick() == []
    office.at(sent)
    assert "🔔" in words(office.tick())


@pytest.mark.parametrize(
    "note",
    [
        "刚拜访完杭州康联，张总嫌太贵，聊了报价，让我周五前发报价",
        "刚拜访完杭州康联，他们也在看西门子，聊了交期，让我周五前发方案",
    ],
)
def test_one_of_the_two_alone_is_no_alert(office: Office, note: str) -> None:
    open_deal(office, KANGLIAN)
    assert "一起想办法" not in tell(office, note)
    office.wait(minutes=2)
    assert office.tick() == []


def test_without_a_deal_at_that_stage_there_is_none(office: Office) -> None:
    assert "一起想办法" not in tell(office)


def test_what_is_undone_in_time_alerts_nobody(office: Office) -> None:
    open_deal(office, KANGLIAN)
    saved = office.tap("liming", office.say("liming", WAR), "确认")
    office.tap("liming", saved, "撤销")
    office.wait(minutes=2)
    assert office.tick() == []


def test_more_than_three_a_day_come_with_the_next_digest(office: Office) -> None:
    customers = ("杭州康联", "宁波德力", "苏州恒达", "无锡恒达")
    alerts = 0
    for customer in customers:
        open_deal(office, customer)
        tell(office, WAR.replace("杭州康联", customer))
        office.wait(minutes=3)
        alerts += len(office.tick())
    assert alerts == 3
    office.at("11-20 08:47")
    office.begin_day()
    digest = next(each for each in office.tick() if each.to == account("wangjie"))
    assert "🔔 李明 · 无锡恒达" in words([digest])
