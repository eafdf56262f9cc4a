"""The audit by chat: who, when, old → new; nothing of what was said at a customer's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Kind
from tests.handlers.office import NOTE, Office, last_card, words

ADMIN = "zhaogong"


@pytest.mark.parametrize(
    ("done", "asked", "told"),
    [
        ("/阈值 停滞 5天", "阈值", "默认 → 5天"),
        ("/阈值 竞品应对备案 提醒 6小时", "阈值 竞品应对备案 提醒", "默认 → 6小时"),
        ("/上级 李明 陈亮", "李明", "上级 王姐 → 陈亮"),
        ("/角色 李明 主管", "同事 李明", "角色 销售 → 主管"),
        ("/停用 周倩", "周倩", "启用 开 → 关"),
        ("/别名 小康 = 杭州康联医疗科技有限公司", "康联", "别名 杭州康联、康联 → 杭州康联、康联、小康"),
        ("/话术 停用 1", "话术#1", "启用 开 → 关"),
        ("/话术 停用 1", "话术 1", "嫌贵"),
    ],
)
def test_who_when_old_and_new(done: str, asked: str, told: str, office: Office) -> None:
    office.say(ADMIN, done)
    shown = words(office.say(ADMIN, f"/审计 {asked}"))
    assert told in shown
    assert "11-19 15:00 赵工" in shown


def test_what_was_undone_is_told_as_such(office: Office) -> None:
    office.say(ADMIN, "/团队 周倩 华南")
    office.say(ADMIN, "撤销")
    assert "华东 → 华南（已撤销）" in words(office.say(ADMIN, "/审计 周倩"))


def test_ten_at_a_time_newest_first(office: Office) -> None:
    for number in range(1, 24):
        office.say(ADMIN, f"/阈值 停滞 {number}天")
    shown = office.say(ADMIN, "/审计 阈值")
    assert len(last_card(shown).rows) == 10
    assert "22天 → 23天" in last_card(shown).rows[0].value
    shown = office.tap(ADMIN, shown, "更多")
    assert "12天 → 13天" in last_card(shown).rows[0].value
    shown = office.tap(ADMIN, shown, "更多")
    assert last_card(shown).buttons == ()


def test_notes_stay_where_they_are(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    shown = words(office.say(ADMIN, "/审计 李明"))
    assert "记录#1001" in shown
    assert "正文（内容不在这里显示）" in shown
    for said in ("财务", "三份", "张总", "刚拜访"):
        assert said not in shown


def test_what_was_refused_is_told(office: Office) -> None:
    office.say("liming", "/角色 李明 管理员")
    assert "李明：想用「/角色 李明」，没有权限" in words(office.say(ADMIN, "/审计 拒绝"))


@pytest.mark.parametrize("asked", ["火星", "话术#999", "阈值 火星", "拒绝"])
def test_what_is_not_there_is_one_sentence(asked: str, office: Office) -> None:
    [told] = office.say(ADMIN, f"/审计 {asked}")
    assert told.card is None


def test_the_next_page_is_an_admins_too(office: Office) -> None:
    pressed = office.message("liming", kind=Kind.BUTTON, action="audit.more:99/李明")
    assert words(office.take(pressed)) == "已处理 👌"
    in_group = replace(office.message(ADMIN, kind=Kind.BUTTON, action="audit.more:99/李明"), room="g")
    assert "改动记录" not in words(office.take(in_group))
