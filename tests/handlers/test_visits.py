"""From a note to a record: drafts, questions, answers, joining, saving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.messages import Card
from bot.domain.visits import VisitStatus
from tests.handlers.office import DELI, KANGLIAN, NOTE, Office, last_card, value_of, words

NO_ACTION = "刚拜访完杭州康联，聊了预算"


def buttons(card: Card) -> list[str]:
    return [button.label for button in card.choices()]


def test_a_note_becomes_a_draft_with_its_card(office: Office) -> None:
    card = last_card(office.say("liming", NOTE))
    assert value_of(card, "客户") == KANGLIAN
    assert value_of(card, "下一步") == "发送报价（三份）"
    assert value_of(card, "截止") == "下周（11-23 周一 ~ 11-29 周日）"
    assert buttons(card) == ["确认", "修改", "撤销"]
    (record,) = office.records()
    assert (record.status, record.number) == (VisitStatus.DRAFT, "V1001")
    assert office.rows("node_items", "next_actions", "nudges") == {
        "node_items": [],
        "next_actions": [],
        "nudges": [],
    }


def test_a_confirmed_draft_sets_the_process_going(office: Office) -> None:
    saved = office.tap("liming", office.say("liming", NOTE), "确认")
    assert last_card(saved).title == "✅ 已保存 #V1001"
    assert buttons(last_card(saved)) == ["今日", "修改", "撤销"]
    liming = office.member("liming")
    with office.look() as uow:
        (action,) = uow.next_actions.open_of(liming.id)
        assert action.text == "发送报价（三份）"
        assert uow.nudges.next_at() is not None


def test_a_voice_note_keeps_its_sound(office: Office) -> None:
    office.speak("liming", NOTE)
    assert office.records()[0].media_refs == ("v" * 64,)


def test_only_one_question_is_asked_with_answers_to_tap(office: Office) -> None:
    card = last_card(office.say("liming", NO_ACTION))
    assert card.note == "下一步打算做什么？点一下，或直接说。"
    assert buttons(card) == ["发送报价", "发送资料", "上门拜访", "电话跟进", "暂无", "取消"]
    answered = office.say("liming", "1")
    assert value_of(last_card(answered), "下一步") == "发送报价"
    assert buttons(last_card(answered))[0] == "确认"


def test_never_more_than_two_questions_for_a_note(office: Office) -> None:
    office.say("liming", "今天出去跑了一趟客户，见了个老总")
    for _ in range(4):
        office.say("liming", "1")
        office.wait(seconds=1)
    assert len(office.records()[0].questions) <= 2


def test_a_question_can_be_answered_in_words(office: Office) -> None:
    office.say("liming", NO_ACTION)
    card = last_card(office.say("liming", "周五前发份方案给他们"))
    assert value_of(card, "下一步") == "提交方案"
    assert "11-20" in value_of(card, "截止")
    assert len(office.records()) == 1


def test_that_nothing_follows_can_be_tapped(office: Office) -> None:
    shown = office.tap("liming", office.say("liming", NO_ACTION), "暂无")
    assert value_of(last_card(shown), "下一步") == "暂无"
    assert "已保存" in words(office.tap("liming", shown, "确认"))


def test_two_customers_that_fit_are_asked_and_never_guessed(office: Office) -> None:
    shown = office.say("liming", "刚拜访完恒达，陈总让我周五前发报价")
    card = last_card(shown)
    assert "「恒达」对得上几家客户" in (card.note or "")
    assert buttons(card) == ["苏州恒达机械有限公司", "无锡恒达电气有限公司", "取消"]
    assert office.records()[0].customer_id is None
    picked = office.tap("liming", shown, "无锡恒达电气有限公司")
    assert value_of(last_card(picked), "客户") == "无锡恒达电气有限公司"
    assert office.records()[0].facts.mentions == ()


def test_an_unknown_customer_is_created_by_a_tap(office: Office) -> None:
    shown = office.say("liming", "刚拜访完上海明珠电子，让我周五前发方案")
    assert "「上海明珠电子」还没建档" in (last_card(shown).note or "")
    assert buttons(last_card(shown))[0] == "新建"
    made = office.tap("liming", shown, "新建")
    assert value_of(last_card(made), "客户") == "上海明珠电子"
    liming = office.member("liming")
    with office.look() as uow:
        (customer,) = uow.customers.named("上海明珠电子")
    assert customer.owner_id == liming.id
    assert words(office.tap("liming", shown, "新建")) == "已处理 👌"


def test_a_draft_without_a_customer_cannot_be_saved(office: Office) -> None:
    office.say("liming", "刚拜访完恒达，陈总让我周五前发报价")
    shown = office.press("liming", f"visit.confirm:{office.records()[0].id}")
    assert "对得上几家客户" in words(shown)
    assert office.records()[0].status is VisitStatus.DRAFT


def test_two_customers_in_one_note_make_two_drafts(office: Office) -> None:
    shown = office.say("liming", "上午去了杭州康联，张总让我发报价；下午拜访宁波德力，孙总要周五前看方案")
    assert len(shown) == 2
    assert len({outgoing.key for outgoing in shown}) == 2
    customers = [value_of(outgoing.card, "客户") for outgoing in shown if outgoing.card]
    assert customers == [KANGLIAN, DELI]
    assert len(office.records()) == 2


@pytest.mark.parametrize(("seconds", "records"), [(60, 1), (181, 2)])
def test_a_second_note_joins_the_draft_while_it_is_warm(office: Office, seconds: int, records: int) -> None:
    office.say("liming", NOTE)
    office.wait(seconds=seconds)
    office.say("liming", "刚拜访完杭州康联，他们还在看西门子")
    assert len(office.records()) == records


def test_a_note_of_another_customer_never_joins(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(seconds=30)
    office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    assert len(office.records()) == 2


def test_a_supplement_joins_a_saved_record_and_says_so_on_the_old_card(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    office.wait(minutes=30)
    old, new = office.say("liming", "补充一下，他们也在看西门子")
    assert (old.key, old.as_text()) == ("note:m1", "已补充到这条记录 ↓")
    assert new.card is not None
    assert value_of(new.card, "竞品") == "西门子"
    assert "📌 竞品应对备案" in [row.label for row in new.card.rows]  # the node opens at once
    assert len(office.records()) == 1


def test_a_discarded_draft_is_kept_for_undo(office: Office) -> None:
    shown = office.say("liming", NO_ACTION)
    assert "已取消" in words(office.tap("liming", shown, "取消"))
    assert office.records()[0].status is VisitStatus.DISCARDED
    assert "下一步打算做什么" in words(office.say("liming", "撤销"))
    assert office.records()[0].status is VisitStatus.DRAFT


def test_a_late_note_is_of_its_own_day(office: Office) -> None:
    card = last_card(office.say("liming", "昨天拜访了宁波德力，孙总让我周五前发方案"))
    assert value_of(card, "拜访日") == "11-18 周三（补录）"
    assert office.records()[0].happened_on == (office.now - timedelta(days=1)).date()


def test_a_new_contact_of_a_saved_record_is_known_from_then_on(office: Office) -> None:
    office.tap("liming", office.say("liming", "刚拜访完杭州康联，李经理让我周五前发报价，聊了预算"), "确认")
    with office.look() as uow:
        (customer,) = uow.customers.named("杭州康联")
        assert [contact.name for contact in uow.contacts.of(customer.id)] == ["张总", "李经理"]


def test_the_last_visits_topic_is_recalled(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    office.wait(days=1)
    card = last_card(office.say("liming", "刚拜访完杭州康联，张总让我下周一发合同，聊了付款"))
    assert card.note is not None
    assert card.note.startswith("上次 11-19 周四：")


@pytest.mark.parametrize(("length", "refused"), [(5000, False), (5001, True)])
def test_a_note_has_a_longest_length(office: Office, length: int, *, refused: bool) -> None:
    text = (NOTE * 200)[:length]
    assert ("分几条发给我好吗" in words(office.say("liming", text))) is refused
    assert bool(office.records()) is not refused


@pytest.mark.parametrize("text", ["hello there", "Hello, I visited the customer today.", "1", "12:30", "ABC"])
def test_words_that_tell_of_no_visit_are_answered_and_not_kept_as_one(office: Office, text: str) -> None:
    assert "我只看懂中文的拜访情况" in words(office.say("liming", text))
    assert office.records() == []


def test_a_stray_digit_does_not_join_the_draft_of_a_moment_ago(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(seconds=10)
    assert "我只看懂中文" in words(office.say("liming", "9"))
    assert office.records()[0].text == NOTE


@pytest.mark.parametrize(
    "text", ["没有", "没有了", "暂时没有", "嗯，目前没有什么安排。", "暂无", "无", "不用了"]
)
def test_that_nothing_follows_can_be_said(office: Office, text: str) -> None:
    office.say("liming", NO_ACTION)
    shown = office.say("liming", text)
    assert value_of(last_card(shown), "下一步") == "暂无"
    assert office.records()[0].facts.actions == ()


@pytest.mark.parametrize("text", ["谢谢", "好的", "ok", "你好"])
@pytest.mark.parametrize("note", [NO_ACTION, "今天拜访了客户，让我周五发方案"])
def test_a_thank_you_answers_no_question(office: Office, note: str, text: str) -> None:
    office.say("liming", note)
    before = office.records()
    assert "你好，李明" in words(office.say("liming", text))
    assert office.records() == before


def test_words_that_only_begin_with_no_are_an_answer(office: Office) -> None:
    office.say("liming", NO_ACTION)
    office.say("liming", "没有合同就先拟一份合同")
    assert office.records()[0].facts.actions != ()
