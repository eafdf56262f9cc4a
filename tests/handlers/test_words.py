"""A reminder is answered by its button's own words, typed, spoken or in reply to an older one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Kind
from tests.handlers.office import Office, words
from tests.handlers.test_jobs import note_on, save


@pytest.mark.parametrize("said", ["明天", "明天。", " 明天 "])
def test_the_newest_reminder_takes_the_words(office: Office, said: str) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 15:02")
    office.tick()
    assert "再提醒你" in words(office.say("liming", said))


def test_spoken_words_press_as_well(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 15:02")
    office.tick()
    assert "为什么不适用" in words(office.speak("liming", "不适用"))


def test_a_quoted_reminder_takes_them_whatever_its_age(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 15:02")
    (nudge,) = office.tick()
    office.at("11-24 10:00")
    later = office.message("liming", kind=Kind.TEXT, text="明天")
    assert "再提醒你" not in words(office.take(later))
    quoting = replace(office.message("liming", kind=Kind.TEXT, text="明天"), card_key=nudge.key)
    assert "再提醒你" in words(office.take(quoting))


def test_other_cards_are_only_meant_where_they_are_quoted(office: Office) -> None:
    draft = office.say("liming", note_on("杭州康联"))
    quoting = replace(office.message("liming", kind=Kind.TEXT, text="确认"), card_key=draft[-1].key)
    assert "已保存" in words(office.take(quoting))
    office.say("liming", note_on("宁波德力"))
    assert "已保存" not in words(office.say("liming", "确认"))


def test_a_promise_is_put_off_twice_and_then_asks_why(office: Office) -> None:
    save(office, "刚拜访完杭州康联，聊了预算，让我12月20号前发报价")
    liming = office.member("liming")
    with office.look() as uow:
        (action,) = uow.next_actions.open_of(liming.id)
    for _ in range(2):
        assert "再提醒你" in words(office.press("liming", f"action.tomorrow:{action.id}"))
    assert "已经推迟 2 次了" in words(office.press("liming", f"action.tomorrow:{action.id}"))
    assert "再提醒你" in words(office.say("liming", "客户出差"))
    with office.look() as uow:
        kept = uow.next_actions.get(action.id)
    assert kept
    assert (kept.snoozes, kept.reason) == (3, "客户出差")
