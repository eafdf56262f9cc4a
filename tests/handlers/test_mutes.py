"""Noise under one's own control: announced first where the supervisor hears of something all the same."""

from __future__ import annotations

from tests.handlers.office import Office, account, last_card, words
from tests.handlers.test_jobs import note_on, save


def test_a_quiet_day_with_nothing_at_stake_begins_at_once(office: Office) -> None:
    save(office, note_on("杭州康联"))  # its alert comes on Saturday
    assert "今天不打扰你" in words(office.say("liming", "今天免打扰"))


def test_what_reaches_the_supervisor_is_announced_before_muting(office: Office) -> None:
    save(office, note_on("杭州康联"))
    asked = office.say("liming", "只要日报")
    assert "有 1 项过了预警时间" in words(asked)
    assert "首次需求澄清，11-21 周六 15:01 起" in words(asked)
    assert office.rows("mutes") == {"mutes": []}
    assert "每个工作日早上给你一张清单" in words(office.tap("liming", asked, "照样静音"))
    assert len(office.rows("mutes")["mutes"]) == 1


def test_a_quiet_day_ends_with_the_next_morning(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 09:00")
    office.say("liming", "今天免打扰")
    office.at("11-20 17:00")
    assert office.tick() == []
    office.at("11-23 08:30")
    assert [each.to for each in office.tick()] == [account("liming")]


def test_one_list_a_day_has_what_is_due_today(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.tap("liming", office.say("liming", "只要日报"), "照样静音")
    office.at("11-20 08:47")
    office.begin_day()
    lists = [each for each in office.tick() if each.to == account("liming")]
    assert [last_card([each]).title for each in lists] == ["今日待办 · 李明"]
    assert "首次需求澄清" in words(lists)
    office.at("11-20 17:00")
    assert office.tick() == []


def test_a_kind_that_is_not_wanted_stays_silent_and_its_ladder_goes_on(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.tap("liming", office.say("liming", "不提醒 首次需求"), "照样静音")
    office.at("11-20 17:00")
    assert office.tick() == []
    assert "首次需求澄清" in words(office.say("liming", "今日"))
    office.at("11-23 09:00")
    assert [each.to for each in office.tick()] == [account("wangjie")]


def test_kinds_can_be_chosen_from_a_list(office: Office) -> None:
    shown = office.say("liming", "不提醒")
    assert "竞品应对备案" in words(shown)
    assert "「答应过的事」到期不再单独提醒" in words(office.tap("liming", shown, "答应过的事"))


def test_an_unknown_kind_is_told_with_those_that_there_are(office: Office) -> None:
    assert "首次需求澄清、方案匹配验证" in words(office.say("liming", "不提醒 天气"))
    assert "没找到这一类" in words(office.say("liming", "不提醒 风险与条款"))


def test_reminders_come_back_when_they_are_wanted(office: Office) -> None:
    office.say("liming", "今天免打扰")
    office.say("liming", "不提醒 答应过的事")
    assert "提醒已恢复" in words(office.say("liming", "恢复提醒"))
    member = office.member("liming")
    with office.look() as uow:
        assert uow.mutes.holding([member.id], now=office.now) == ()


def test_a_mute_can_be_undone(office: Office) -> None:
    office.say("liming", "今天免打扰")
    office.say("liming", "撤销")
    assert office.rows("mutes") == {"mutes": []}
