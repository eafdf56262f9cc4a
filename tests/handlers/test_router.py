"""Commands: how they are typed, who may use them, and that help tells each person just theirs."""

from __future__ import annotations

import pytest

from bot.domain.people import Role
from handlers.router import Command, commands_for, match_command
from tests.handlers.office import NOTE, ROUTERS, Office, last_card, words

COMMANDS = [route.command for router in ROUTERS for route in router.routes if route.command]
RANK = {"liming": 0, "wangjie": 1, "zhaogong": 2}
NEEDS = {Role.REP: 0, Role.SUPERVISOR: 1, Role.ADMIN: 2}
PLAIN = Command(names=("今日", "today"), help="", role=Role.REP)
WITH_WORDS = Command(names=("/别名",), help="", role=Role.REP, usage="叫法 = 全名")


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("今日", PLAIN, ""),
        ("  今日\n", PLAIN, ""),
        ("今日。", PLAIN, ""),
        ("today!", PLAIN, ""),
        ("ｔｏｄａｙ", PLAIN, ""),  # full width, as Chinese keyboards write it
        ("今日安排", PLAIN, None),
        ("今日 德力", PLAIN, None),  # it takes nothing, so this is a note
        ("/别名", WITH_WORDS, ""),
        ("/别名 康联 = 杭州康联", WITH_WORDS, "康联 = 杭州康联"),
        ("／别名　康联＝杭州康联", WITH_WORDS, "康联=杭州康联"),
        ("/别名康联", WITH_WORDS, None),
        ("说/别名 甲 = 乙", WITH_WORDS, None),
        ("", PLAIN, None),
    ],
)
def test_a_command_is_its_name_and_what_follows(text: str, command: Command, argument: str | None) -> None:
    assert match_command(text, command) == argument


def test_no_two_commands_share_a_name() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("who", RANK)
@pytest.mark.parametrize("name", [name for command in COMMANDS for name in command.names])
def test_each_command_takes_those_of_its_role_and_refuses_others(office: Office, name: str, who: str) -> None:
    command = next(command for command in COMMANDS if name in command.names)
    before = office.rows()
    answer = words(office.say(who, f"{name} 甲" if command.usage else name))
    refused = "权限。需要的话找管理员开通。" in answer
    assert refused is (RANK[who] < NEEDS[command.role])
    assert answer
    if refused:
        assert office.rows() == before


@pytest.mark.parametrize(
    ("who", "role"), [("liming", Role.REP), ("wangjie", Role.SUPERVISOR), ("zhaogong", Role.ADMIN)]
)
def test_help_lists_what_this_person_may_do(office: Office, who: str, role: Role) -> None:
    card = last_card(office.say(who, "帮助"))
    assert [row.label for row in card.rows] == [each.names[0] for each in commands_for(ROUTERS, role)]
    assert ("/添加" in [row.label for row in card.rows]) is (role is Role.ADMIN)
    assert ("团队" in [row.label for row in card.rows]) is (role is not Role.REP)
    assert card.note is not None


def test_a_command_wins_over_what_the_bot_waits_for(office: Office) -> None:
    assert "下一步打算做什么" in words(office.say("liming", "刚拜访完杭州康联，聊了预算"))
    assert "我能帮你" in words(office.say("liming", "帮助"))
    assert office.records()[0].facts.actions == ()


@pytest.mark.parametrize(
    ("who", "action", "typed", "told"),
    [
        ("wangjie", "team.comment:1", "撤销", "没有可以撤销的操作"),
        ("wangjie", "team.comment:1", "团队", "没有超过预警时间"),
        ("zhaogong", "team.comment:1", "/检查", "检查结果"),
        ("liming", "node.tomorrow:1", "今日", "今日待办"),
        ("liming", "node.tomorrow:1", "帮助", "我能帮你"),
    ],
)
def test_every_command_wins_over_every_kind_of_waiting(
    office: Office, who: str, action: str, typed: str, told: str
) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    for _ in range(3):
        office.press(who, action)
    assert told in words(office.say(who, typed))


def test_advice_that_sounds_like_a_question_is_advice(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    office.press("wangjie", "team.comment:1")
    assert "已转给 李明" in words(office.say("wangjie", "合同什么时候到期？"))


@pytest.mark.parametrize("asked", ["我今天有什么安排？", "还有哪些待办", "今天要做什么"])
def test_a_question_in_free_words_shows_the_day(office: Office, asked: str) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    assert "今日待办" in words(office.say("liming", asked))


def test_a_command_in_a_buttons_text_is_no_command(office: Office) -> None:
    assert words(office.press("liming", "帮助")) == "已处理 👌"
