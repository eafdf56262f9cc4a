"""In a group: words for all, cards for one, admins' commands for the single chat only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Kind, Outgoing
from bot.domain.people import Role
from tests.handlers.office import NOTE, Office, words

ROOM = "cid1"


def say(office: Office, who: str, said: str) -> list[Outgoing]:
    return office.take(office.message(who, kind=Kind.TEXT, text=said, room=ROOM))


def test_words_are_said_in_the_group(office: Office) -> None:
    [hello] = say(office, "liming", "你好")
    assert (hello.room, hello.card) == (ROOM, None)


def test_a_draft_goes_to_the_single_chat_and_the_group_is_told(office: Office) -> None:
    draft, told = say(office, "liming", NOTE)
    assert draft.card is not None
    assert (draft.room, told.room) == (None, ROOM)
    assert "单聊" in told.as_text()
    assert "康联" not in told.as_text()
    assert "已保存" in words(office.tap("liming", [draft], "确认"))


def test_an_answer_in_the_single_chat_stays_there(office: Office) -> None:
    assert {each.room for each in office.say("liming", NOTE)} == {None}


@pytest.mark.parametrize(
    "said", ["/检查", "/状态", "/别名 康联 = 杭州康联医疗科技有限公司", "/管理员 12345678"]
)
def test_admins_commands_are_refused(office: Office, said: str) -> None:
    [told] = say(office, "zhaogong", said)
    assert told.room == ROOM
    assert "单聊" in told.as_text()


def test_a_company_may_allow_them(office: Office) -> None:
    office.deps = replace(office.deps, admin_in_groups=True)
    shown = say(office, "zhaogong", "/检查")
    assert "数据库" in words(shown)


def test_a_one_time_code_is_not_taken_from_a_stranger_in_a_group(office: Office) -> None:
    with office.look() as uow:
        uow.admin_codes.create("12345678", now=office.now, minutes=15)
    assert "单聊" in words(say(office, "guest", "/管理员 12345678"))
    office.say("guest", "/管理员 12345678 小新")
    with office.look() as uow:
        assert "小新" in {member.name for member in uow.members.of_role(Role.ADMIN)}
