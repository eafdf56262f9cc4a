"""The tick: due reminders become messages once, together, in working hours, the boss has one digest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.customers import Customer
from bot.domain.messages import Priority
from tests.handlers.office import NOTE, Office, account, last_card, words


def save(office: Office, note: str = NOTE, *, who: str = "liming") -> None:
    """A saved record; five minutes pass on the way."""
    draft = office.say(who, note)
    office.wait(minutes=1)
    assert "已保存" in words(office.tap(who, draft, "确认"))
    office.wait(minutes=4)


def note_on(customer: str) -> str:
    """A note that opens one check, with a promise for a later month."""
    return f"刚拜访完{customer}，张总有意向，聊了预算，让我12月20号前发报价"


def test_before_it_is_due_nothing_is_sent(office: Office) -> None:
    save(office)
    office.at("11-20 14:59")
    assert office.tick() == []


def test_a_due_check_comes_with_its_answers_and_once_only(office: Office) -> None:
    save(office)
    office.at("11-20 15:02")
    (nudge,) = office.tick()
    assert nudge.to == account("liming")
    assert nudge.priority is Priority.NUDGE
    assert nudge.nudge_id is not None
    card = last_card([nudge])
    assert card.title == "⏰ 首次需求澄清 · 杭州康联"
    assert [button.label for button in card.buttons] == ["已完成", "明天", "不适用", "要话术"]
    assert office.tick() == []
    office.wait(minutes=5)
    assert office.tick() == []


def test_a_digit_answers_the_nudge(office: Office) -> None:
    save(office)
    office.at("11-20 15:02")
    office.tick()
    assert "再提醒你" in words(office.say("liming", "2"))


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("11-20 20:00", False),  # evening
        ("11-21 12:00", False),  # Saturday
        ("11-23 08:29", False),
        ("11-23 08:30", True),
    ],
)
def test_quiet_hours_hold_everything_back_until_the_working_morning(
    office: Office, moment: str, *, sent: bool
) -> None:
    save(office)
    office.at(moment)
    assert bool(office.tick()) is sent


def test_what_is_due_at_once_is_one_list(office: Office) -> None:
    for customer in ("杭州康联", "宁波德力", "苏州恒达"):
        save(office, note_on(customer))
    office.at("11-20 17:00")
    (nudge,) = office.tick()
    card = last_card([nudge])
    assert card.title == "⏰ 有 3 件事到时间了"
    assert len(card.rows) == 3
    assert "首次需求澄清" in last_card(office.say("liming", "2")).title


def test_each_rep_hears_of_the_own_things_only(office: Office) -> None:
    save(office, note_on("杭州康联"))
    save(office, note_on("宁波德力"), who="zhouqian")
    office.at("11-20 17:00")
    sent = {outgoing.to.user_id: words([outgoing]) for outgoing in office.tick()}
    assert set(sent) == {"liming", "zhouqian"}
    assert "杭州康联" in sent["liming"]
    assert "宁波德力" not in sent["liming"]


def test_the_supervisor_hears_it_later_and_in_one_digest_of_three(office: Office) -> None:
    for customer in ("杭州康联", "宁波德力", "苏州恒达", "无锡恒达"):
        save(office, note_on(customer))
    office.at("11-20 17:00")
    assert {outgoing.to.user_id for outgoing in office.tick()} == {"liming"}
    office.at("11-23 09:00")
    (digest,) = [outgoing for outgoing in office.tick() if outgoing.to == account("wangjie")]
    assert digest.priority is Priority.DIGEST
    card = last_card([digest])
    assert card.title == "早上好，王姐"
    assert len(card.rows) == 1 + 3
    assert card.buttons[0].label == "还有 1 项"
    more = last_card(office.tap("wangjie", [digest], "还有 1 项"))
    assert more.title == "团队待跟进（4 项）"


@pytest.mark.parametrize(("records", "praised"), [(3, True), (2, False)])
def test_who_had_three_records_yesterday_is_praised_first(
    office: Office, records: int, *, praised: bool
) -> None:
    office.at("11-16 10:00")
    save(office, note_on("杭州康联"))
    office.at("11-18 10:00")
    for customer in ("宁波德力", "苏州恒达", "无锡恒达")[:records]:
        save(office, note_on(customer))
    office.at("11-19 08:50")
    (digest,) = [each for each in office.tick() if each.to == account("wangjie")]
    first = last_card([digest]).rows[0].value
    assert ("李明" in first) is praised


def test_the_supervisor_is_written_to_at_last(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-23 09:00")
    office.tick()
    office.at("11-26 09:00")
    (direct,) = [outgoing for outgoing in office.tick() if outgoing.to == account("wangjie")]
    card = last_card([direct])
    assert card.title == "🤝 李明 的这一项可能需要你搭把手"
    assert [button.label for button in card.buttons] == ["给建议", "知道了"]
    assert "想对 李明 说什么" in words(office.tap("wangjie", [direct], "给建议"))
    assert words(office.press("wangjie", "team.seen")) == "好的。"


def test_what_is_closed_in_time_reaches_nobody(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.press("liming", "node.waive_as:1=lost")
    office.at("11-26 12:00")
    assert office.tick() == []


def test_a_snoozed_check_reaches_neither_before_its_new_time(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.at("11-20 17:00")
    office.tick()
    office.press("liming", "node.tomorrow:1")
    office.at("11-23 09:00")
    assert office.tick() == []
    office.at("11-23 17:00")
    assert {outgoing.to.user_id for outgoing in office.tick()} == {"liming"}


def test_somebody_who_has_left_is_not_written_to(office: Office) -> None:
    save(office, note_on("杭州康联"))
    liming = office.member("liming")
    with office.look() as uow:
        uow.members.save(replace(liming, active=False))
    office.at("11-20 17:00")
    assert office.tick() == []


def test_a_node_that_the_playbook_dropped_is_not_nagged_about(office: Office) -> None:
    save(office, note_on("杭州康联"))
    office.with_playbook(lambda playbook: replace(playbook, nodes=()))
    office.at("11-20 17:00")
    assert office.tick() == []


def test_a_node_of_one_team_only_opens_there(office: Office) -> None:
    office.with_playbook(
        lambda playbook: replace(
            playbook, nodes=tuple(replace(node, teams=frozenset({"华南"})) for node in playbook.nodes)
        )
    )
    hewei, liming = office.member("hewei"), office.member("liming")
    with office.look() as uow:
        uow.customers.save(
            Customer(id=0, name="广州南方电气有限公司", aliases=("南方电气",), owner_id=hewei.id)
        )
    save(office, note_on("杭州康联"))
    save(office, note_on("南方电气"), who="hewei")
    with office.look() as uow:
        assert uow.node_items.open_of(liming.id) == ()
        assert len(uow.node_items.open_of(hewei.id)) == 1
