"""A member with a phone on the fake platform: speaks callbacks to the real webhook, reads what was sent."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.wecom_books import Sent
from tests.fakes.wecom_callbacks import Callbacks, event, message, select
from tests.fakes.wecom_server import WeComServer

Message = dict[str, Any]

POLL_SECONDS = 0.01
"""The fake's books ring no bell."""
_SAID = re.compile(r" ‹(.*)›$")
_MSG_IDS = count(7421180399175502231)


@dataclass(slots=True, kw_only=True)
class WeComPerson:
    """`screen` holds each message by the platform's id, in the shape that the console's page has."""

    user_id: str
    server: WeComServer
    callbacks: Callbacks
    screen: dict[str, Message] = field(default_factory=dict)

    async def type(self, text: str) -> str:
        """Send a text."""
        return await self._deliver("text", Content=text)

    async def speak(self, audio: bytes, *, name: str) -> str:
        """Send a voice note."""
        media_id = self.server.books.store_media(audio, content_type="voice/amr", name=name)
        return await self._deliver("voice", MediaId=media_id, Format="amr")

    async def photograph(self, picture: bytes) -> str:
        """Send a photo."""
        media_id = self.server.books.store_media(picture, content_type="image/jpeg", name="1.jpg")
        return await self._deliver("image", MediaId=media_id, PicUrl="http://pic.example.com/1")

    async def attach(self, data: bytes, *, name: str) -> str:
        """Send a file on the page that the newest card links to, else as the message that nobody promises."""
        self._look()
        pages = [page for each in self.screen.values() if (page := each.get("page"))]
        if pages:
            status, state = await self.upload(pages[-1], data, name=name)
            assert (status, state) == (200, "received")
            return state
        media_id = self.server.books.store_media(data, content_type="application/octet-stream", name=name)
        return await self._deliver("file", MediaId=media_id, FileName=name, FileSize=len(data))

    async def upload(self, page: str, data: bytes, *, name: str) -> tuple[int, str]:
        """Open the page as WeCom's browser does, and send a file there."""
        url = self.callbacks.base + urlsplit(page).path
        async with self.callbacks.session.get(url) as shown:
            assert "上传" in await shown.text()
        async with self.callbacks.session.post(url, params={"name": name}, data=BytesIO(data)) as response:
            return response.status, str((await response.json())["state"])

    async def press(self, message: Message, label: str) -> str:
        """Press a button, or choose an option and submit; LookupError if the card has none such."""
        sent, keys = message["sent"], message["keys"]
        key, answers = keys[label]
        await self.press_key(sent, key, answers)
        return label

    async def press_key(self, sent: Sent, key: str, answers: Mapping[str, list[str]] | None = None) -> None:
        """Press by the key; every press brings a fresh response code."""
        inner = event(
            self.user_id,
            "template_card_event",
            at=self.callbacks.now(),
            EventKey=key,
            TaskId=sent.content["task_id"],
            CardType=sent.content["card_type"],
            ResponseCode=self.server.books.issue_code(sent),
            **({"SelectedItems": select(answers)} if answers else {}),
        )
        assert await self.callbacks.deliver(inner)

    async def happen(self, name: str, **fields: object) -> None:
        """An event of this person, such as `enter_agent`."""
        assert await self.callbacks.deliver(event(self.user_id, name, at=self.callbacks.now(), **fields))

    async def wait_for(self, wanted: Callable[[Message], bool], *, seconds: float = 60.0) -> Message:
        """The newest message on the screen that is wanted, now or when it comes; TimeoutError past that."""
        end = time.monotonic() + seconds
        while True:
            self._look()
            found = next((each for each in reversed(self.screen.values()) if wanted(each)), None)
            if found is not None:
                return found
            if time.monotonic() > end:
                raise TimeoutError
            await asyncio.sleep(POLL_SECONDS)

    def _look(self) -> None:
        shown = self.server.books.screen(self.user_id)
        self.screen.clear()
        self.screen.update({sent.msgid: show(sent) for sent in shown})

    async def _deliver(self, kind: str, **fields: object) -> str:
        message_id = str(next(_MSG_IDS))
        inner = message(self.user_id, kind, at=self.callbacks.now(), msg_id=message_id, **fields)
        assert await self.callbacks.deliver(inner)
        return message_id


def show(sent: Sent) -> Message:
    """A message of the platform in the shape of the console's page."""
    base: Message = {"ref": sent.msgid, "from": "bot", "sent": sent}
    if sent.msgtype != "template_card":
        return {**base, "kind": "text", "text": str(sent.content.get("content", f"[{sent.msgtype}]"))}
    card = sent.content
    title = card["main_title"]
    buttons, keys, page = _read_buttons(card)
    questions = [card["button_selection"]] if "button_selection" in card else card.get("select_list", [])
    submits = [card.get("submit_button", {}), *card.get("button_list", [])]
    submit = next((each["key"] for each in submits if each.get("key", "").startswith("?|")), "")
    for question in questions:
        for option in question["option_list"]:
            chosen = (submit, {question["question_key"]: [option["id"]]})
            keys[_full_label(option["text"], card)] = chosen
    note = "\n".join(filter(None, (title.get("desc", ""), card.get("sub_title_text", ""))))
    shown = {
        "title": title["title"],
        "quote": card.get("quote_area", {}).get("quote_text"),
        "rows": [_read_row(row) for row in card.get("horizontal_content_list", [])],
        "note": note or None,
        "buttons": buttons,
        "selects": [_read_question(question, card) for question in questions],
    }
    return {**base, "kind": "card", "card": shown, "keys": keys, "page": page}


def _read_buttons(card: dict[str, Any]) -> tuple[list[Message], dict[str, Any], str]:
    buttons: list[Message] = []
    keys: dict[str, Any] = {}
    page = ""
    for digit, button in enumerate(card.get("button_list", []), 1):
        if button.get("type") == 1:
            page = button["url"]
        elif not button["key"].startswith(("?|", "!")) and "replace_text" not in card:
            label = _full_label(button["text"], card)
            buttons.append({"digit": digit, "label": label})
            keys[label] = (button["key"], {})
    return buttons, keys, page


def _full_label(label: str, card: dict[str, Any]) -> str:
    """What a numbered label stands for, as the line of that number above it says."""
    number, space, _ = label.partition(" ")
    words = f"{card.get('sub_title_text', '')}\n{card['main_title'].get('desc', '')}"
    lines = [line for line in words.splitlines() if line.startswith(f"{number} ")]
    return lines[0].partition(" ")[2] if space and number.isdigit() and lines else label


def _read_row(row: dict[str, Any]) -> Message:
    value, said = row["value"], _SAID.search(row["value"])
    return {
        "label": row["keyname"],
        "value": value[: said.start()] if said else value,
        "said": said[1] if said else None,
        "was": None,
    }


def _read_question(question: dict[str, Any], card: dict[str, Any]) -> Message:
    # In the typed twin, digits go on from the buttons to the options.
    first = 1 + sum(not each["key"].startswith("?|") for each in card.get("button_list", []) if "key" in each)
    options = [
        {"label": _full_label(option["text"], card), "digit": digit}
        for digit, option in enumerate(question["option_list"], first)
    ]
    return {"label": question["title"], "options": options}
