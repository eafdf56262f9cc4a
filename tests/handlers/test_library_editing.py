"""The library by chat: preview, publish, change, versions, review, retire, undo, statistics; admins only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import Address, Incoming, Kind
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import TalkTrack
from tests.handlers.office import NOW, Office, account, last_card, words

NEW = "/话术 新增 担心交期 / 交付 / 您哪天必须用上？我往回排。"
ADMIN = "zhaogong"


def entry(office: Office, track_id: int) -> TalkTrack:
    with office.look() as uow:
        track = uow.talk_tracks.get(track_id)
    assert track is not None
    return track


def publish(office: Office, said: str = NEW) -> int:
    """Write and publish; the entry's number."""
    draft = office.say(ADMIN, said)
    shown = words(office.tap(ADMIN, draft, "发布"))
    assert "已发布" in shown, shown
    return int(shown.partition("#")[2].partition(" ")[0])


def second_admin(office: Office) -> None:
    with office.look() as uow:
        uow.members.save(Member(id=0, name="钱工", role=Role.ADMIN, addresses=(account("qiangong"),)))


def test_the_preview_is_what_reps_will_see(office: Office) -> None:
    shown = office.say(ADMIN, NEW)
    assert shown[0].text == "您哪天必须用上？我往回排。"
    assert [button.label for button in last_card(shown).buttons] == ["发布", "送审", "再改", "放弃"]
    assert "担心交期" not in words(office.say("liming", "话术 交期"))
    office.tap(ADMIN, shown, "发布")
    assert office.say("liming", "话术 交期")[0].text == shown[0].text


@pytest.mark.parametrize(
    "said",
    [
        "担心交期 / 交付 / 一句，\n两句。\n别名：来不及，太慢\n标签：急\n到期：2026-12-31\n详细：先问\n再排",
        "担心交期／交付／一句，\n两句。\n标签：急\n到期：2026年12月31日\n别名：来不及、太慢\n详细:先问\n再排",
        "担心交期\n交付\n一句，\n两句。\n别名：来不及、太慢\n标签：急\n到期：2026/12/31\n详细：先问\n再排",
    ],
)
def test_several_lines_with_labels(office: Office, said: str) -> None:
    track = entry(office, publish(office, f"/话术 新增 {said}"))
    assert (track.title, track.scene, track.text) == ("担心交期", "交付", "一句，\n两句。")
    assert (track.aliases, track.tags) == (("来不及", "太慢"), ("急",))
    assert str(track.expires_on) == "2026-12-31"
    assert track.long_text == "先问\n再排"


def test_words_can_be_spoken(office: Office) -> None:
    assert "叫什么" in words(office.say(ADMIN, "/话术 新增"))
    assert "「担心交期」具体怎么说" in words(office.say(ADMIN, "担心交期 / 交付"))
    shown = office.speak(ADMIN, "您哪天必须用上？我往回排。")
    assert shown[0].text == "您哪天必须用上？我往回排。"
    assert "已发布" in words(office.tap(ADMIN, shown, "发布"))


def test_a_draft_can_be_changed_and_dropped(office: Office) -> None:
    draft = office.say(ADMIN, NEW)
    office.tap(ADMIN, draft, "再改")
    again = office.say(ADMIN, "您几号要用？")
    assert again[0].text == "您几号要用？"
    assert "不要了" in words(office.tap(ADMIN, again, "放弃"))
    assert words(office.tap(ADMIN, again, "发布")) == "已处理 👌"
    assert "担心交期" not in words(office.say("liming", "话术 交期"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/话术 新增 嫌慢 / 交付 / 一\n二\n三\n四", "最多三行"),
        (f"/话术 新增 嫌慢 / 交付 / {'长' * 301}", "301 个字"),
        ("/话术 新增 嫌慢 / 交付 / 您好{姓名}", "{客户} {联系人} {产品}"),
        ("/话术 新增 嫌慢 / 交付 / 好\n到期：明年", "2026-12-31"),
        ("/话术 新增 嫌慢 / 交付 / 好\n团队：火星", "华东"),
        ("/话术 新增 嫌慢 / 交付 / 好\n阶段：火星", "报价谈判"),
        (f"/话术 新增 {'长' * 31} / 交付 / 好", "最多 30 个字"),
        ("/话术 新增 嫌贵 / 报价 / 好", "#1"),
        ("/话术 改 99 好", "没找到「99」"),
        ("/话术 历史 abc", "没找到「abc」"),
        ("/话术 回滚 1", "格式"),
        ("/话术 回滚 1 v9", "有的是 v1"),
    ],
)
def test_what_cannot_be_is_said_kindly_and_changes_nothing(office: Office, said: str, answer: str) -> None:
    before = office.rows("talk_tracks")
    assert answer in words(office.say(ADMIN, said))
    assert office.rows("talk_tracks") == before


def test_a_change_is_a_version_and_the_number_stays(office: Office) -> None:
    number = publish(office)
    changed = office.say(ADMIN, f"/话术 改 {number} 您几号要用？")
    assert "您哪天必须用上" in office.say("liming", "话术 交期")[0].text  # type: ignore[operator]
    assert "v2" in words(office.tap(ADMIN, changed, "发布"))
    assert office.say("liming", "话术 交期")[0].text == "您几号要用？"
    assert entry(office, number).version == 2

    history = words(office.say(ADMIN, f"/话术 历史 {number}"))
    assert history.index("v2 · 赵工") < history.index("v1 · 赵工")
    assert "您哪天必须用上？我往回排。 → 您几号要用？" in words(
        office.say(ADMIN, f"/话术 对比 {number} v1 v2")
    )

    assert "记作 v3" in words(office.say(ADMIN, f"/话术 回滚 {number} v1"))
    assert "您哪天必须用上" in office.say("liming", "话术 交期")[0].text  # type: ignore[operator]
    with office.look() as uow:
        changes = uow.changes.of("talk_track", number)
    assert {change.member_id for change in changes} == {office.member(ADMIN).id}
    assert all(change.at == NOW for change in changes)


def test_undo_takes_a_publication_back_and_no_number_means_two_things(office: Office) -> None:
    number = publish(office)
    office.tap(ADMIN, office.say(ADMIN, f"/话术 改 {number} 第二版"), "发布")
    office.say(ADMIN, "撤销")
    track = entry(office, number)
    assert (track.version, track.text) == (1, "您哪天必须用上？我往回排。")
    assert "第二版" not in words(office.say(ADMIN, f"/话术 历史 {number}"))
    office.tap(ADMIN, office.say(ADMIN, f"/话术 改 {number} 另一版"), "发布")
    assert entry(office, number).version == 3


def test_asked_for_words_when_a_change_says_none(office: Office) -> None:
    number = publish(office)
    shown = office.say(ADMIN, f"/话术 改 {number}")
    assert "您哪天必须用上" in words(shown)
    assert "标签" in words(office.say(ADMIN, "标签：排产"))
    assert entry(office, number).tags == ()


def test_retired_and_put_back(office: Office) -> None:
    number = publish(office)
    assert "已停用" in words(office.say(ADMIN, f"/话术 停用 {number}"))
    assert "担心交期" not in words(office.say("liming", "话术 交期"))
    assert "已停用" in words(office.say(ADMIN, "/话术 搜 交期"))
    assert "已启用" in words(office.say(ADMIN, f"/话术 启用 #{number}"))
    assert "您哪天必须用上" in words(office.say("liming", "话术 交期"))


def test_a_second_person_lets_it_through(office: Office) -> None:
    assert "第二位管理员" in words(office.tap(ADMIN, office.say(ADMIN, NEW), "送审"))
    second_admin(office)
    sent = office.tap(ADMIN, office.say(ADMIN, NEW), "送审")
    assert {outgoing.to.user_id for outgoing in sent} == {ADMIN, "qiangong"}
    assert "担心交期" not in words(office.say("liming", "话术 交期"))
    number = next(b.action for m in sent if m.card for b in m.card.buttons).partition(":")[2]
    assert "另一位同事" in words(office.press(ADMIN, f"library.approve:{number}"))
    assert "担心交期" not in words(office.say("liming", "话术 交期"))

    looked = office.tap("qiangong", office.say("qiangong", "/话术 审核"), "担心交期")
    assert looked[0].text == "您哪天必须用上？我往回排。"
    assert "钱工 通过了" in words(office.tap("qiangong", looked, "通过"))
    assert "您哪天必须用上" in words(office.say("liming", "话术 交期"))
    assert words(office.press("qiangong", f"library.approve:{number}")) == "已处理 👌"


def test_sent_back_it_is_a_draft_again(office: Office) -> None:
    second_admin(office)
    office.tap(ADMIN, office.say(ADMIN, NEW), "送审")
    looked = office.tap("qiangong", office.say("qiangong", "/话术 审核"), "担心交期")
    assert "退回给你" in words(office.tap("qiangong", looked, "退回"))
    assert "没有等着审核" in words(office.say("qiangong", "/话术 审核"))
    assert "草稿" in words(office.say(ADMIN, "/话术 搜 交期"))


def test_statistics_and_what_nobody_needs(office: Office) -> None:
    with office.look() as uow:
        for track_id in (1, 2):
            track = uow.talk_tracks.get(track_id)
            assert track is not None
            uow.talk_tracks.save(replace(track, published_at=NOW - timedelta(days=61)))
    opened = office.say("liming", "话术 嫌贵")
    office.tap("liming", opened, "有用")
    office.say("zhouqian", "话术 嫌贵")
    shown = office.say(ADMIN, "/话术 统计")
    assert "#1 嫌贵：推送 2 · 打开 2 · 有用 100%（1/1）" in words(shown)
    assert [button.label for button in last_card(shown).buttons] == ["停用 要招标一"]
    office.tap(ADMIN, shown, "停用 要招标一")
    assert not entry(office, 2).active


def test_nothing_of_it_for_reps_or_in_groups(office: Office) -> None:
    before = office.rows("talk_tracks", "triggers", "talk_track_packs", "changes")
    for said in (
        NEW,
        "/话术 改 1 好",
        "/话术 停用 1",
        "/触发 太贵 → 嫌贵",
        "/话术 统计",
        "/话术 内置",
        "/撤回导入",
    ):
        assert "需要管理员权限" in words(office.say("liming", said))
        told = office.take(
            Incoming(
                id=f"g{said}",
                sender=Address(platform="console", user_id=ADMIN),
                kind=Kind.TEXT,
                sent_at=office.now,
                text=said,
                room="group-1",
            )
        )
        assert "在单聊里发给我" in words(told)
    assert office.rows("talk_tracks", "triggers", "talk_track_packs", "changes") == before


def test_an_admins_dialog_takes_no_words_of_a_rep(office: Office) -> None:
    office.say(ADMIN, "/话术 新增")
    assert "具体怎么说" not in words(office.say("liming", "担心交期 / 交付"))
