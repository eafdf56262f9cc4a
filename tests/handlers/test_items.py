"""Answers to checks and promises: done, tomorrow, not applicable, with proof; and the list of the day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.messages import Kind
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import Nudge, NudgeStatus, Subject
from tests.handlers.office import NOTE, Office, last_card, words


def open_check(office: Office) -> NodeItem:
    """The check 首次需求澄清, which wants a file, open since a saved note."""
    office.tap("liming", office.say("liming", NOTE), "确认")
    office.wait(minutes=1)
    liming = office.member("liming")
    with office.look() as uow:
        (item,) = uow.node_items.open_of(liming.id)
    return item


def now_is(office: Office, item: NodeItem) -> NodeItem:
    with office.look() as uow:
        found = uow.node_items.get(item.id)
    assert found is not None
    return found


def planned(office: Office, subject: Subject, number: int) -> list[Nudge]:
    with office.look() as uow:
        return [each for each in uow.nudges.of(subject, number) if each.status is NudgeStatus.PLANNED]


def test_done_asks_once_for_the_proof_that_the_playbook_wants(office: Office) -> None:
    item = open_check(office)
    shown = office.press("liming", f"node.done:{item.id}", card_key="nudge:1")
    assert "发一张照片、文件或一段语音就算完成" in words(shown)
    assert shown[0].key == "nudge:1"  # the pressed card
    assert now_is(office, item).status is NodeStatus.OPEN
    assert "✅ 完成：首次需求澄清 · 杭州康联" in words(office.tap("liming", shown, "口头确认"))
    assert now_is(office, item).status is NodeStatus.DONE
    assert planned(office, Subject.NODE, item.id) == []


@pytest.mark.parametrize("kind", [Kind.FILE, Kind.IMAGE])
def test_the_next_file_is_the_proof(office: Office, kind: Kind) -> None:
    item = open_check(office)
    office.press("liming", f"node.done:{item.id}")
    assert "✅ 完成" in words(office.send_file("liming", kind=kind))
    assert now_is(office, item).evidence_refs == ("f" * 64,)


def test_a_voice_note_is_a_proof_too(office: Office) -> None:
    item = open_check(office)
    office.press("liming", f"node.done:{item.id}")
    assert "✅ 完成" in words(office.speak("liming", "客户需要三台生化分析仪"))
    assert now_is(office, item).evidence_refs == ("v" * 64,)


def test_after_ten_minutes_a_file_is_asked_where_it_belongs(office: Office) -> None:
    item = open_check(office)
    office.press("liming", f"node.done:{item.id}")
    office.wait(minutes=11)
    shown = office.send_file("liming")
    assert "要放到哪一项" in words(shown)
    assert "（12 KB）" in words(shown)
    assert now_is(office, item).status is NodeStatus.OPEN
    assert "✅ 完成" in words(office.tap("liming", shown, "首次需求澄清 · 杭州康联"))
    assert now_is(office, item).evidence_refs == ("f" * 64,)


@pytest.mark.parametrize(("size", "text"), [(10, "1 KB"), (12_800, "12 KB"), (3_565_158, "3.4 MB")])
def test_a_file_without_a_place_is_kept(office: Office, size: int, text: str) -> None:
    assert words(office.send_file("liming", size=size)) == f"收到「确认单.pdf」（{text}），已经存好。"


def test_a_place_is_kept(office: Office) -> None:
    assert words(office.take(office.message("liming", kind=Kind.LOCATION))) == "收到位置，已经存好。"


@pytest.mark.parametrize("label", ["客户不需要", "已不跟进", "重复了"])
def test_a_check_is_waived_with_a_reason(office: Office, label: str) -> None:
    item = open_check(office)
    asked = office.press("liming", f"node.waive:{item.id}")
    assert now_is(office, item).status is NodeStatus.OPEN
    assert f"（{label}）" in words(office.tap("liming", asked, label))
    waived = now_is(office, item)
    assert (waived.status, waived.reason) == (NodeStatus.WAIVED, label)
    assert planned(office, Subject.NODE, item.id) == []


def test_tomorrow_twice_and_then_a_reason(office: Office) -> None:
    item = open_check(office)
    assert "明天 15:01 再提醒你" in words(office.press("liming", f"node.tomorrow:{item.id}"))
    first = now_is(office, item)
    assert first.due_at == office.now + timedelta(days=1)
    office.press("liming", f"node.tomorrow:{item.id}")
    assert now_is(office, item).snoozes == 2
    assert "卡在哪儿" in words(office.press("liming", f"node.tomorrow:{item.id}"))
    assert now_is(office, item).snoozes == 2
    assert "再提醒你" in words(office.say("liming", "客户出差了，下周才回来"))
    third = now_is(office, item)
    assert (third.snoozes, third.reason) == (3, "客户出差了，下周才回来")
    assert len(office.records()) == 1  # the reason became no note


def test_the_supervisors_steps_move_with_the_first_snooze_only(office: Office) -> None:
    item = open_check(office)
    office.press("liming", f"node.tomorrow:{item.id}")
    first = now_is(office, item)
    assert first.alert_at > item.alert_at
    office.press("liming", f"node.tomorrow:{item.id}")
    assert now_is(office, item).alert_at == first.alert_at
    ladder = planned(office, Subject.NODE, item.id)
    assert len(ladder) == 3
    assert ladder[0].send_at == now_is(office, item).due_at


@pytest.mark.parametrize(
    ("label", "status", "told"),
    [
        ("已完成", NextActionStatus.DONE, "✅ 完成：发送报价（三份）"),
        ("不做了", NextActionStatus.DROPPED, "好，不再提醒：发送报价（三份）"),
    ],
)
def test_a_promise_is_closed_with_its_reminder(
    office: Office, label: str, status: NextActionStatus, told: str
) -> None:
    open_check(office)
    shown = office.say("liming", "今日")
    opened = office.tap("liming", shown, "发送报价（三份） · 杭州康联")
    assert words(office.tap("liming", opened, label)) == told
    with office.look() as uow:
        action = uow.next_actions.get(1)
    assert action is not None
    assert action.status is status
    assert planned(office, Subject.ACTION, 1) == []
    assert words(office.tap("liming", opened, label)) == "已处理 👌"


def test_a_promise_is_put_off_to_the_next_workday(office: Office) -> None:
    open_check(office)
    office.at("11-20 15:00")
    office.press("liming", "action.tomorrow:1")
    with office.look() as uow:
        action = uow.next_actions.get(1)
    assert action is not None
    assert action.due_at == office.now + timedelta(days=3)
    assert action.snoozes == 1
    assert len(planned(office, Subject.ACTION, 1)) == 1


def test_a_day_without_anything_is_praised(office: Office) -> None:
    assert words(office.say("liming", "今日")) == "今天没有到期的事，干得漂亮。"


def test_the_day_lists_what_is_due_overdue_first_seven_at_most(office: Office) -> None:
    note = "刚拜访完{0}，让我{1}发报价，聊了预算"
    for number, due in enumerate(["周五前"] * 4 + ["明天上午十点"] * 5):
        draft = office.say("liming", note.format(["杭州康联", "宁波德力", "苏州恒达"][number % 3], due))
        office.wait(minutes=4)
        office.tap("liming", draft, "确认")
        office.wait(minutes=4)
    office.at("11-20 11:00")
    card = last_card(office.say("liming", "今日"))
    assert card.title == "今日待办 · 李明"
    assert len(card.rows) == 7
    overdue = ["已到期" in row.value for row in card.rows]
    assert overdue == sorted(overdue, reverse=True)
    assert overdue[0]
    assert [row.label[:2] for row in card.rows] == [f"{number} " for number in range(1, 8)]
    assert card.note is not None
    assert card.note.startswith("还有 5 项")  # nine promises and three checks


def test_a_digit_opens_the_line_of_the_list(office: Office) -> None:
    open_check(office)
    office.wait(minutes=11)
    listed = last_card(office.say("liming", "今日"))
    opened = last_card(office.say("liming", "1"))
    assert listed.rows[0].value.split(" · ")[0] in opened.title
    assert [button.label for button in opened.buttons][:2] == ["已完成", "明天"]


def test_nobody_elses_items_are_in_the_list(office: Office) -> None:
    open_check(office)
    assert "干得漂亮" in words(office.say("zhouqian", "今日"))
