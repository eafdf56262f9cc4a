"""Days off: ladder and answers go to the deputy on these days, and back afterwards."""

from __future__ import annotations

import pytest

from tests.handlers.office import Office, account, words
from tests.handlers.test_jobs import note_on, save


def take_leave(office: Office, days: str = "11-23~11-24") -> str:
    return words(office.say("wangjie", f"请假 {days} 代理 陈亮"))


def test_both_are_told(office: Office) -> None:
    told = office.say("wangjie", "请假 11-23~11-27 代理 陈亮")
    by = {each.to.user_id: each.as_text() for each in told}
    assert by["wangjie"].startswith("好，11-23 周一 到 11-27 周五 的提醒和审批由 陈亮 代你处理")
    assert "请你代 王姐 处理" in by["chenliang"]


@pytest.mark.parametrize(("moment", "receiver"), [("11-23 09:00", "chenliang"), ("11-25 09:00", "wangjie")])
def test_the_ladder_goes_to_the_deputy_on_these_days_only(office: Office, moment: str, receiver: str) -> None:
    take_leave(office)
    save(office, note_on("杭州康联"))
    office.at("11-20 17:00")
    office.tick()
    office.at(moment)
    (digest,) = office.tick()
    assert digest.to == account(receiver)
    assert ("代为处理：王姐" in words([digest])) is (receiver == "chenliang")


def test_a_deputy_may_see_and_advise_while_it_lasts(office: Office) -> None:
    take_leave(office)
    save(office, note_on("杭州康联"))
    office.at("11-23 10:00")
    assert "杭州康联" in words(office.say("chenliang", "团队"))
    assert "想对 李明 说什么" in words(office.press("chenliang", "team.comment:node:1"))
    office.at("11-25 10:00")
    assert "不在你的团队里" in words(office.press("chenliang", "team.comment:node:1"))


def test_a_reps_deputy_answers_for_the_rep(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.say("liming", "请假 11-20 代理 周倩")
    office.at("11-20 17:00")
    (nudge,) = office.tick()
    assert nudge.to == account("zhouqian")
    assert "代为处理：李明" in words([nudge])
    assert "再提醒你" in words(office.tap("zhouqian", [nudge], "明天"))


def test_coming_back_early_ends_it(office: Office) -> None:
    take_leave(office)
    assert "欢迎回来" in words(office.say("wangjie", "销假"))
    assert "你现在没有请假" in words(office.say("wangjie", "销假"))
    save(office, note_on("杭州康联"))
    office.at("11-20 17:00")
    office.tick()
    office.at("11-23 09:00")
    assert [each.to for each in office.tick()] == [account("wangjie")]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("请假", "格式：请假 11-23~11-27 代理 陈亮"),
        ("请假 下周 代理 陈亮", "格式："),
        ("请假 11-23~11-27 代理 没有人", "没有叫「没有人」的同事"),
        ("请假 11-23~11-27 代理 王姐", "没有叫「王姐」的同事"),
        ("请假 11-23~11-27 代理 李明", "需要主管来代"),
    ],
)
def test_what_cannot_be_is_told_kindly(office: Office, said: str, answer: str) -> None:
    assert answer in words(office.say("wangjie", said))
    assert office.rows("leaves") == {"leaves": []}


def test_two_cannot_stand_in_for_each_other(office: Office) -> None:
    take_leave(office)
    assert "王姐 那几天也请假了" in words(office.say("chenliang", "请假 11-24 代理 王姐"))


def test_a_second_leave_takes_the_place_of_the_first(office: Office) -> None:
    take_leave(office)
    office.say("wangjie", "请假 11-23 代理 赵工")
    save(office, note_on("杭州康联"))
    office.at("11-20 17:00")
    office.tick()
    office.at("11-23 09:00")
    assert [each.to for each in office.tick()] == [account("zhaogong")]
