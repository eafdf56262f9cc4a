"""Triggers and packs by chat: what words are understood as, what overlaps, what nobody would see."""

from __future__ import annotations

import pytest

from prompts.packs import STANDARD, load_pack
from tests.handlers.office import Office, last_card, value_of, words
from tests.handlers.test_talk_tracks import DEAR, add, titles

ADMIN = "zhaogong"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("太贵", "说到价格"),
        ("价格", "说到价格"),
        ("要招标", "说到要招标"),
        ("西门子", "提到竞品西门子"),
        ("决策链穿透", "要做决策链穿透"),
        ("决策链穿透 到期", "决策链穿透到期"),
        ("报价谈判", "到了报价谈判阶段"),
        ("红色外壳", "说到「红色外壳」这几个字"),
        ("首次联系>15分钟 连续3天", "首次联系超过 15 分钟，连续 3 天"),
        ("首次响应＞1.5小时，连续2天", "首次联系超过 90 分钟，连续 2 天"),
    ],
)
def test_what_the_words_call(office: Office, said: str, meant: str) -> None:
    shown = office.say(ADMIN, f"/触发 {said} → 嫌贵")
    card = last_card(shown)
    assert (value_of(card, "什么时候"), value_of(card, "推哪些")) == (meant, "嫌贵")


@pytest.mark.parametrize("arrow", ["→", "->", "=>", "——>", "-->"])
def test_any_arrow_will_do(office: Office, arrow: str) -> None:
    assert "触发 #1" in words(office.say(ADMIN, f"/触发 太贵{arrow}嫌贵、要招标一"))


def test_a_bound_trigger_brings_its_own_in_order(office: Office) -> None:
    add(office, "先倾听", signals=frozenset())
    office.say(ADMIN, "/触发 太贵 → 先倾听、#2")
    assert titles(office.say("liming", DEAR)) == ["先倾听", "要招标一", "嫌贵"]
    office.tap(ADMIN, office.say(ADMIN, "/触发"), "#1 太贵")
    office.wait(days=8)
    assert titles(office.say("liming", DEAR)) == ["嫌贵"]


def test_for_one_team_only(office: Office) -> None:
    add(office, "只给华南", signals=frozenset())
    office.say(ADMIN, "/触发 太贵 → 只给华南 @华南")
    assert titles(office.say("liming", DEAR)) == ["嫌贵"]
    assert titles(office.say("hewei", "刚拜访完长春某厂，说我们太贵了，让我周五前发报价")) != ["嫌贵"]


def test_overlap_and_conflict_are_shown(office: Office) -> None:
    for title in ("甲", "乙", "丙"):
        add(office, title, signals=frozenset())
    office.say(ADMIN, "/触发 太贵 → 甲、乙")
    shown = words(office.say(ADMIN, "/触发 价格 → 丙、嫌贵"))
    assert "一起的还有：#1 太贵" in shown
    assert "轮不到的：嫌贵" in shown
    assert "一次最多推 3 条" in shown
    apart = words(office.say(ADMIN, "/触发 要招标 → 丙"))
    assert "一起的还有" not in apart


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/触发 太贵", "格式"),
        ("/触发 → 嫌贵", "格式"),
        ("/触发 太贵 → ", "格式"),
        ("/触发 太贵 → 没有这条", "没找到「没有这条」"),
        ("/触发 太贵 → 嫌贵 @火星", "没有叫「火星」的团队"),
        ("/触发 首次联系<15分钟 连续3天 → 嫌贵", "按时长"),
        ("/触发 首次联系>15分钟 连续30天 → 嫌贵", "按时长"),
        ("/触发 首次联系>0分钟 连续3天 → 嫌贵", "按时长"),
        ("/触发 通话>15分钟 连续3天 → 嫌贵", "按时长"),
        ("/触发 删 9", "没有 9 号触发"),
        ("/话术包 新增 空包", "格式"),
        ("/话术包 新增 包 / 没有这条", "没找到「没有这条」"),
        ("/话术包 没有的", "没有叫「没有的」"),
        ("/话术 内置 火星", "有的是：药店"),
    ],
)
def test_what_cannot_be_bound(office: Office, said: str, answer: str) -> None:
    before = office.rows("triggers", "talk_track_packs")
    assert answer in words(office.say(ADMIN, said))
    assert office.rows("triggers", "talk_track_packs") == before


def test_a_title_of_two_scenes_is_asked(office: Office) -> None:
    add(office, "嫌贵", scene="另一个场景")
    assert "#1 #4" in words(office.say(ADMIN, "/触发 太贵 → 嫌贵"))


def test_a_pack_is_an_order(office: Office) -> None:
    shown = words(office.say(ADMIN, "/话术包 新增 谈价 / 要招标二、嫌贵 / 报价之后"))
    assert shown.index("1 要招标二") < shown.index("2 嫌贵")
    assert titles(office.say("liming", "话术包 谈价")) == ["要招标二", "嫌贵"]
    office.say(ADMIN, "/触发 太贵 → 谈价话术包")
    assert titles(office.say("liming", DEAR)) == ["要招标二", "嫌贵"]
    office.say(ADMIN, "/话术包 新增 谈价 / 嫌贵")
    assert "报价之后" in words(office.say("liming", "话术包"))
    office.say(ADMIN, "/话术包 停用 谈价")
    assert "还没有话术包" in words(office.say("liming", "话术包"))


def test_what_comes_with_the_program_is_installed_once_and_left_as_it_was_changed(office: Office) -> None:
    assert "39 条话术、3 个话术包、5 个触发" in words(office.say(ADMIN, "/话术 内置"))
    number = titles_of(office, "担心交期")
    office.say(ADMIN, f"/话术 停用 {number}")
    assert "0 条话术、0 个话术包、0 个触发" in words(office.say(ADMIN, "/话术 内置"))
    assert "担心交期" not in words(office.say("liming", "话术 交期"))
    assert "5 条话术、1 个话术包" in words(office.say(ADMIN, "/话术 内置 药店"))
    assert "已测、未测、拒绝" in words(office.say("liming", "话术包"))


def titles_of(office: Office, title: str) -> int:
    with office.look() as uow:
        [track] = uow.talk_tracks.called(title)
    return track.id


def test_undo_takes_an_installation_back(office: Office) -> None:
    before = office.rows("talk_tracks")
    office.say(ADMIN, "/话术 内置")
    assert "已撤销" in words(office.say(ADMIN, "撤销"))
    assert office.rows("talk_tracks") == before


def test_every_title_of_a_set_is_there() -> None:
    packs = [load_pack(key) for key in STANDARD]
    known = {track.title for pack in packs for track in pack.tracks}
    for pack in packs:
        named = [title for each in (*pack.packs, *pack.triggers) for title in each.titles]
        assert set(named) <= known
