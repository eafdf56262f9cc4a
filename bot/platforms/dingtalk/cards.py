"""Our cards as DingTalk's: messages whose buttons are quick replies, or an interactive card's parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.domain.errors import CardRefused
from bot.domain.messages import Button, Card
from bot.domain.quick_replies import make_code, write_quick_reply
from bot.platforms.dingtalk.fields import read_object
from bot.platforms.dingtalk.markdown import render_card, render_text
from bot.platforms.texts import cut, size_of

MAX_BUTTONS = 5
"""`sampleActionCard2` to `5` are all there are; more choices become links in the text."""
MAX_LABEL = 16
"""Ours: the documents name no length for a button of these messages, phones show about so much of it."""
MAX_TITLE = 30
"""The preview in the list of conversations."""
MAX_BODY_BYTES = 12_000
"""Half a message is left for buttons: all of it may have 15,000 bytes (robot group send)."""
MAX_VALUE_BYTES = 9_000
"""About 3,000 Chinese characters; more has left interactive cards blank."""
SLOTS = 6
"""The buttons that our card template has places for."""
QUICK_REPLY = "dtmd://dingtalkclient/sendMessage?content="
"""All lower case: with any other spelling of the host a tap does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One message of the robot's API: a `msgKey`, and the fields of its `msgParam`, all of them strings."""

    key: str
    fields: Mapping[str, str]

    def param(self) -> str:
        """The `msgParam` as the API takes it: a JSON text."""
        return json.dumps(self.fields, ensure_ascii=False)


def encode_text(text: str) -> Template:
    """A plain text, as it was typed."""
    return Template(key="sampleText", fields={"content": text})


def encode_markdown(title: str, text: str) -> Template:
    """A Markdown message; `title` is the preview."""
    return Template(key="sampleMarkdown", fields={"title": cut(title, MAX_TITLE), "text": text})


def encode_card(card: Card, *, card_key: str) -> Template:
    """The card as a message: buttons where they fit, else links below the text that say the same.

    Raises CardRefused for a card that is longer than a message may be.
    """
    choices, body = card.choices(), render_card(card)
    links = [make_link(choice, card_key=card_key) for choice in choices]
    labels = [choice.label for choice in choices]
    if not choices:
        message = encode_markdown(card.title, body)
    elif len(choices) > MAX_BUTTONS or any(len(label) > MAX_LABEL for label in labels):
        lines = [f"{n} [{render_text(label)}]({link})" for n, (label, link) in _numbered(labels, links)]
        message = encode_markdown(card.title, "\n\n".join([body, *lines]))
    else:
        message = _action_card(cut(card.title, MAX_TITLE), body, labels, links)
    if size_of(body) > MAX_BODY_BYTES or size_of(message.param()) > MAX_BODY_BYTES:
        raise CardRefused("the card is longer than a message", permanent=True)
    return message


def encode_session(card: Card, *, card_key: str) -> dict[str, Any]:
    """The same card as a body for a session webhook."""
    template = encode_card(card, card_key=card_key)
    title, text = template.fields["title"], template.fields["text"]
    if template.key == "sampleMarkdown":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    choices = card.choices()
    links = [make_link(choice, card_key=card_key) for choice in choices]
    buttons = [
        {"title": choice.label, "actionURL": link} for choice, link in zip(choices, links, strict=True)
    ]
    return {
        "msgtype": "actionCard",
        "actionCard": {"title": title, "text": text, "btnOrientation": "0", "btns": buttons},
    }


def encode_parameters(card: Card, *, card_key: str) -> dict[str, str]:
    """The `cardParamMap` for our interactive card template.

    `title`, `body`, `key`, `state`, `open`, and for each of six places `label1`… and `action1`…, empty where
    there is no button: an update by key leaves what it does not name. A press brings `action`, `key` and
    `state` back, so that the same button on the card's next state is another press, and a nervous thumb's
    double tap is not. Raises CardRefused for a card with more choices or longer text than the template holds.
    """
    choices = card.choices()
    if len(choices) > SLOTS:
        raise CardRefused("more choices than the template holds", permanent=True)
    body = render_card(card, with_title=False)
    if size_of(body) > MAX_VALUE_BYTES:
        raise CardRefused("the card is longer than a template's value", permanent=True)
    state = hashlib.sha256(repr(card).encode()).hexdigest()[:8]
    fields = {"title": card.title, "body": body, "key": card_key, "state": state}
    fields["open"] = "true" if choices else "false"
    for number in range(SLOTS):
        button = choices[number] if number < len(choices) else None
        fields[f"label{number + 1}"] = button.label if button else ""
        fields[f"action{number + 1}"] = button.action if button else ""
    return fields


def decode_press(callback: Mapping[str, Any]) -> tuple[str, str]:
    """The action and the card's key out of an interactive card's callback; empty where it names none.

    The parameters stand in `content` or in `value`, as JSON text or object, inside `cardPrivateData` or not.
    """
    for field in ("content", "value"):
        data = read_object(callback.get(field))
        private = read_object(data.get("cardPrivateData"))
        params = read_object(private.get("params")) or read_object(data.get("params"))
        if action := str(params.get("action") or ""):
            return action, str(params.get("key") or "")
    return "", ""


def make_link(choice: Button, *, card_key: str) -> str:
    """The address that makes whoever taps it say the quick reply."""
    said = write_quick_reply(choice.label, make_code(card_key, choice.action))
    return QUICK_REPLY + quote(said, safe="")


def _action_card(title: str, body: str, labels: list[str], links: list[str]) -> Template:
    if len(labels) == 1:
        fields = {"title": title, "text": body, "singleTitle": labels[0], "singleURL": links[0]}
        return Template(key="sampleActionCard", fields=fields)
    fields = {"title": title, "text": body}
    for number, (label, link) in _numbered(labels, links):
        fields |= {f"actionTitle{number}": label, f"actionURL{number}": link}
    return Template(key=f"sampleActionCard{len(labels)}", fields=fields)


def _numbered(labels: list[str], links: list[str]) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(zip(labels, links, strict=True), 1))
