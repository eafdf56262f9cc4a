"""Advice comes back: adopted or not, once, and how long it took in working hours for its author only."""

from __future__ import annotations

import pytest

from tests.handlers.office import Office, account, last_card, words
from tests.handlers.test_jobs import note_on, save


def advise(office: Office, said: str = "先约张总当面聊") -> list[object]:
    office.press("wangjie", "team.comment:node:1")
    return list(office.say("wangjie", said))


@pytest.mark.parametrize(
    ("label", "told"), [("采纳", "👍 李明 采纳了你的建议"), ("先不用", "李明 这次先不用这条建议")]
)
def test_the_answer_comes_back_with_the_words(office: Office, label: str, told: str) -> None:
    save(office, note_on("杭州康联"))
    office.press("wangjie", "team.comment:node:1")
    sent = office.say("wangjie", "先约张总当面聊")
    answered = office.tap("liming", sent, label)
    (back,) = [each for each in answered if each.to == account("wangjie")]
    assert told in back.as_text()
    assert "先约张总当面聊" in back.as_text()
    assert words(office.tap("liming", sent, "采纳")) == "已处理 👌"


def test_only_the_rep_answers(office: Office) -> None:
    save(office, note_on("杭州康联"))
    advise(office)
    assert words(office.press("zhouqian", "advice.adopt:1")) == "已处理 👌"


def test_the_time_from_being_told_is_measured_in_working_hours(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 17:00")
    office.tick()
    office.at("11-23 08:47")
    office.tick()
    office.at("11-24 10:47")
    office.press("wangjie", "team.comment:node:1")
    sent = office.say("wangjie", "先约张总当面聊")
    assert "到现在 13.5 个工作小时" in words(sent)  # 08:47 to 20:00, and 08:30 to 10:47
    office.tap("liming", sent, "采纳")
    card = last_card(office.say("wangjie", "响应"))
    assert "13.5 个工作小时（1 条）" in card.as_text()
    assert "1 / 1 条" in card.as_text()
    assert "还没有给过建议" in words(office.say("chenliang", "响应"))


def test_advice_at_night_reaches_the_rep_in_the_morning(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-19 22:00")
    office.press("wangjie", "team.comment:node:1")
    to_rep, _ = office.say("wangjie", "先约张总当面聊")
    assert to_rep.priority > 0  # the sender holds such messages until quiet hours are over
