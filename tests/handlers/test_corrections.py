"""Fixing by a sentence or by taps, and undo: what changes, what stays, and what follows from it."""

from __future__ import annotations

import pytest

from bot.domain.nodes import NodeStatus
from bot.domain.nudges import NudgeStatus, Subject
from bot.domain.understanding import Field
from bot.domain.visits import VisitStatus
from tests.handlers.office import DELI, NOTE, Office, last_card, value_of, words


def save(office: Office, note: str = NOTE) -> None:
    """A saved record; a minute later."""
    draft = office.say("liming", note)
    office.wait(minutes=1)
    assert "已保存" in words(office.tap("liming", draft, "确认"))
    office.wait(minutes=1)


def planned(office: Office) -> list[tuple[str, str]]:
    """The reminders still to come: what about and when."""
    with office.look() as uow:
        found = []
        for subject in Subject:
            for number in range(1, 9):
                found += uow.nudges.of(subject, number)
    return sorted(
        (nudge.key, f"{nudge.send_at:%m-%d %H:%M}") for nudge in found if nudge.status is NudgeStatus.PLANNED
    )


def test_a_spoken_correction_changes_just_these_and_shows_old_and_new(office: Office) -> None:
    office.say("liming", NOTE)
    office.wait(minutes=2)
    old, new = office.say("liming", "不对，是这周五，还有决策人是采购部王主任")
    assert old.as_text() == "已更新，见下方新卡片 ↓"
    card = last_card([new])
    assert {row.label: (row.was, row.value) for row in card.rows if row.was} == {
        "决策人": ("财务", "采购部王主任"),
        "截止": ("下周（11-23 周一 ~ 11-29 周日）", "这周五（11-20 周五）"),
    }
    (record,) = office.records()
    assert all(fact.said == record.text[fact.span.start : fact.span.end] for fact in record.facts.facts)


def test_a_correction_of_a_saved_record_moves_its_promise_and_reminder(office: Office) -> None:
    save(office)
    before = dict(planned(office))
    office.say("liming", "不对，截止是这周五")
    (action,) = [key for key in before if key.startswith("action:")]
    assert dict(planned(office))[action] == "11-20 16:00"
    assert before[action] != "11-20 16:00"
    assert len(planned(office)) == len(before)


@pytest.mark.parametrize(("minutes", "corrected"), [(10, True), (11, False)])
def test_a_correction_reaches_ten_minutes_back(office: Office, minutes: int, *, corrected: bool) -> None:
    office.say("liming", NOTE)
    office.wait(minutes=minutes)
    answer = words(office.say("liming", "不对，截止是这周五"))
    assert ("没有可以修改的记录" in answer) is not corrected


def test_a_saved_record_whose_customer_is_corrected_to_an_unknown_one_asks_again(office: Office) -> None:
    save(office)
    shown = office.say("liming", "不对，客户是上海明珠电子")
    assert "还没建档" in words(shown)
    assert office.records()[0].status is VisitStatus.DRAFT


@pytest.mark.parametrize("words_", ["把客户原话改一下", "原话改成便宜点", "改一下原话"])
def test_the_customers_own_words_cannot_be_edited(office: Office, words_: str) -> None:
    office.say("liming", "刚拜访完杭州康联，张总说『你们交期太长』，让我周五前发报价")
    before = office.records()
    assert "客户原话是证据" in words(office.say("liming", words_))
    assert office.records() == before
    assert "客户原话是证据" in words(office.press("liming", f"visit.field:{before[0].id}/quote"))


def test_a_quotes_digest_outlives_every_edit(office: Office) -> None:
    office.say("liming", "刚拜访完杭州康联，张总说『你们交期太长』，让我周五前发报价")
    (quote,) = office.records()[0].quotes
    office.say("liming", "不对，截止是下周三")
    office.press("liming", f"visit.set:{office.records()[0].id}/topic=demo")
    office.say("liming", "补充一下，他们也在看西门子")
    assert office.records()[0].quotes[0] == quote


@pytest.mark.parametrize(
    ("field", "choice", "label", "value"),
    [
        ("客户", "宁波德力", "客户", DELI),
        ("主题", "产品演示", "主题", "产品演示"),
        ("决策人", "张总", "决策人", "张总"),
        ("下一步", "上门拜访", "下一步", "上门拜访"),
        ("下一步", "暂无", "下一步", "暂无"),
        ("截止", "11-20 周五", "截止", "2026-11-20（11-20 周五）"),
    ],
)
def test_a_field_is_fixed_in_two_taps(
    office: Office, field: str, choice: str, label: str, value: str
) -> None:
    draft = office.say("liming", NOTE)
    office.wait(seconds=5)
    fields = office.tap("liming", draft, "修改")
    assert fields[0].key == draft[0].key
    fixed = office.tap("liming", office.tap("liming", fields, field), choice)
    row = next(row for row in last_card(fixed).rows if row.label == label)
    assert row.was is not None
    assert row.value == value


def test_a_value_can_be_told_in_words_after_two_taps(office: Office) -> None:
    shown = office.tap("liming", office.tap("liming", office.say("liming", NOTE), "修改"), "截止")
    assert "「截止」改成什么" in words(shown)
    card = last_card(office.say("liming", "这周五"))
    assert value_of(card, "截止") == "这周五（11-20 周五）"
    assert len(office.records()) == 1


def test_back_shows_the_card_as_it_was(office: Office) -> None:
    draft = office.say("liming", NOTE)
    back = office.tap("liming", office.tap("liming", draft, "修改"), "返回")
    assert last_card(back).rows == last_card(draft).rows
    assert last_card(back).buttons == last_card(draft).buttons


def test_undo_goes_back_step_by_step(office: Office) -> None:
    save(office)
    office.say("liming", "不对，截止是这周五")
    assert "下周" in value_of(last_card(office.say("liming", "撤销")), "截止")
    first = office.records()[0]
    assert first.status is VisitStatus.SAVED
    assert [action.due.said for action in first.facts.actions if action.due] == ["下周"]
    office.say("liming", "撤销")
    assert office.records()[0].status is VisitStatus.DRAFT
    office.say("liming", "撤销")
    assert office.records()[0].status is VisitStatus.DISCARDED
    assert "没有可以撤销的操作" in words(office.say("liming", "撤销"))


def test_undoing_a_save_withdraws_all_that_followed_and_saving_again_brings_it_back(office: Office) -> None:
    save(office)
    before = planned(office)
    assert len(before) >= 4  # one for the promise, three for the node
    undone = office.say("liming", "撤销")
    assert planned(office) == []
    liming = office.member("liming")
    with office.look() as uow:
        assert uow.next_actions.open_of(liming.id) == ()
        assert uow.node_items.open_of(liming.id) == ()
    assert "首次需求澄清" not in words(undone)
    again = office.tap("liming", undone, "确认")
    assert "首次需求澄清" in words(again)
    assert [key.split(":")[0] for key, _ in planned(office)] == [key.split(":")[0] for key, _ in before]


def test_undoing_a_closed_check_opens_it_with_its_reminders(office: Office) -> None:
    save(office)
    liming = office.member("liming")
    with office.look() as uow:
        (item,) = uow.node_items.open_of(liming.id)
    before = planned(office)
    office.press("liming", f"node.waive_as:{item.id}=lost")
    assert [key for key, _ in planned(office) if key.startswith("node:")] == []
    office.wait(minutes=1)
    office.say("liming", "撤销")
    assert planned(office) == before
    with office.look() as uow:
        restored = uow.node_items.get(item.id)
    assert restored is not None
    assert restored.status is NodeStatus.OPEN


@pytest.mark.parametrize(("hours", "undone"), [(23, True), (25, False)])
def test_undo_reaches_a_day_back(office: Office, hours: int, *, undone: bool) -> None:
    save(office)
    office.wait(hours=hours)
    answer = words(office.say("liming", "撤销"))
    assert ("没有可以撤销的操作" in answer) is not undone


def test_nobody_undoes_what_another_did(office: Office) -> None:
    save(office)
    before = office.records()
    assert "没有可以撤销的操作" in words(office.say("zhouqian", "撤销"))
    assert office.records() == before


def test_undo_keeps_both_in_the_audit(office: Office) -> None:
    save(office)
    office.say("liming", "撤销")
    (record,) = office.records()
    with office.look() as uow:
        trail = uow.changes.of("visit", record.id)
    assert len(trail) >= 2
    assert any(change.undone_at for change in trail)


def test_a_correction_without_anything_in_it_says_how(office: Office) -> None:
    office.say("liming", NOTE)
    before = office.records()
    assert "没听出要改哪一项" in words(office.say("liming", "不对"))
    assert office.records()[0].facts.of(Field.CUSTOMER) == before[0].facts.of(Field.CUSTOMER)
