"""Cards become template cards inside every length limit of the contract, and presses become actions again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import CardRefused
from bot.domain.messages import Button, Card, Option, Row, Select
from bot.platforms.wecom.cards import decode_press, encode_card, encode_update, make_task_id
from bot.platforms.wecom.layout import dead_label, left_over

KEY = "note:m:1000017:lina:7421180399175502231"
VISIT = Card(
    title="拜访记录",
    quote="刚拜访完杭州康联，张总说下周和财务碰预算",
    rows=(
        Row(label="客户", value="杭州康联医疗科技有限公司", said="杭州康联"),
        Row(label="决策人", value="财务", said="和财务碰"),
        Row(label="截止", value="11-20 周五", was="下周"),
    ),
    buttons=(
        Button(label="确认", action="visit.confirm:42", primary=True),
        Button(label="修改", action="visit.fix:42"),
        Button(label="撤销", action="undo:42"),
    ),
    note="还差主题",
)
PICK = Card(
    title="今天有 2 件事",
    selects=(
        Select(
            label="处理哪一项",
            action="day.open",
            options=(Option(label="发报价", value="action:1"), Option(label="方案验证", value="node:2")),
        ),
    ),
)


def template(card: Card) -> dict[str, Any]:
    body = encode_card(card, card_key=KEY, task_id="t@1")
    assert body["msgtype"] == "template_card"
    found: dict[str, Any] = body["template_card"]
    return found


def pressed(key: str, *items: tuple[str, str]) -> tuple[str, str]:
    selected = [{"QuestionKey": question, "OptionIds": {"OptionId": option}} for question, option in items]
    shaped = {"SelectedItem": selected[0] if len(selected) == 1 else selected} if selected else None
    return decode_press({"EventKey": key, "SelectedItems": shaped})


def check(card: dict[str, Any]) -> None:
    """Every limit of the contract's section 4.6."""
    kind = card["card_type"]
    assert 0 < len(card["main_title"]["title"]) <= 36
    assert len(card["main_title"]["desc"]) <= (160 if kind == "multiple_interaction" else 44)
    assert len(card.get("sub_title_text", "")) <= 160
    rows = card.get("horizontal_content_list", [])
    assert len(rows) <= 6
    assert all(0 < len(row["keyname"]) <= 5 and len(row["value"]) <= 30 for row in rows)
    if kind == "text_notice":
        assert card["card_action"]["type"] == 1
        assert len(card["card_action"]["url"]) <= 2048
        assert all(len(jump["title"]) <= 18 for jump in card["jump_list"])
        return
    if kind == "multiple_interaction":
        assert not {"sub_title_text", "horizontal_content_list", "quote_area"} & card.keys()
        selects = card["select_list"]
        assert 1 <= len(selects) <= 3
        keys = [card["submit_button"]["key"]]
        assert len(card["submit_button"]["text"]) <= 10
    else:
        selects = [card["button_selection"]] if "button_selection" in card else []
        assert 1 <= len(card["button_list"]) <= 6
        assert all(0 < len(button["text"]) <= 10 for button in card["button_list"])
        assert all(button.get("style", 1) in (1, 2, 3, 4) for button in card["button_list"])
        keys = [button["key"] for button in card["button_list"] if button.get("type", 0) == 0]
    assert len({select["question_key"] for select in selects}) == len(selects)
    for select in selects:
        assert 1 <= len(select["option_list"]) <= 10
        assert all(0 < len(option["text"]) <= 16 for option in select["option_list"])
        assert all(0 < len(option["id"].encode()) <= 128 for option in select["option_list"])
    assert len(set(keys)) == len(keys)
    assert all(len(key.encode()) <= 1024 for key in keys)


def test_visit_card_has_its_words_in_their_places() -> None:
    card = template(VISIT)
    check(card)
    assert card["task_id"] == "t@1"
    assert card["main_title"] == {"title": "拜访记录", "desc": "还差主题"}
    assert card["quote_area"] == {"type": 0, "quote_text": VISIT.quote}
    assert card["horizontal_content_list"] == [
        {"keyname": "客户", "value": "杭州康联医疗科技有限公司 ‹杭州康联›"},
        {"keyname": "决策人", "value": "财务 ‹和财务碰›"},
        {"keyname": "截止", "value": "下周 → 11-20 周五"},
    ]
    assert [(button["text"], button["style"]) for button in card["button_list"]] == [
        ("确认", 1),
        ("修改", 2),
        ("撤销", 2),
    ]
    assert left_over(VISIT) is None


@pytest.mark.parametrize(
    "action",
    ["visit.confirm:42", "visit.set:4/topic=价格|折扣", "undo", "?", "a%7C:b", "evidence.put:3=" + "f" * 64],
)
def test_button_comes_back_as_its_action(action: str) -> None:
    card = template(replace(VISIT, buttons=(Button(label="好", action=action),)))
    assert pressed(card["button_list"][0]["key"]) == (action, KEY) or action == "?"


def test_two_buttons_of_one_action_have_two_keys() -> None:
    twice = tuple(Button(label=label, action="team.seen") for label in ("好", "知道了"))
    check(template(replace(VISIT, buttons=twice)))


def test_choice_alone_is_a_question_and_its_answer_an_action() -> None:
    card = template(PICK)
    check(card)
    assert card["card_type"] == "multiple_interaction"
    question, submit = card["select_list"][0]["question_key"], card["submit_button"]["key"]
    assert pressed(submit, (question, "node:2")) == ("day.open=node:2", KEY)
    assert pressed(submit) == ("", KEY)


def test_choice_beside_rows_stands_on_a_card_with_columns() -> None:
    card = template(replace(PICK, rows=(Row(label="1 康联", value="发报价 · 今天到期"),)))
    check(card)
    assert card["card_type"] == "button_interaction"
    [submit] = card["button_list"]
    assert pressed(submit["key"], (card["button_selection"]["question_key"], "action:1")) == (
        "day.open=action:1",
        KEY,
    )


def test_of_several_answers_the_changed_one_counts() -> None:
    stage = Select(
        label="阶段",
        action="set:stage",
        options=(Option(label="甲", value="a"), Option(label="乙", value="b")),
        chosen="a",
    )
    size = replace(stage, label="规模", action="set:size", chosen="b")
    card = template(Card(title="补全", selects=(stage, size)))
    check(card)
    assert [select["selected_id"] for select in card["select_list"]] == ["a", "b"]
    first, second = (select["question_key"] for select in card["select_list"])
    assert pressed(card["submit_button"]["key"], (first, "a"), (second, "a")) == ("set:size=a", KEY)


def test_more_than_ten_options_are_several_drop_downs() -> None:
    options = tuple(Option(label=f"第 {number} 项", value=str(number)) for number in range(25))
    card = template(Card(title="选", selects=(Select(label="哪个", action="pick", options=options),)))
    check(card)
    assert [len(select["option_list"]) for select in card["select_list"]] == [10, 10, 5]


@pytest.mark.parametrize(
    "card",
    [
        Card(
            title="选",
            selects=(
                Select(
                    label="哪个",
                    action="p",
                    options=tuple(Option(label="x", value=str(n)) for n in range(31)),
                ),
            ),
        ),
        Card(
            title="选",
            selects=(Select(label="哪个", action="p", options=(Option(label="x", value="长" * 43),)),),
        ),
        replace(VISIT, buttons=(Button(label="好", action="x" * 1025),)),
        replace(
            VISIT, buttons=tuple(Button(label=str(n), action=str(n)) for n in range(6)), selects=PICK.selects
        ),
    ],
    ids=["options", "value", "action", "mixed"],
)
def test_what_no_template_holds_is_refused(card: Card) -> None:
    with pytest.raises(CardRefused):
        encode_card(card, card_key=KEY, task_id="t@1")


def test_long_labels_are_read_in_full_and_tapped_by_digit() -> None:
    labels = ("方案匹配验证 · 杭州康联医疗科技有限公司", "竞品应对备案 · 宁波德力")
    buttons = tuple(Button(label=label, action=f"evidence.put:{n}") for n, label in enumerate(labels))
    card = template(Card(title="收到「报价.pdf」（12 KB），已经存好。要放到哪一项？", buttons=buttons))
    check(card)
    assert card["sub_title_text"] == f"1 {labels[0]}\n2 {labels[1]}"
    assert [button["text"] for button in card["button_list"]] == ["1 方案匹配验证…", "2 竞品应对备案…"]


def test_rows_that_do_not_fit_columns_are_lines_and_none_gets_lost() -> None:
    rows = tuple(
        Row(label=f"李明 · 客户{n} · 方案", value="周五 到期，下一步：" + "补证据" * 9) for n in range(5)
    )
    digest = Card(title="早上好，王姐", rows=rows, buttons=VISIT.buttons)
    card = template(digest)
    check(card)
    assert "horizontal_content_list" not in card
    assert card["sub_title_text"].endswith("…")
    spilled = left_over(digest)
    assert spilled is not None
    assert all(row.label in spilled and row.value in spilled for row in rows)
    assert "确认" not in spilled


def test_long_title_goes_on_below() -> None:
    title = "把「杭州康联医疗科技有限公司」和「宁波德力」记成两条，先看第一条，第二条我接着给你"
    card = template(replace(VISIT, title=title))
    check(card)
    assert card["main_title"]["title"] + card["main_title"]["desc"] == title
    assert "还差主题" in card["sub_title_text"]


def test_card_without_choices_is_a_text() -> None:
    body = encode_card(replace(VISIT, buttons=()), card_key=KEY, task_id="t@1")
    assert body["msgtype"] == "text"
    assert body["text"]["content"].startswith("拜访记录\n「刚拜访完")


def test_card_with_an_address_opens_it() -> None:
    card = template(Card(title="上传采购清单", note="24 小时内有效\nhttps://bot.example.com/u/abc"))
    check(card)
    assert card["card_type"] == "text_notice"
    assert card["card_action"]["url"] == "https://bot.example.com/u/abc"
    assert card["main_title"]["desc"] == "24 小时内有效"


def test_address_beside_buttons_is_one_more_button() -> None:
    card = template(replace(VISIT, note="https://bot.example.com/u/abc"))
    check(card)
    assert card["button_list"][-1] == {
        "type": 1,
        "text": "打开上传页",
        "url": "https://bot.example.com/u/abc",
    }


def test_new_state_keeps_its_offers() -> None:
    saved = replace(
        VISIT, title="✅ 已保存 #V1024", buttons=(Button(label="撤销", action="undo:42"),), settled=True
    )
    card = encode_update(saved, card_key=KEY)["template_card"]
    check(card)
    assert "task_id" not in card
    assert pressed(card["button_list"][0]["key"]) == ("undo:42", KEY)


def test_same_button_on_the_next_state_is_another_press() -> None:
    def key(card: Card) -> str:
        return str(template(card)["button_list"][1]["key"])

    assert key(VISIT) == key(replace(VISIT))
    assert key(VISIT) != key(replace(VISIT, title="📝 杭州康联"))
    assert pressed(key(VISIT)) == ("visit.fix:42", KEY)


def test_finished_state_has_a_grey_button() -> None:
    card = encode_update(replace(VISIT, title="✅ 已保存 #V1024", buttons=()), card_key=KEY)["template_card"]
    check(card)
    assert card["replace_text"] == "✅ 已保存"


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("✅ 已保存 #V1024", "✅ 已保存"),
        ("已标为不适用：方案匹配验证 · 康联", "已标为不适用：方案…"),
        ("好", "好"),
    ],
)
def test_grey_button_bears_the_first_words(title: str, label: str) -> None:
    assert dead_label(title) == label


def test_key_of_a_menu_is_its_own_action() -> None:
    assert pressed("todo") == ("todo", "")


def test_task_ids_stay_inside_charset_and_length() -> None:
    ids = {make_task_id(key, unique="0f3a-1") for key in (KEY, "记录:1", "x" * 500, "")}
    assert len(ids) == 4
    assert all(re.fullmatch(r"[0-9A-Za-z_\-@]{1,128}", each) for each in ids)


WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)
CARDS = st.builds(
    Card,
    title=WORDS,
    quote=st.none() | WORDS,
    note=st.none() | WORDS,
    rows=st.lists(st.builds(Row, label=WORDS, value=WORDS, said=st.none() | WORDS), max_size=9).map(tuple),
    buttons=st.lists(st.builds(Button, label=WORDS, action=WORDS), min_size=1, max_size=6).map(tuple),
)


@given(CARDS)
@settings(max_examples=60, deadline=None)
def test_any_card_stays_inside_the_limits_or_is_refused(card: Card) -> None:
    try:
        first = encode_card(card, card_key=KEY, task_id="t@1")["template_card"]
    except CardRefused:
        return
    check(first)
    check(encode_update(card, card_key=KEY)["template_card"])
    if not any(button.action == "?" for button in card.buttons):
        assert [pressed(button["key"])[0] for button in first["button_list"]] == [
            button.action for button in card.buttons
        ]
