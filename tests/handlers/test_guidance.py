"""Help in ten lines, and misspelt commands that act only when tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Kind
from handlers.router import commands_for
from tests.handlers.office import NOTE, ROUTERS, Office, last_card, words


@pytest.mark.parametrize("who", ["liming", "wangjie", "zhaogong"])
def test_help_has_at_most_ten_lines_and_leads_to_every_command(who: str, office: Office) -> None:
    shown = office.say(who, "帮助")
    assert len(words(shown).splitlines()) <= 10
    named = {row.label for row in last_card(shown).rows}
    while last_card(shown).buttons:
        shown = office.tap(who, shown, "更多")
        assert len(words(shown).splitlines()) <= 10
        named |= {row.label for row in last_card(shown).rows}
    assert named == {each.names[0] for each in commands_for(ROUTERS, office.member(who).role)}


def test_what_help_names_first_exists(office: Office) -> None:
    for who in ("liming", "wangjie", "zhaogong"):
        role = office.member(who).role
        known = {each.names[0] for each in commands_for(ROUTERS, role)}
        first = office.deps.texts.label("help_first", role).split("|")
        assert set(first) <= known
        assert [row.label for row in last_card(office.say(who, "帮助")).rows] == first[:7]


def test_what_waits_is_counted(office: Office) -> None:
    assert "项）" not in words(office.say("liming", "帮助"))
    office.tap("liming", office.say("liming", NOTE), "确认")
    assert "（现在 2 项）" in words(office.say("liming", "帮助"))


def test_a_group_hears_nothing_of_what_works_alone(office: Office) -> None:
    message = replace(office.message("zhaogong", kind=Kind.TEXT, text="帮助"), room="g")
    assert "/阈值" not in words(office.take(message))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/话书", "/话术"),
        ("/阀值", "/阈值"),
        ("/域值 停滞", "/阈值"),
        ("/上机 李明 王姐", "/上级"),
        ("/审记", "/审计"),
        ("/话书 新增 甲", "/话术 新增"),
        ("／检测", "/检查"),
        ("/今天", "今天"),
        ("近日", "今日"),
        ("合归率", "合规率"),
    ],
)
def test_the_nearest_is_offered_and_nothing_happens(typed: str, meant: str, office: Office) -> None:
    before = office.rows()
    shown = office.say("zhaogong", typed)
    assert meant in [button.label for button in last_card(shown).buttons]
    after = office.rows()
    assert {name: rows for name, rows in after.items() if name != "changes"} == {
        name: rows for name, rows in before.items() if name != "changes"
    }


def test_a_tap_says_it_with_what_stood_behind(office: Office) -> None:
    shown = office.say("zhaogong", "/阀值 停滞 6天")
    assert "7天 → 6天" in words(office.tap("zhaogong", shown, "/阈值"))


def test_a_rep_is_not_shown_what_is_not_for_reps(office: Office) -> None:
    assert "/阈值" not in words(office.say("liming", "/阀值")).replace("/阀值", "")
    forged = office.message("liming", kind=Kind.BUTTON, action="help.say:/角色 李明 管理员")
    assert "需要管理员权限" in words(office.take(forged))


def test_a_slash_is_never_a_note(office: Office) -> None:
    told = words(office.say("liming", "/刚拜访完杭州康联，张总让我周五前发报价"))
    assert "没有「/刚拜访完" in told
    assert office.records() == []


@pytest.mark.parametrize("said", ["康联", "张总", "你好", "好的", "谢谢", "周五", "恒达"])
def test_short_words_that_mean_something_are_left_alone(said: str, office: Office) -> None:
    assert "是不是想说" not in words(office.say("liming", said))
