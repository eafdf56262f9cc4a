"""A tap that came as words: good on one's own open card, 已处理 for anything else; a note stays a note."""

from __future__ import annotations

from bot.domain.messages import Kind, Outgoing
from bot.domain.quick_replies import make_code, write_quick_reply
from bot.domain.visits import VisitStatus
from tests.handlers.office import NOTE, Office, last_card, words

ALREADY = "已处理 👌"


def reply_to(shown: list[Outgoing], label: str) -> str:
    """What a tap on that button makes its person say."""
    for outgoing in reversed(shown):
        for button in outgoing.card.choices() if outgoing.card else ():
            if button.label == label:
                return write_quick_reply(label, make_code(outgoing.key or "", button.action))
    raise LookupError(label)


def test_a_quick_reply_presses_the_button(office: Office) -> None:
    draft = office.say("liming", NOTE)
    assert "已保存" in words(office.say("liming", reply_to(draft, "确认")))
    assert [record.status for record in office.records()] == [VisitStatus.SAVED]


def test_it_is_good_long_after_digits_are_not(office: Office) -> None:
    draft = office.say("liming", NOTE)
    said = reply_to(draft, "确认")
    office.wait(days=3)
    assert "已保存" in words(office.say("liming", said))


def test_a_second_tap_has_no_effect(office: Office) -> None:
    said = reply_to(office.say("liming", NOTE), "确认")
    office.say("liming", said)
    before = office.rows()
    assert words(office.say("liming", said)) == ALREADY
    assert office.rows() == before


def test_somebody_else_may_type_it_in_vain(office: Office) -> None:
    said = reply_to(office.say("liming", NOTE), "确认")
    before = office.rows("visits", "node_items", "nudges")
    for other in ("zhouqian", "wangjie", "zhaogong"):
        assert words(office.say(other, said)) == ALREADY
    assert office.rows("visits", "node_items", "nudges") == before


def test_a_made_up_code_is_no_note(office: Office) -> None:
    said = write_quick_reply("确认", make_code("visit:999", "visit.confirm:999"))
    assert words(office.say("liming", said)) == ALREADY
    assert office.records() == []


def test_a_note_that_ends_in_letters_is_a_note(office: Office) -> None:
    shown = office.say("liming", NOTE + "他要的型号 #ABCDEFGH")
    assert last_card(shown).choices()
    assert len(office.records()) == 1


def test_a_digit_under_a_quote_means_the_quoted_card(office: Office) -> None:
    first = office.say("liming", NOTE)
    office.wait(minutes=20)
    office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    quoting = office.message("liming", kind=Kind.TEXT, text="1", card_key=first[-1].key)
    assert "已保存" in words(office.take(quoting))
    assert [record.status for record in office.records()] == [VisitStatus.SAVED, VisitStatus.DRAFT]
