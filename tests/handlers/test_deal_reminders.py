"""Reminders of deals: the rep first, every one answerable, void as soon as something happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import Outgoing
from bot.domain.opportunities import Opportunity
from tests.handlers.office import DELI, KANGLIAN, Office, last_card, words

NEWS = "刚拜访完杭州康联，张总说样机跑得不错，让我周五前发报价"


def put_deal(office: Office, stage_key: str, *, days: float, customer: str = KANGLIAN) -> int:
    owner = office.member("liming")
    with office.look() as uow:
        (found,) = uow.customers.named(customer)
        deal = Opportunity(
            id=0,
            customer_id=found.id,
            owner_id=owner.id,
            title="三台",
            stage_key=stage_key,
            stage_entered_at=office.now - timedelta(days=days),
        )
        return uow.opportunities.save(deal).id


def check_of(office: Office, node_key: str) -> int:
    """The open check of that node."""
    liming = office.member("liming")
    with office.look() as uow:
        return next(each.id for each in uow.node_items.open_of(liming.id) if each.node_key == node_key)


def morning(office: Office, moment: str) -> dict[str, list[Outgoing]]:
    """The day begins, its digest minute comes; what each person is sent."""
    office.at(f"{moment} 00:05")
    office.begin_day()
    office.at(f"{moment} 08:47")
    shown: dict[str, list[Outgoing]] = {}
    for each in office.tick():
        shown.setdefault(each.to.user_id, []).append(each)
    return shown


def test_a_silent_deal_is_told_to_the_rep_then_to_the_supervisor(office: Office) -> None:
    put_deal(office, "diagnosis", days=4)  # 11-15 15:00
    shown = morning(office, "11-23")
    card = last_card(shown["liming"])
    assert card.title == "⏰ 8 天没有新进展 · 杭州康联" or "杭州康联" in words(shown["liming"])
    assert "杭州康联" not in words(shown["wangjie"])
    again = morning(office, "11-24")
    assert "李明 · 杭州康联" in words(again["wangjie"])
    assert "liming" not in again


def test_a_note_makes_it_void(office: Office) -> None:
    put_deal(office, "diagnosis", days=4)
    office.at("11-20 00:05")
    office.begin_day()
    office.at("11-20 08:40")
    office.tap("liming", office.say("liming", NEWS), "确认")
    office.at("11-20 08:47")
    assert not [each for each in office.tick() if "没有新进展" in each.as_text()]


def test_many_deals_make_one_message(office: Office) -> None:
    put_deal(office, "negotiation", days=8)
    put_deal(office, "diagnosis", days=6, customer=DELI)
    shown = morning(office, "11-20")["liming"]
    assert len(shown) == 1
    assert "杭州康联" in words(shown)
    assert "宁波德力" in words(shown)
    opened = last_card(
        office.press(
            "liming", last_card(shown).selects[0].action + "=" + last_card(shown).selects[0].options[0].value
        )
    )
    assert [button.label for button in opened.buttons] == ["已完成", "明天", "不适用", "要话术"]


def after_demo(office: Office) -> list[Outgoing]:
    """A demonstration yesterday at 15:00; the case is asked for now."""
    put_deal(office, "demo", days=0)
    office.at("11-20 00:05")
    office.begin_day()
    office.at("11-20 15:00")
    return [each for each in office.tick() if each.to.user_id == "liming"]


@pytest.mark.parametrize(("label", "answer"), [("已完成", "记下了"), ("不适用", "不再提醒")])
def test_a_case_that_is_settled_is_asked_for_no_more(office: Office, label: str, answer: str) -> None:
    shown = after_demo(office)
    assert last_card(shown).title == "⏰ 方案演示后发案例 · 杭州康联"
    assert answer in words(office.tap("liming", shown, label))
    office.at("11-23 00:05")
    office.begin_day()
    office.at("11-23 09:00")
    assert "案例" not in words(office.tick())


def test_tomorrow_is_tomorrow_at_most_twice(office: Office) -> None:
    shown = after_demo(office)
    for day in ("11-23", "11-24"):
        assert "再提醒你" in words(office.tap("liming", shown, "明天"))
        office.at(f"{day} 15:00")
        shown = [each for each in office.tick() if each.to.user_id == "liming"]
        assert "案例" in words(shown)
    assert "说一句" in words(office.tap("liming", shown, "明天"))


def test_nobody_answers_for_others(office: Office) -> None:
    shown = after_demo(office)
    action = last_card(shown).buttons[0].action
    assert "已处理" in words(office.press("hewei", action))


def test_undo_brings_it_back(office: Office) -> None:
    shown = after_demo(office)
    office.tap("liming", shown, "不适用")
    office.say("liming", "撤销")
    assert "记下了" in words(office.tap("liming", shown, "已完成"))


def test_words_for_the_stage(office: Office) -> None:
    shown = after_demo(office)
    assert words(office.tap("liming", shown, "要话术"))


def test_a_program_that_slept_floods_nobody(office: Office) -> None:
    put_deal(office, "negotiation", days=30)
    office.at("11-20 14:00")
    office.begin_day()
    assert not [each for each in office.tick() if each.to.user_id == "liming"]
    assert "杭州康联" in words(morning(office, "11-23")["liming"])


def test_the_supervisors_list_has_what_the_digest_told(office: Office) -> None:
    put_deal(office, "demo", days=4)
    morning(office, "11-23")
    morning(office, "11-24")
    listed = office.say("wangjie", "团队")
    assert "方案演示已" in words(listed)
    assert "想对 李明 说什么" in words(office.tap("wangjie", listed, "方案演示已 8 天 · 杭州康联"))


def test_a_gate_without_an_answer_is_asked_about_once(office: Office) -> None:
    office.tap("liming", office.say("liming", "刚从杭州康联出来，张总让我下周五前推进合同"), "确认")
    asked = office.press("liming", f"node.attest:{check_of(office, 'clause_consensus')}")
    assert "请你看一下" in words(asked)
    office.at("11-20 15:00")
    again = [each for each in office.tick() if each.to.user_id == "wangjie"]
    assert [button.label for button in last_card(again).buttons] == ["同意", "退回"]
    office.at("11-23 08:30")
    told = [each for each in office.tick() if each.to.user_id == "liming"]
    assert "还在等回复：合同条款共识" in words(told)
    office.at("11-25 15:00")
    assert "合同条款共识" not in words(office.tick())
    assert "同意了" in words(office.tap("wangjie", again, "同意"))


def test_a_gate_that_was_answered_is_not_asked_about(office: Office) -> None:
    office.tap("liming", office.say("liming", "刚从杭州康联出来，张总让我下周五前推进合同"), "确认")
    number = check_of(office, "clause_consensus")
    office.tap("wangjie", office.press("liming", f"node.attest:{number}"), "同意")
    office.at("11-25 15:00")
    assert "合同条款共识" not in words(office.tick())


def test_while_the_supervisor_is_away_the_deputy_agrees(office: Office) -> None:
    office.say("wangjie", "请假 11-19~11-20 代理 陈亮")
    office.tap("liming", office.say("liming", "刚从杭州康联出来，张总让我下周五前推进合同"), "确认")
    number = check_of(office, "clause_consensus")
    asked = office.press("liming", f"node.attest:{number}")
    assert {each.to.user_id for each in asked} == {"liming", "chenliang"}
    assert "同意了" in words(office.tap("chenliang", asked, "同意"))


def test_mondays_digest_has_last_weeks_waivers(office: Office) -> None:
    office.tap("liming", office.say("liming", NEWS), "确认")
    number = check_of(office, "need_clarified")
    asked = office.press("liming", f"node.waive:{number}")
    office.tap("liming", asked, "客户不需要")
    assert "不适用" not in words(morning(office, "11-20")["wangjie"])
    monday = words(morning(office, "11-23")["wangjie"])
    assert "➖ 李明 · 杭州康联：首次需求澄清：不适用（客户不需要）" in monday
    assert "不适用" not in words(morning(office, "11-24")["wangjie"])
    assert "不适用" not in words(morning(office, "11-30")["wangjie"])


def test_mondays_digest_counts_what_stands_still(office: Office) -> None:
    office.with_playbook(lambda book: replace(book, thresholds=replace(book.thresholds, stalled_deals=1)))
    put_deal(office, "negotiation", days=8)
    put_deal(office, "negotiation", days=8, customer=DELI)
    assert "2 单停在同一阶段超过 7 天" in words(morning(office, "11-23")["wangjie"])
    assert "停在同一阶段" not in words(morning(office, "11-24")["wangjie"])
