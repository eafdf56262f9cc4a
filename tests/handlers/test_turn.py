"""A turn: exactly once, all or nothing, and a typed digit is a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import AlreadyHandled
from bot.domain.messages import Incoming, Kind
from bot.domain.understanding import Lexicon, Understanding
from storage.inbox import Inbox
from tests.handlers.office import NOTE, Office, account, last_card, words


def put(office: Office, incoming: Incoming) -> int:
    """The message in the inbox, claimed."""
    inbox = Inbox(office.database)
    assert inbox.put_many([incoming], now=office.now) == [True]
    claimed = inbox.claim(now=office.now, lease=timedelta(seconds=30), worker="w")
    assert claimed is not None
    return claimed.id


def test_a_message_takes_effect_once(office: Office) -> None:
    note = office.message("liming", kind=Kind.TEXT, text=NOTE)
    row = put(office, note)
    assert len(office.take(note, inbox_id=row)) == 1
    before = office.rows()
    with pytest.raises(AlreadyHandled):
        office.take(note, inbox_id=row)
    assert office.sent() == []
    assert office.rows() == before
    assert len(office.records()) == 1


def test_a_refusal_changes_nothing_but_is_answered_once(office: Office) -> None:
    long = office.message("liming", kind=Kind.TEXT, text=NOTE * 200)
    row = put(office, long)
    before = office.rows()
    assert "分几条发给我好吗" in words(office.take(long, inbox_id=row))
    assert office.rows() == before
    assert Inbox(office.database).counts().by_status["done"] == 1
    with pytest.raises(AlreadyHandled):
        office.take(long, inbox_id=row)
    assert office.sent() == []


def test_a_crash_leaves_the_message_to_be_tried_again_and_nothing_else(office: Office) -> None:
    def crash(_text: str, *, now: datetime, lexicon: Lexicon) -> Understanding:
        raise RuntimeError("no memory")

    note = office.message("liming", kind=Kind.TEXT, text=NOTE)
    row = put(office, note)
    before = office.rows()
    with pytest.raises(RuntimeError):
        office.take(note, inbox_id=row, deps=replace(office.deps, understand=crash))
    assert office.rows() == before
    assert office.sent() == []
    assert len(office.take(note, inbox_id=row)) == 1


def test_a_voice_notes_answer_takes_the_place_of_the_early_sign(office: Office) -> None:
    (card,) = office.speak("liming", NOTE)
    assert card.key == "note:m1"
    (sorry,) = office.speak("liming", "", problem="voice.no_speech")
    assert (sorry.key, sorry.text) == ("note:m2", "没听到内容，再说一次？录音我先留着。")


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("voice.no_speech", "再说一次"),
        ("voice.not_audio", "打不开"),
        ("voice.too_long", "10 分钟以内"),
    ],
)
def test_a_note_that_gave_no_words_makes_no_record(office: Office, problem: str, told: str) -> None:
    assert told in words(office.speak("liming", "", problem=problem))
    assert office.records() == []


@pytest.mark.parametrize("typed", ["1", " 1 ", "１", "1\n", "01"])
def test_a_digit_presses_the_open_card(office: Office, typed: str) -> None:
    office.say("liming", NOTE)
    saved = office.say("liming", typed)
    assert "已保存" in words(saved)
    assert saved[0].key == "note:m1"  # the pressed card itself


def test_a_digit_on_two_open_cards_asks_which(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(minutes=5)
    office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    asked = office.say("liming", "1")
    card = last_card(asked)
    assert "有几张卡片在等你" in card.title
    assert [button.label for button in card.buttons] == ["📝 宁波德力 · 确认", "📝 杭州康联 · 确认"]
    assert {record.status for record in office.records()} == {"draft"}
    assert "已保存" in words(office.tap("liming", asked, "📝 杭州康联 · 确认"))
    assert [record.status for record in office.records()] == ["saved", "draft"]


def test_the_same_digit_twice_never_undoes_what_it_saved(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(seconds=2)
    assert "已保存" in words(office.say("liming", "1"))
    office.wait(seconds=2)
    office.say("liming", "1")
    assert office.records()[0].status == "saved"


def test_a_digit_goes_to_the_card_that_waits_before_one_that_is_saved(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    office.wait(minutes=5)
    office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    assert "已保存" in words(office.say("liming", "1"))
    assert [record.status for record in office.records()] == ["saved", "saved"]


def test_a_digit_that_only_one_card_has_needs_no_question(office: Office) -> None:
    office.say("liming", "刚拜访完杭州康联，聊了预算")  # asks for the next action, six choices
    office.wait(minutes=5)
    office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    assert "已取消" in words(office.say("liming", "6"))


def test_a_digit_after_ten_minutes_presses_nothing(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(minutes=10, seconds=1)
    office.say("liming", "1")
    assert office.records()[0].status == "draft"


def test_a_digit_beyond_the_choices_presses_nothing(office: Office) -> None:
    office.say("liming", NOTE)
    office.say("liming", "9")
    assert office.records()[0].status == "draft"


def test_a_card_that_was_answered_is_open_no_more(office: Office) -> None:
    draft = office.say("liming", NOTE)
    office.tap("liming", draft, "撤销")
    with office.look() as uow:
        member = uow.members.at(account("liming"))
        assert member is not None
        assert uow.dialogs.open_cards(member.id, since=office.now - timedelta(days=1)) == ()


def test_an_event_is_not_answered(office: Office) -> None:
    assert office.take(office.message("liming", kind=Kind.EVENT)) == []


def test_somebody_who_has_left_is_a_stranger(office: Office) -> None:
    with office.look() as uow:
        member = uow.members.at(account("liming"))
        assert member is not None
        uow.members.save(replace(member, active=False))
    assert "还不认识你" in words(office.say("liming", NOTE))
    assert office.records() == []


@pytest.mark.parametrize("text", ["", " ", "👍👍", "。。。", "\n\n"])
def test_nothing_is_answered_with_an_invitation(office: Office, text: str) -> None:
    assert words(office.say("liming", text)) == "我在。说说刚才见了谁、聊了什么、下一步做什么，我来记。"
    assert office.records() == []
