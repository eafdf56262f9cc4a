"""A member with a phone on the fake of DingTalk: speaks over the stream, reads what was sent, and taps."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.dingtalk_books import Sent, read_dtmd
from tests.fakes.dingtalk_messages import ROOM, audio, message, press, text
from tests.fakes.dingtalk_server import DingTalkServer
from tests.fakes.dingtalk_stream import CARDS

Message = dict[str, Any]

POLL_SECONDS = 0.01
"""The fake's books ring no bell."""
_LINK = re.compile(r"^(\d+) \[(.*?)\]\((dtmd://[^)]+)\)$", re.M)
_MARKS = re.compile(r"\*\*|^#### |^> |\u200b", re.M)
_MSG_IDS = count(1)


@dataclass(slots=True, kw_only=True)
class DingTalkPerson:
    """`screen` holds each message by a reference, in the shape that the console's page has."""

    user_id: str
    server: DingTalkServer
    screen: dict[str, Message] = field(default_factory=dict)

    async def type(self, words: str) -> str:
        """Send a text."""
        return await self.deliver("text", **text(words))

    async def speak(self, sound: bytes, *, name: str, recognition: str | None = None) -> str:
        """Send a voice note; `recognition` is what the platform has heard in it."""
        code = self.server.books.store_file(sound)
        return await self.deliver("audio", **audio(code, recognition=recognition))

    async def attach(self, data: bytes, *, name: str) -> str:
        """Send a file."""
        content = {"downloadCode": self.server.books.store_file(data), "fileName": name}
        return await self.deliver("file", content=content)

    async def press(self, shown: Message, label: str) -> str:
        """Tap a button or a link, and so say what it says; LookupError if the message has none such."""
        sent, said = shown["sent"], shown["taps"][label]
        if sent.via != "card":
            return await self.type(said)
        fields = sent.fields
        params = {"action": said, "key": fields["key"], "state": fields["state"]}
        body = press(self.user_id, sent.key, params)
        ack = await (await self.server.gateway.push(body, topic=CARDS))
        assert ack["code"] == 200
        return label

    async def deliver(self, kind: str, *, msg_id: str = "", is_group: bool = False, **fields: Any) -> str:
        """Send a message of any kind; it counts once it is acknowledged."""
        name = msg_id or f"msg{next(_MSG_IDS)}=="
        books = self.server.books
        if is_group:
            books.groups.add(ROOM)
        body = message(
            self.user_id,
            kind,
            at=books.now(),
            msg_id=name,
            session=self.server.session_url(ROOM if is_group else self.user_id),
            is_group=is_group,
            **fields,
        )
        ack = await (await self.server.gateway.push(body))
        assert ack["code"] == 200
        return name

    def in_room(self) -> DingTalkPerson:
        """The same person looking at the group chat."""
        return DingTalkPerson(user_id=ROOM, server=self.server)

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
        self.screen.clear()
        for number, sent in enumerate(self.server.books.sent):
            if sent.user_id == self.user_id and not sent.recalled:
                self.screen[str(number)] = show(sent, ref=str(number))


def show(sent: Sent, *, ref: str) -> Message:
    """A message of the platform in the shape of the console's page."""
    base: Message = {"ref": ref, "from": "bot", "sent": sent}
    fields = sent.fields
    body = str(fields.get("body") or fields.get("text") or "")
    if "title" not in fields:
        return {**base, "kind": "text", "text": sent.words()}
    links = {label: read_dtmd(url) for _, label, url in _LINK.findall(body)}
    taps = {**sent.buttons(), **links}
    card = {
        "title": fields["title"],
        "quote": None,
        "rows": [],
        "note": _MARKS.sub("", _LINK.sub("", body).replace("  \n  ", "\n")).strip(),
        "buttons": [{"digit": digit, "label": label} for digit, label in enumerate(taps, 1)],
        "selects": [],
    }
    return {**base, "kind": "card", "card": card, "taps": taps}
