"""From the words of a note to whether it counts: settled when saved, told kindly, counted by the day."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.messages import Outgoing
from bot.domain.visits import News, VisitRecord
from handlers.valid_updates import count_stage_move
from storage.unit_of_work import UnitOfWork
from tests.handlers.office import NOTE, NOW, Office, words

FILLERS = (
    "康联已电话沟通",
    "已电话沟通张总，康联",
    "和康联张总电话沟通过了，保持联系",
    "康联正常跟进中",
    "拜访了康联，聊得不错，继续跟进",
    "微信联系了康联张总，对方说再考虑考虑",
    "康联那边没什么进展，下周再联系",
    "康联已跟进，明天再打电话",
    "今天去了康联，客户态度很好，下周三再去拜访",
    "康联电话没打通",
    "康联客户满意，持续跟进",
    "跟康联张总吃了饭，关系维护",
)
HINT = "下次带上一点客户的新情况"


def save(office: Office, note: str, *, who: str = "liming", answer: str = "电话跟进") -> list[Outgoing]:
    """The note saved, each question answered with what says least."""
    shown = office.say(who, note)
    for label in (answer, "需求沟通"):
        office.wait(minutes=1)
        if "确认]" not in words(shown) and any(
            button.label == label for each in shown if each.card for button in each.card.buttons
        ):
            shown = office.tap(who, shown, label)
    saved = office.tap(who, shown, "确认")
    assert "已保存" in words(saved)
    office.wait(minutes=5)
    return saved


def newest(office: Office) -> VisitRecord:
    return office.records()[-1]


def newest_in(uow: UnitOfWork) -> VisitRecord:
    found = uow.visits.get(1001)
    assert found
    return found


@pytest.mark.parametrize("note", FILLERS)
def test_filler_is_kept_but_brings_nothing_new(office: Office, note: str) -> None:
    shown = save(office, note)
    assert newest(office).news == ()
    assert HINT in words(shown)


@pytest.mark.parametrize(
    ("note", "news"),
    [
        ("康联反馈报价偏高", News.SIGNAL),
        ("康联同意试用", News.PROGRESS),
        ("康联样品测试通过了", News.TOPIC),
        ("康联预算大概80万", News.AMOUNT),
        ("康联约了下周三演示", News.ACTION),
        ("康联这事要刘总拍板", News.DECISION_MAKER),
        ("康联他们也在看西门子", News.COMPETITOR),
    ],
)
def test_a_new_fact_counts_once(office: Office, note: str, news: News) -> None:
    shown = save(office, note)
    assert news in (newest(office).news or ())
    assert HINT not in words(shown)
    again = save(office, note)
    assert newest(office).news == ()
    assert HINT in words(again)


def test_what_is_known_of_one_customer_is_news_of_another(office: Office) -> None:
    save(office, "康联反馈报价偏高")
    save(office, "德力反馈报价偏高")
    assert News.SIGNAL in (newest(office).news or ())


def test_after_three_months_the_same_is_news_again(office: Office) -> None:
    save(office, "康联反馈报价偏高")
    office.wait(days=89)
    save(office, "康联反馈报价偏高")
    assert newest(office).news == ()
    office.wait(days=91)
    save(office, "康联反馈报价偏高")
    assert newest(office).news


def test_a_correction_judges_the_record_anew_and_undo_gives_the_judgement_back(office: Office) -> None:
    save(office, "康联已电话沟通")
    office.wait(minutes=-4)
    office.say("liming", "不对，决策人是财务刘总")
    assert newest(office).news == (News.DECISION_MAKER,)
    office.say("liming", "撤销")
    assert newest(office).news == ()


def test_a_person_learnt_from_a_record_stays_its_news(office: Office) -> None:
    save(office, "刚拜访完德力，见了孙经理")
    assert News.CONTACT in (newest(office).news or ())
    office.say("liming", "补充：孙经理人很客气")
    assert News.CONTACT in (newest(office).news or ())


def test_what_the_note_says_of_its_progress_is_kept_and_shown(office: Office) -> None:
    shown = save(office, "康联同意试用，之前用的国产那套不稳定，主要是交货太慢")
    record = newest(office)
    assert record.progress == "trial_agreed"
    for said in ("核心进展：签试用协议", "需求场景：交付延迟", "试过的办法：之前用的国产那套不稳定"):
        assert said in words(shown)


def test_a_deal_that_moved_is_news_and_stays_it(office: Office) -> None:
    save(office, "康联已电话沟通")
    with office.look() as uow:
        record = count_stage_move(uow, newest_in(uow))
        assert count_stage_move(uow, record) == record
    office.say("liming", "补充：张总人很客气")
    assert newest(office).news == (News.STAGE,)


def test_the_day_counts_valid_updates_only_and_none_that_is_private(office: Office) -> None:
    save(office, NOTE)
    save(office, "康联已电话沟通")
    save(office, "德力反馈报价偏高", who="zhouqian")
    liming, zhouqian = office.member("liming").id, office.member("zhouqian").id
    with office.look() as uow:
        assert uow.valid_updates.count(NOW.date(), NOW.date()) == {liming: 1, zhouqian: 1}
        assert uow.valid_updates.count(date(2026, 11, 18), date(2026, 11, 18)) == {}


def test_the_morning_praises_for_what_was_new(office: Office) -> None:
    office.at("11-16 10:00")
    save(office, "康联有意向，12月20号前发报价")
    office.at("11-18 10:00")
    for customer in ("宁波德力", "苏州恒达", "无锡恒达"):
        save(office, f"{customer}已电话沟通")
    for customer in ("宁波德力", "苏州恒达", "无锡恒达"):
        save(office, f"{customer}反馈报价偏高", who="zhouqian")
    office.at("11-19 08:40")
    office.begin_day()
    office.at("11-19 08:50")
    (digest,) = [each for each in office.tick() if each.to.user_id == "wangjie"]
    assert digest.card
    praise = digest.card.rows[0].value
    assert "周倩" in praise
    assert "李明" not in praise
