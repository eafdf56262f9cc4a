"""Questions with three answers: defined by chat, asked after a note, answered, changed, undone, shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.three_options import OPTIONS, read_question
from tests.handlers.office import NOTE, Office, last_card, words

ADMIN = "zhaogong"
BUDGET = "/三选 预算：已定/未定/不愿说"
PLAIN = "刚拜访完杭州康联，张总让我周五前发资料"


def save_note(office: Office, note: str = NOTE) -> str:
    """李明 tells of a visit and saves it; what comes with it."""
    shown = office.tap("liming", office.say("liming", note), "确认")
    return words(shown)


def answers(office: Office) -> list[tuple[str, str]]:
    with office.look() as uow:
        names = {each.id: each.name for each in uow.members.all()}
        return [(each.option, names[each.member_id]) for each in uow.customer_answers.of(range(1, 9))]


def test_defined_changed_listed_and_retired_by_chat(office: Office) -> None:
    assert "三选一 #1：预算" in words(office.say(ADMIN, BUDGET))
    changed = words(office.say(ADMIN, "/三选 预算：够/不够/没说 @报价谈判"))
    assert "答案：已定/未定/不愿说 → 够/不够/没说" in changed
    assert "什么时候问：每家客户问一次 → 报价谈判" in changed
    assert "#1 预算：够/不够/没说 · 报价谈判" in words(office.say(ADMIN, "/三选"))
    history = words(office.say(ADMIN, "/三选 历史 预算"))
    assert history.index("v2") < history.index("v1")
    assert "赵工" in history
    office.say(ADMIN, "/三选 停用 1")
    assert "还没有三选一问题" in words(office.say(ADMIN, "/三选"))
    assert "已撤销" in words(office.say(ADMIN, "撤销"))
    assert "#1 预算" in words(office.say(ADMIN, "/三选"))
    assert "需要管理员权限" in words(office.say("liming", BUDGET))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/三选 预算", "写成"),
        ("/三选 预算：已定/未定", "写成"),
        ("/三选 预算：已定/未定/不愿说/其他", "写成"),
        ("/三选 预算：已定/已定/未定", "写成"),
        ("/三选 ：已定/未定/不愿说", "写成"),
        (f"/三选 {'长' * 13}：已定/未定/不愿说", "写成"),
        ("/三选 预算：已定/未定/不愿说 @火星", "没有「火星」"),
        ("/三选 停用 没有的", "没有「没有的」"),
    ],
)
def test_what_is_no_question(office: Office, said: str, answer: str) -> None:
    assert answer in words(office.say(ADMIN, said))
    assert office.rows("three_options")["three_options"] == []


def test_asked_once_after_a_saved_note_and_kept_with_who_and_when(office: Office) -> None:
    office.say(ADMIN, BUDGET)
    assert "❓ 杭州康联 · 预算怎么样了？" in save_note(office)
    kept = office.say("liming", "2")
    assert "预算：未定" in words(kept)
    assert answers(office) == [("未定", "李明")]
    office.wait(days=1)
    again = save_note(office, PLAIN)
    assert "❓" not in again
    assert "预算未定" in again


def test_a_word_answers_and_a_tap_changes_and_undo_takes_back(office: Office) -> None:
    office.say(ADMIN, BUDGET)
    save_note(office)
    kept = office.say("liming", "已定")
    changed = office.tap("liming", office.tap("liming", kept, "改一下"), "不愿说")
    assert "预算：已定 → 不愿说" in words(changed)
    assert answers(office) == [("不愿说", "李明")]
    office.say("liming", "撤销")
    assert answers(office) == [("已定", "李明")]
    office.say("liming", "撤销")
    assert answers(office) == []


def test_one_question_a_note_and_none_beyond_the_notes_own(office: Office) -> None:
    office.say(ADMIN, BUDGET)
    office.say(ADMIN, "/三选 试用：想试/不想/再说")
    assert save_note(office).count("❓") == 1
    office.say("liming", "1")
    assert "试用怎么样了" in save_note(office, PLAIN)
    office.with_playbook(
        lambda playbook: replace(playbook, limits=replace(playbook.limits, questions_per_note=0))
    )
    office.wait(hours=1)
    assert "❓" not in save_note(office, "刚拜访完宁波德力，王工让我周五前发资料")


def test_only_where_scene_stage_and_industry_fit(office: Office) -> None:
    office.say(ADMIN, f"{BUDGET} @预算")
    assert "❓" not in save_note(office, PLAIN)
    office.wait(hours=1)
    assert "预算怎么样了" in save_note(office)
    office.say(ADMIN, f"{BUDGET} @报价谈判")
    office.wait(hours=1)
    assert "❓" not in save_note(office)
    with office.look() as uow:
        customer = uow.customers.named("康联")[0]
        uow.customers.save(replace(customer, industry="医院"))
    office.say(ADMIN, f"{BUDGET} @医院")
    office.wait(hours=1)
    assert "预算怎么样了" in save_note(office)


def test_scene_buttons_and_the_checklist(office: Office) -> None:
    office.say(ADMIN, BUDGET)
    shown = office.say("liming", "三选 康联")
    assert "预算：未定" in words(office.tap("liming", office.tap("liming", shown, "预算"), "未定"))
    assert "预算：未定 · 今天 李明" in words(office.say("liming", "三选 康联"))
    listed = office.say("liming", "节点 康联")
    assert "预算：未定 · 今天 李明" in words(listed)
    assert "预算" not in [each.label for each in last_card(listed).buttons]
    other = last_card(office.say("liming", "节点 德力"))
    assert "预算" in [each.label for each in other.buttons]


def test_others_customers_cannot_be_answered(office: Office) -> None:
    office.say(ADMIN, BUDGET)
    for action in ("three.set:1/1=0", "three.ask:1/1", "three.of:1", "three.set:1/1=7", "three.set:9/1=0"):
        assert "已处理" in words(office.press("hewei", action))
    assert "没有叫" in words(office.say("hewei", "三选 康联"))
    assert answers(office) == []


def test_the_pharmacys_own_question_comes_with_its_pack(office: Office) -> None:
    assert "1 个三选一问题" in words(office.say(ADMIN, "/话术 内置 药店"))
    assert "#1 血压：已测/未测/拒绝" in words(office.say(ADMIN, "/三选"))
    assert "今天量过血压吗？" in save_note(office)
    assert "血压：拒绝" in words(office.say("liming", "3"))


@given(st.text(max_size=60))
def test_any_words_are_a_sound_question_or_none(said: str) -> None:
    written = read_question(said)
    assert written is None or len(set(written.options)) == OPTIONS
