"""Our cards as WeCom template cards, and their presses as our actions (documents 90236, 90240, 94888)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from bot.domain.errors import CardRefused
from bot.domain.messages import Card, Select
from bot.platforms.texts import cut, size_of
from bot.platforms.wecom.layout import (
    BUTTON,
    LINK,
    OPTION,
    Layout,
    choice_label,
    choice_lines,
    dead_label,
    lay_out,
)
from bot.platforms.wecom.words import load_words

MAX_KEY_BYTES = 1024
MAX_ID_BYTES = 128
MAX_BUTTONS = 6
MAX_OPTIONS = 10
MAX_SELECTS = 3
SUBMIT = "?"
"""Stands in a button's key instead of an action: the action is what the drop-downs say."""
DEAD = "!"
"""The key of a button that can no longer be pressed."""

Body = dict[str, Any]


def make_task_id(card_key: str, *, unique: str) -> str:
    """A name for one sent card: unique for ever and inside charset and 128 bytes, where `unique` is."""
    digest = hashlib.sha256(card_key.encode()).digest()
    return f"{base64.urlsafe_b64encode(digest[:12]).decode()}@{unique}"


def encode_card(card: Card, *, card_key: str, task_id: str) -> Body:
    """The body for `message/send`: a template card, or a text where there is nothing to tap.

    Raises CardRefused for a card with more choices than any template holds.
    """
    link = LINK.search(card.note or "")
    if not card.choices() and link is None:
        return {"msgtype": "text", "text": {"content": card.as_text()}}
    template = _template(card, card_key)
    return {"msgtype": "template_card", "template_card": {**template, "task_id": task_id}}


def encode_update(card: Card, *, card_key: str) -> Body:
    """The body for `update_template_card`: the card's new state; one without choices has a grey button.

    The document's examples carry no task_id; every button's key says by itself where it belongs.
    """
    if card.choices() or LINK.search(card.note or ""):
        return {"template_card": _template(card, card_key)}
    label = dead_label(card.title)
    template = {
        "card_type": "button_interaction",
        **_words(lay_out(card)),
        "button_list": [{"text": label, "style": 2, "key": DEAD}],
        "replace_text": label,
    }
    return {"template_card": template}


def decode_press(fields: Mapping[str, Any]) -> tuple[str, str]:
    """The action and the card's key of a press, out of `EventKey` and `SelectedItems`.

    The action of a submitted drop-down is its first answer that differs from what was chosen before; it is
    empty where nothing was chosen. A key that is none of ours is its own action on a card without a key.
    """
    key = str(fields.get("EventKey") or "")
    action, bar, rest = key.partition("|")
    if not bar:
        return key, ""
    card_key = unquote(rest.partition("|")[0])
    if action != SUBMIT:
        return unquote(action), card_key
    answers = [answer for item in _selected(fields) for answer in _answer(item)]
    changed = [action for action, is_new in answers if is_new]
    return (changed or [action for action, _ in answers] or [""])[0], card_key


def _template(card: Card, card_key: str) -> Body:
    selects = tuple(part for select in card.selects for part in _short_selects(select))
    if not card.choices():
        return _notice(card)
    if len(selects) > 1 or (selects and not (card.rows or card.quote or card.buttons)):
        return _questions(card, selects, card_key)
    link = LINK.search(card.note or "")
    if len(card.buttons) + len(selects) + bool(link) > MAX_BUTTONS:
        raise CardRefused("more choices than a card holds", permanent=True)
    lines, state = choice_lines(card), _state_of(card)
    buttons: list[Body] = [
        {
            "text": choice_label(button.label, digit, width=BUTTON, numbered=bool(lines)),
            "style": 1 if button.primary else 2,
            "key": _key(button.action, card_key, f"{digit}.{state}"),
        }
        for digit, button in enumerate(card.buttons, 1)
    ]
    template: Body = {"card_type": "button_interaction", **_words(lay_out(card, choices=lines))}
    if selects:
        question = _question(selects[0], 0, first_digit=len(buttons) + 1, numbered=bool(lines))
        template["button_selection"] = question
        buttons.append({"text": load_words()["submit"], "style": 1, "key": _key(SUBMIT, card_key, state)})
    if link:
        buttons.append({"type": 1, "text": load_words()["open"], "url": link.group()})
    return {**template, "button_list": buttons}


def _questions(card: Card, selects: tuple[Select, ...], card_key: str) -> Body:
    if card.buttons or len(selects) > MAX_SELECTS:
        raise CardRefused("more choices than a card holds", permanent=True)
    lines, state = choice_lines(card), _state_of(card)
    layout = lay_out(card, choices=lines, wide=True)
    questions, digit = [], 1
    for number, select in enumerate(selects):
        questions.append(_question(select, number, first_digit=digit, numbered=bool(lines)))
        digit += len(select.options)
    return {
        "card_type": "multiple_interaction",
        **_words(layout),
        "select_list": questions,
        "submit_button": {"text": load_words()["submit"], "key": _key(SUBMIT, card_key, state)},
    }


def _notice(card: Card) -> Body:
    """A card that opens a page of ours; the page's address stands in its note."""
    link = LINK.search(card.note or "")
    assert link is not None
    layout = lay_out(card)
    return {
        "card_type": "text_notice",
        **_words(layout),
        "jump_list": [{"type": 1, "title": load_words()["open"], "url": link.group()}],
        "card_action": {"type": 1, "url": link.group()},
    }


def _words(layout: Layout) -> Body:
    body: Body = {"main_title": {"title": layout.title, "desc": layout.description}}
    if layout.quote:
        body["quote_area"] = {"type": 0, "quote_text": layout.quote}
    if layout.subtitle:
        body["sub_title_text"] = layout.subtitle
    if layout.rows:
        body["horizontal_content_list"] = [{"keyname": label, "value": value} for label, value in layout.rows]
    return body


def _short_selects(select: Select) -> list[Select]:
    """The drop-down in pieces of as many options as the platform's hold."""
    return [
        Select(
            label=select.label,
            action=select.action,
            options=select.options[start : start + MAX_OPTIONS],
            chosen=select.chosen,
        )
        for start in range(0, len(select.options), MAX_OPTIONS)
    ]


def _question(select: Select, number: int, *, first_digit: int, numbered: bool) -> Body:
    values = [option.value for option in select.options]
    if any(size_of(value) > MAX_ID_BYTES for value in values):
        raise CardRefused("a choice's value is too long", permanent=True)
    question: Body = {
        "question_key": _key(select.action, select.chosen or "", str(number)),
        "title": cut(select.label, OPTION),
        "option_list": [
            {
                "id": option.value,
                "text": choice_label(option.label, digit, width=OPTION, numbered=numbered),
            }
            for digit, option in enumerate(select.options, first_digit)
        ],
    }
    return {**question, "selected_id": select.chosen} if select.chosen in values else question


def _state_of(card: Card) -> str:
    """A few letters that change with the card.

    The platform tells presses apart by the second, the card and the key: with the state in the key, the same
    button on the card's next state is another press, and the double tap of a nervous thumb is not.
    """
    return hashlib.sha256(repr(card).encode()).hexdigest()[:8]


def _key(action: str, belongs_to: str, number: str) -> str:
    """A key of three parts; the last one keeps two buttons of one action apart."""
    key = f"{action if action == SUBMIT else quote(action, safe=':/=-_.')}|{quote(belongs_to)}|{number}"
    if size_of(key) > MAX_KEY_BYTES:
        raise CardRefused("a button's key is too long", permanent=True)
    return key


def _answer(item: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """The actions of one answered drop-down, each with whether it differs from what was chosen before."""
    action, _, rest = str(item.get("QuestionKey") or "").partition("|")
    before = unquote(rest.partition("|")[0])
    options = (item.get("OptionIds") or {}).get("OptionId")
    chosen = [str(option) for option in (options if isinstance(options, list) else [options]) if option]
    return [(f"{unquote(action)}={option}", option != before) for option in chosen]


def _selected(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answered drop-downs; the XML reader gives one as itself, several as a list, none as None."""
    items = (fields.get("SelectedItems") or {}).get("SelectedItem") or []
    return items if isinstance(items, list) else [items]
