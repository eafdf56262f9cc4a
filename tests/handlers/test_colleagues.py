"""Who leads whom, roles, teams and leaving: clear refusals, and everything undone by a word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.nudges import NudgeStatus
from bot.domain.people import Member, Role, find_loop
from storage.tables import nudges
from storage.unit_of_work import UnitOfWork
from tests.handlers.office import NOTE, Office, words

ADMIN = "zhaogong"


def person(number: int, leader: int | None = None) -> Member:
    return Member(id=number, name=f"P{number}", role=Role.REP, supervisor_id=leader)


@pytest.mark.parametrize(
    ("leaders", "member", "leader", "way"),
    [
        ({1: None, 2: 1}, 1, 2, [2, 1]),
        ({1: None, 2: 1, 3: 2}, 1, 3, [3, 2, 1]),
        ({1: None, 2: 1}, 2, 1, []),
        ({1: None, 2: None}, 1, 2, []),
        ({1: 9, 2: 1}, 2, 1, []),
        ({1: 2, 2: 1, 3: None}, 3, 1, []),
        ({1: None}, 1, 1, [1]),
    ],
)
def test_loops_are_found_and_old_ones_survived(
    leaders: dict[int, int | None], member: int, leader: int, way: list[int]
) -> None:
    members = {number: person(number, above) for number, above in leaders.items()}
    assert [each.id for each in find_loop(members, member, leader)] == way


def test_a_loop_is_refused_and_told(office: Office) -> None:
    before = office.rows("members")
    assert "李明→王姐" in words(office.say(ADMIN, "/上级 王姐 李明"))
    assert "不能是自己的上级" in words(office.say(ADMIN, "/上级 王姐 王姐"))
    assert office.rows("members") == before


def test_reminders_go_to_the_new_supervisor_and_back_with_an_undo(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    wangjie, chenliang = office.member("wangjie").id, office.member("chenliang").id
    liming = office.member("liming").id

    def told() -> set[int]:
        with office.look() as uow:
            items = uow.node_items.open_of(liming)
            return {
                leader
                for leader in (wangjie, chenliang)
                for item in items
                if planned_for(uow, item.id, leader)
            }

    assert told() == {wangjie}
    office.say(ADMIN, "/上级 李明 陈亮")
    assert told() == {chenliang}
    office.say(ADMIN, "撤销")
    assert told() == {wangjie}


def planned_for(uow: UnitOfWork, item_id: int, member_id: int) -> bool:
    wanted = select(nudges.c.id).where(
        nudges.c.subject_id == item_id,
        nudges.c.member_id == member_id,
        nudges.c.status == NudgeStatus.PLANNED,
    )
    return uow._trail.connection.execute(wanted).first() is not None


def test_reps_without_anybody_above_are_listed(office: Office) -> None:
    assert "每位销售都有上级" in words(office.say(ADMIN, "/上级"))
    office.say(ADMIN, "/停用 王姐")
    assert "还没有上级的销售：李明、周倩" in words(office.say(ADMIN, "/上级"))


def test_roles_change_and_the_last_admin_stays(office: Office) -> None:
    assert "李明：销售 → 主管" in words(office.say(ADMIN, "/角色 李明 主管"))
    assert office.member("liming").role is Role.SUPERVISOR
    office.say(ADMIN, "撤销")
    assert office.member("liming").role is Role.REP
    for words_said in ("/角色 赵工 销售", "/添加 赵工 销售 华东 console:zhaogong"):
        assert "唯一的管理员" in words(office.say(ADMIN, words_said))
    assert "李明、周倩 的上级还是 TA" in words(office.say(ADMIN, "/角色 王姐 销售"))
    office.say(ADMIN, "/角色 李明 管理员")
    assert "赵工：管理员 → 销售" in words(office.say(ADMIN, "/角色 赵工 销售"))


def test_an_account_has_one_owner(office: Office) -> None:
    assert "已经是 李明 的账号" in words(office.say(ADMIN, "/添加 新人 销售 华东 console:liming"))
    for typed in ("/添加 新人 销售 华东 console:", "/添加 新人 老板 华东 console:x", "/添加 新人"):
        assert "格式：/添加" in words(office.say(ADMIN, typed))


def test_who_is_let_go_is_not_answered_and_the_rest_is_told(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    told = words(office.say(ADMIN, "/停用 李明"))
    assert "已停用 李明" in told
    assert "留下 2 项待办、0 个商机、4 家客户" in told
    assert "首次需求澄清" in told
    assert "还不认识你" in words(office.say("liming", "今日"))
    assert "李明 又可以用了" in words(office.say(ADMIN, "/启用 李明"))
    assert "首次需求澄清" in words(office.say("liming", "今日"))
    assert "TA 带的" in words(office.say(ADMIN, "/停用 王姐"))


def test_nobody_lets_go_of_themselves(office: Office) -> None:
    assert "不能停用自己" in words(office.say(ADMIN, "/停用 赵工"))
    assert "没有叫「谁呢」" in words(office.say(ADMIN, "/停用 谁呢"))


def test_in_a_group_nothing_of_it_works(office: Office) -> None:
    before = office.rows("members")
    for typed in (
        "/上级 李明 陈亮",
        "/停用 周倩",
        "/角色 李明 管理员",
        "/团队 周倩 华南",
        "/审计",
        "/模拟 你好",
    ):
        message = replace(
            office.message(ADMIN, kind=office.message(ADMIN, kind="text").kind, text=typed), room="g"
        )
        assert "单聊" in words(office.take(message))
    assert office.rows("members") == before
