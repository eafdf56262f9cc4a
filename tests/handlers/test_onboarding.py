"""Strangers, and the first admin by a one-time code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import Role
from tests.handlers.office import NOTE, Office, account, words


def make_code(office: Office, code: str = "12345678") -> str:
    with office.look() as uow:
        return uow.admin_codes.create(code, now=office.now, minutes=15)


def drop_admins(office: Office) -> None:
    with office.look() as uow:
        for admin in uow.members.of_role(Role.ADMIN):
            uow.members.save(replace(admin, active=False))


def test_a_stranger_is_told_whom_to_ask_and_the_account(office: Office) -> None:
    answer = words(office.say("nobody", NOTE))
    assert "请管理员用「/添加」把你加进来" in answer
    assert "console:nobody" in answer
    assert office.records() == []


def test_a_stranger_in_a_company_without_an_admin_is_told_of_the_code(office: Office) -> None:
    drop_admins(office)
    assert "/管理员 一次性码" in words(office.say("nobody", NOTE))


@pytest.mark.parametrize("typed", ["/管理员 12345678", "／管理员　12345678", " /管理员  12345678 "])
def test_a_good_code_makes_an_admin(office: Office, typed: str) -> None:
    make_code(office)
    assert "你现在是管理员" in words(office.say("boss", typed))
    assert office.member("boss").role is Role.ADMIN
    assert "检查结果" in words(office.say("boss", "/检查"))


def test_a_code_works_once(office: Office) -> None:
    make_code(office)
    office.say("boss", "/管理员 12345678")
    assert "这个码不对，或者已经过期" in words(office.say("thief", "/管理员 12345678"))
    with office.look() as uow:
        assert uow.members.at(account("thief")) is None


@pytest.mark.parametrize(("minutes", "good"), [(14, True), (15, False), (60, False)])
def test_a_code_lasts_fifteen_minutes(office: Office, minutes: int, *, good: bool) -> None:
    make_code(office)
    office.wait(minutes=minutes)
    assert ("你现在是管理员" in words(office.say("boss", "/管理员 12345678"))) is good


@pytest.mark.parametrize("code", ["1234567", "00000000", "12345678 OR 1=1", "'"])
def test_a_wrong_code_makes_nobody_an_admin_and_leaves_the_right_one(office: Office, code: str) -> None:
    make_code(office)
    assert "这个码不对" in words(office.say("boss", f"/管理员 {code}"))
    assert "你现在是管理员" in words(office.say("boss", "/管理员 12345678"))


def test_a_known_member_keeps_name_team_and_records(office: Office) -> None:
    make_code(office)
    before = office.member("liming")
    office.say("liming", "/管理员 12345678")
    after = office.member("liming")
    assert (after.id, after.name, after.team, after.supervisor_id) == (
        before.id,
        before.name,
        before.team,
        before.supervisor_id,
    )
    assert after.role is Role.ADMIN


def test_the_code_itself_is_nowhere_in_the_database(office: Office) -> None:
    make_code(office, "87654321")
    assert "87654321" not in str(office.rows("admin_codes"))
