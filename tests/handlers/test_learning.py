"""Corrections teach: a name put right is known in the next note; other people's names are never taken."""

from __future__ import annotations

from tests.handlers.office import DELI, KANGLIAN, Office, last_card, words


def aliases(office: Office, name: str) -> tuple[str, ...]:
    with office.look() as uow:
        return uow.customers.named(name)[0].aliases


def test_a_misheard_name_put_right_by_words_is_known_in_the_next_note(office: Office) -> None:
    office.say("liming", "今天拜访了康璘医疗科技，张总让我周五前发报价")
    told = office.say("liming", "不对，客户是杭州康联")
    assert "记住了，以后说「康璘医疗科技」就是杭州康联" in words(told)
    office.wait(hours=1)
    again = office.say("liming", "刚从康璘医疗科技出来，张总让我明天送样品过去")
    assert last_card(again).title == "📝 杭州康联"


def test_a_slip_of_the_tongue_teaches_nothing(office: Office) -> None:
    office.say("liming", "今天拜访了杭州康联，张总让我周五前发报价")
    office.say("liming", "不对，客户是宁波德力")
    assert aliases(office, DELI) == ("宁波德力", "德力")


def test_a_name_quite_unlike_is_not_learnt(office: Office) -> None:
    office.say("liming", "今天拜访了海川精密，张总让我周五前发报价")
    office.say("liming", "不对，客户是宁波德力")
    assert aliases(office, DELI) == ("宁波德力", "德力")


def test_what_was_learnt_by_a_tap_is_undone_with_it(office: Office) -> None:
    shown = office.say("liming", "今天拜访了康璘医疗科技，张总让我周五前发报价")
    office.tap("liming", shown, "杭州康联")
    assert "康璘医疗科技" in aliases(office, KANGLIAN)
    office.say("liming", "撤销")
    assert "康璘医疗科技" not in aliases(office, KANGLIAN)
