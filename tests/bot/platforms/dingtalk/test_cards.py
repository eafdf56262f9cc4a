"""Cards as messages with quick replies, as session webhook bodies and as an interactive card's parameters."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from bot.domain.errors import CardRefused
from bot.domain.messages import Button, Card, Option, Row, Select
from bot.domain.quick_replies import make_code, read_quick_reply
from bot.platforms.dingtalk.cards import (
    QUICK_REPLY,
    SLOTS,
    Template,
    decode_press,
    encode_card,
    encode_parameters,
    encode_session,
)
from tests.conftest import REPOSITORY

KEY = "visit:42"
DRAFT = Card(
    title="拜访初稿 · 杭州康联",
    quote="太贵了",
    rows=(Row(label="决策人", value="财务"), Row(label="截止", value="周五", said="周五前", was="周四")),
    note="https://bot.example.com/a_b 点开看",
    buttons=(
        Button(label="确认", action="visit.confirm:42", primary=True),
        Button(label="修改", action="visit.edit:42"),
    ),
)


def buttons(count: int, *, width: int = 2) -> tuple[Button, ...]:
    return tuple(Button(label=f"{n}".zfill(width), action=f"visit.pick:{n}") for n in range(count))


def said_by(link: str) -> str:
    assert link.startswith(QUICK_REPLY)
    assert link.isascii()
    return unquote(link.removeprefix(QUICK_REPLY))


def test_two_buttons_are_an_action_card() -> None:
    template = encode_card(DRAFT, card_key=KEY)
    assert template.key == "sampleActionCard2"
    assert template.fields["actionTitle1"] == "确认"
    said = said_by(template.fields["actionURL1"])
    assert said.startswith("确认 #")
    assert read_quick_reply(said) == make_code(KEY, "visit.confirm:42")
    assert json.loads(template.param()) == template.fields


def test_the_text_says_all_of_the_card() -> None:
    text = encode_card(DRAFT, card_key=KEY).fields["text"]
    for words in (
        "#### 拜访初稿 · 杭州康联",
        "> 太贵了",
        "**决策人**：财务",
        "周四 → 周五 ‹周五前›",
        "点开看",
    ):
        assert words in text
    assert "](https://bot.example.com/a_b)" in text


def test_one_button_is_a_single_action_card() -> None:
    template = encode_card(Card(title="到点了", buttons=buttons(1)), card_key=KEY)
    assert (template.key, template.fields["singleTitle"]) == ("sampleActionCard", "00")
    assert read_quick_reply(said_by(template.fields["singleURL"])) == make_code(KEY, "visit.pick:0")


def test_without_buttons_it_is_markdown() -> None:
    template = encode_card(Card(title="已保存"), card_key=KEY)
    assert template == Template(key="sampleMarkdown", fields={"title": "已保存", "text": "#### 已保存"})


def links_of(template: Template) -> list[str]:
    lines = template.fields["text"].split("\n\n")
    return [line.split("](")[1].rstrip(")") for line in lines if QUICK_REPLY in line]


@pytest.mark.parametrize("choices", [buttons(6), buttons(2, width=17)])
def test_too_many_or_too_long_become_links(choices: tuple[Button, ...]) -> None:
    template = encode_card(Card(title="选一个", buttons=choices), card_key=KEY)
    assert template.key == "sampleMarkdown"
    codes = [read_quick_reply(said_by(link)) for link in links_of(template)]
    assert codes == [make_code(KEY, choice.action) for choice in choices]
    assert f"1 [{choices[0].label}]" in template.fields["text"]


def test_options_of_drop_downs_are_quick_replies_too() -> None:
    options = tuple(Option(label=f"客户{n}", value=str(n)) for n in range(3))
    card = Card(title="哪一家？", selects=(Select(label="客户", action="visit.pick:42", options=options),))
    template = encode_card(card, card_key=KEY)
    assert template.key == "sampleActionCard3"
    said = said_by(template.fields["actionURL3"])
    assert read_quick_reply(said) == make_code(KEY, "visit.pick:42=2")


@pytest.mark.parametrize("mark", [*"<>*_`[]|", "~~"])
def test_marks_in_words_are_no_marks(mark: str) -> None:
    text = encode_card(Card(title="甲", rows=(Row(label="乙", value=f"a{mark}b"),)), card_key=KEY).fields[
        "text"
    ]
    assert f"a{mark}b" not in text


def test_a_line_of_the_note_is_no_heading() -> None:
    text = encode_card(Card(title="甲", note="# 一\n1. 二"), card_key=KEY).fields["text"]
    assert not any(line.strip().startswith(("# ", "1. ")) for line in text.splitlines()[1:])


def test_a_card_longer_than_a_message_is_refused() -> None:
    with pytest.raises(CardRefused):
        encode_card(Card(title="甲", note="长" * 5000), card_key=KEY)


def test_session_webhooks_take_the_same_card() -> None:
    body = encode_session(DRAFT, card_key=KEY)
    template = encode_card(DRAFT, card_key=KEY)
    assert body["msgtype"] == "actionCard"
    links = [button["actionURL"] for button in body["actionCard"]["btns"]]
    assert links == [template.fields["actionURL1"], template.fields["actionURL2"]]
    assert encode_session(Card(title="甲"), card_key=KEY)["msgtype"] == "markdown"


def test_parameters_fill_every_place_with_strings() -> None:
    fields = encode_parameters(DRAFT, card_key=KEY)
    assert all(isinstance(value, str) for value in fields.values())
    assert (fields["label1"], fields["action1"]) == ("确认", "visit.confirm:42")
    assert (fields["label3"], fields["action3"]) == ("", "")
    assert (fields["key"], fields["open"]) == (KEY, "true")
    assert encode_parameters(Card(title="已保存"), card_key=KEY)["open"] == "false"


def test_parameters_hold_six_choices() -> None:
    options = (Option(label="甲", value="1"), Option(label="乙", value="2"))
    select = Select(label="客户", action="visit.pick:42", options=options)
    assert encode_parameters(Card(title="甲", buttons=buttons(4), selects=(select,)), card_key=KEY)
    with pytest.raises(CardRefused):
        encode_parameters(Card(title="甲", buttons=buttons(5), selects=(select,)), card_key=KEY)


PARAMS = {"action": "visit.confirm:42", "key": KEY}


@pytest.mark.parametrize(
    "callback",
    [
        {"content": json.dumps({"cardPrivateData": {"actionIds": ["b1"], "params": PARAMS}})},
        {"value": json.dumps({"params": PARAMS})},
        {"content": {"cardPrivateData": {"params": PARAMS}}},
        {"content": "not json", "value": {"params": json.dumps(PARAMS)}},
    ],
)
def test_a_press_is_read_wherever_it_stands(callback: dict[str, Any]) -> None:
    assert decode_press(callback) == ("visit.confirm:42", KEY)


@pytest.mark.parametrize("callback", [{}, {"content": "[]"}, {"content": None, "value": '{"params": 3}'}])
def test_a_press_of_nothing_is_empty(callback: dict[str, Any]) -> None:
    assert decode_press(callback) == ("", "")


def test_the_same_button_of_the_next_state_is_another_press() -> None:
    later = Card(title="已撤销", buttons=DRAFT.buttons)
    states = [encode_parameters(card, card_key=KEY)["state"] for card in (DRAFT, later, DRAFT)]
    assert states[0] == states[2] != states[1]


def test_the_shipped_description_of_the_template_names_what_a_card_sends() -> None:
    described = json.loads((REPOSITORY / "docs" / "dingtalk-card.json").read_text(encoding="utf-8"))
    sent = encode_parameters(Card(title="拜访小结"), card_key="visit:42")
    assert [each["name"] for each in described["variables"]] == list(sent) == list(described["sample"])
    buttons = described["components"][1]["buttons"]
    assert len(buttons) == SLOTS
    for number, button in enumerate(buttons, 1):
        assert button["text"] == f"${{label{number}}}"
        wanted = {"action": f"${{action{number}}}", "key": "${key}", "state": "${state}"}
        assert button["parameters"] == wanted
    sample, parameters = described["sample"], buttons[0]["parameters"]
    params = {name: sample[value.strip("${}")] for name, value in parameters.items()}
    pressed = {"content": {"cardPrivateData": {"params": params}}}
    assert decode_press(pressed) == ("visit.confirm:1", "note:1")
