"""Supervisors and admins: only one's own team, advice that arrives, people and names by chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Address
from bot.domain.nodes import NodeItem
from bot.domain.people import Role
from tests.handlers.office import KANGLIAN, NOTE, Office, account, last_card, value_of, words


def late_check(office: Office, who: str = "liming") -> NodeItem:
    """A rep's check past its alert."""
    draft = office.say(who, NOTE)
    office.wait(minutes=1)
    office.tap(who, draft, "确认")
    member = office.member(who)
    with office.look() as uow:
        (item,) = uow.node_items.open_of(member.id)
    office.at("11-23 10:00")
    return item


def test_a_supervisor_sees_the_own_teams_late_checks(office: Office) -> None:
    late_check(office)
    card = last_card(office.say("wangjie", "团队"))
    assert card.title == "团队待跟进（1 项）"
    assert card.rows[0].label == "1 杭州康联"


@pytest.mark.parametrize(("who", "seen"), [("wangjie", True), ("zhaogong", True), ("chenliang", False)])
def test_another_teams_supervisor_sees_nothing(office: Office, who: str, *, seen: bool) -> None:
    item = late_check(office)
    listed = words(office.say(who, "团队"))
    assert ("杭州康联" in listed) is seen
    assert ("没有超过预警时间" in listed) is not seen
    for action in (f"team.comment:{item.id}", f"team.open:=node:{item.id}"):
        answer = words(office.press(who, action))
        assert ("想对 李明 说什么" in answer) is seen
        assert ("需要主管权限" in answer) is not seen


def test_what_is_not_yet_late_is_not_in_the_list(office: Office) -> None:
    office.tap("liming", office.say("liming", NOTE), "确认")
    assert "没有超过预警时间" in words(office.say("wangjie", "团队"))


@pytest.mark.parametrize("action", ["team.comment:1", "team.open:=node:1", "team.more"])
def test_a_rep_is_no_supervisor(office: Office, action: str) -> None:
    late_check(office)
    assert "需要主管权限" in words(office.press("zhouqian", action))


def test_advice_reaches_the_rep_with_the_item_that_it_is_about(office: Office) -> None:
    item = late_check(office)
    assert "想对 李明 说什么" in words(office.press("wangjie", f"team.comment:{item.id}"))
    sent = office.say("wangjie", "先约张总当面聊，把需求写清楚")
    to_rep, to_boss = sent
    assert to_rep.to == account("liming")
    assert to_rep.card is not None
    assert to_rep.card.title == "💡 王姐 的建议 · 首次需求澄清 · 杭州康联"
    assert to_rep.card.quote == "先约张总当面聊，把需求写清楚"
    assert (to_boss.to, to_boss.text) == (account("wangjie"), "已转给 李明。")
    assert [record.member_id for record in office.records()] == [item.member_id]  # it became no note


def test_advice_can_be_spoken(office: Office) -> None:
    item = late_check(office)
    office.press("wangjie", f"team.comment:{item.id}")
    assert "已转给 李明" in words(office.speak("wangjie", "多问一句采购流程"))


def test_a_track_is_offered_for_a_signal(office: Office) -> None:
    draft = office.say("liming", "刚拜访完杭州康联，说我们太贵了，让我周五前发报价")
    shown = office.tap("liming", draft, "话术")
    assert words(shown) == "💬 嫌贵\n嫌贵时这样说"


def test_several_tracks_are_offered_by_title(office: Office) -> None:
    draft = office.say("liming", "刚拜访完杭州康联，他们要招标，让我周五前发报价")
    shown = office.tap("liming", draft, "话术")
    assert [button.label for button in last_card(shown).buttons] == ["要招标一", "要招标二"]
    assert "要招标二时这样说" in words(office.tap("liming", shown, "要招标二"))


def test_a_check_has_tracks_of_its_own(office: Office) -> None:
    item = late_check(office)
    assert "要招标一时这样说" in words(office.press("liming", f"tracks.node:{item.id}"))


def test_a_retired_track_opens_no_more(office: Office) -> None:
    with office.look() as uow:
        track = uow.talk_tracks.get(1)
        assert track is not None
        uow.talk_tracks.save(replace(track, active=False))
    assert words(office.press("liming", "tracks.open:1")) == "已处理 👌"


def test_an_admin_adds_somebody_who_then_can_dictate(office: Office) -> None:
    assert "还不认识你" in words(office.say("zhangsan", NOTE))
    added = words(office.say("zhaogong", "/添加 张三 销售 华东 console:zhangsan"))
    assert added == "已添加 张三（销售）。"
    assert office.member("zhangsan").team == "华东"
    assert "杭州康联" in words(office.say("zhangsan", NOTE))


def test_adding_again_changes_role_team_and_account(office: Office) -> None:
    office.say("zhaogong", "/添加 周倩 主管 华南 wecom:ZhouQian")
    zhouqian = office.member("zhouqian")
    assert (zhouqian.role, zhouqian.team) == (Role.SUPERVISOR, "华南")
    assert zhouqian.addresses == (Address(platform="wecom", user_id="ZhouQian"), account("zhouqian"))


@pytest.mark.parametrize(
    "words_",
    [
        "",
        "张三",
        "张三 销售 华东",
        "张三 老板 华东 console:z",
        "张三 销售 华东 zhangsan",
        "张 三 销售 华东 console:z",
    ],
)
def test_a_wrong_form_is_told_with_the_right_one(office: Office, words_: str) -> None:
    before = office.rows()
    answer = words(office.say("zhaogong", f"/添加 {words_}".strip()))
    assert answer == "格式：/添加 姓名 销售|主管|管理员 团队 平台:账号"
    assert office.rows() == before


def test_an_alias_is_understood_in_the_next_note(office: Office) -> None:
    assert "就能听懂" in words(office.say("zhaogong", f"/别名 老康 = {KANGLIAN}"))
    card = last_card(office.say("liming", "刚拜访完老康，张总让我周五前发报价，聊了预算"))
    assert value_of(card, "客户") == KANGLIAN


@pytest.mark.parametrize(
    ("words_", "told"),
    [
        ("老康", "格式：/别名"),
        ("老康 =", "格式：/别名"),
        ("= 康联", "格式：/别名"),
        ("老康 = 没有这家", "没有叫「没有这家」的客户。"),
    ],
)
def test_a_broken_alias_changes_nothing(office: Office, words_: str, told: str) -> None:
    before = office.rows()
    assert told in words(office.say("zhaogong", f"/别名 {words_}"))
    assert office.rows() == before


def test_an_alias_of_two_customers_is_announced(office: Office) -> None:
    answer = words(office.say("zhaogong", f"/别名 德力 = {KANGLIAN}"))
    assert "已经是宁波德力机械有限公司的叫法" in answer


def test_the_check_command_tells_what_to_mend(office: Office) -> None:
    card = last_card(office.say("zhaogong", "/检查"))
    assert [(row.label, row.value) for row in card.rows] == [
        ("数据库", "通过"),
        ("语音识别", "失败：装上模型"),
    ]
