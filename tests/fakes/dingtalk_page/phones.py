"""The members' phones: actions become frames of the stream, screens are what the platform was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.console_ports import ShippedSamples
from tests.fakes.dingtalk_books import Sent
from tests.fakes.dingtalk_messages import ROOM, audio, message, press, text
from tests.fakes.dingtalk_page.people import GUEST, PERSONAS
from tests.fakes.dingtalk_server import DingTalkServer
from tests.fakes.dingtalk_stream import CARDS
from tests.fakes.wecom_page.pages import PICTURES

Shown = dict[str, Any]

WEBHOOK = "simulated"
"""The token of the group's webhook robot."""
ACK_SECONDS = 10
_NAMES = {persona.id: persona.name for persona in PERSONAS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person sent into a chat. `acknowledged`: the bot answered the frame."""

    id: str
    chat: str
    user_id: str
    kind: str
    text: str
    at: datetime
    acknowledged: bool


@dataclass(slots=True, kw_only=True)
class Phones:
    """All phones at once. What is said on them is kept here: the books hold only what the bot sent."""

    server: DingTalkServer
    said: list[Said] = field(default_factory=list)

    async def type(self, user_id: str, words: str, *, in_room: bool = False, quoted: str = "") -> bool:
        """Send a text, in the group with an @; whether it was acknowledged."""
        fields = text(f" {words}" if in_room else words) | self._quote(quoted)
        shown = f"@跟进 {words}" if in_room else words
        return await self._send(user_id, "text", shown, in_room=in_room, **fields)

    async def speak(self, user_id: str, sample_id: str, *, recognised: bool) -> bool:
        """Send a sample note; `recognised` with the words that the platform has heard. KeyError: no such."""
        samples = ShippedSamples()
        sound = await asyncio.to_thread(samples.audio, sample_id)
        [sample] = [each for each in samples.samples() if each.id == sample_id]
        words = sample.text if recognised else None
        code = self.server.books.store_file(sound)
        return await self._send(
            user_id, "audio", sample.text, **audio(code, recognition=words, seconds=sample.seconds)
        )

    async def attach(self, user_id: str, data: bytes, *, name: str) -> bool:
        """Send a picture or, for other bytes, a file of that name."""
        code = self.server.books.store_file(data)
        if any(data.startswith(first) for first in PICTURES):
            return await self._send(user_id, "picture", code, content={"downloadCode": code})
        return await self._send(user_id, "file", name, content={"downloadCode": code, "fileName": name})

    async def press(self, user_id: str, message_id: str, label: str) -> bool:
        """Tap a button: an action card's makes the person say a text, an interactive one calls back.

        KeyError where there is no such button.
        """
        sent = self._find(message_id)
        said = sent.buttons()[label]
        if sent.via != "card":
            return await self.type(user_id, said)
        params = {"action": said, "key": sent.fields["key"], "state": sent.fields["state"]}
        return await self._push(press(user_id, sent.key, params), topic=CARDS)

    def screen(self, user_id: str, *, in_room: bool) -> Sequence[Shown]:
        """One chat's messages, oldest first; those of the bot as the platform received them."""
        chats = (ROOM, f"group:{WEBHOOK}") if in_room else (user_id,)
        said = [(each.at, show_said(each, mine=each.user_id == user_id)) for each in self.said
                if each.chat == chats[0]]  # fmt: skip
        sent = [(each.at, show_sent(each, number)) for number, each in enumerate(self.server.books.sent)
                if each.user_id in chats and not each.recalled]  # fmt: skip
        return [shown for _, shown in sorted([*said, *sent], key=lambda each: each[0])]

    async def _send(
        self, user_id: str, kind: str, words: str, *, in_room: bool = False, **fields: Any
    ) -> bool:
        at, msg_id = self.server.books.now(), self.server.books.next_name("msg")
        chat = ROOM if in_room else user_id
        person: dict[str, Any] = {"senderNick": _NAMES[user_id], "senderId": f"$:LWCP_v1:${user_id}"}
        if user_id == GUEST:
            person["senderCorpId"] = None
        body = message(
            "" if user_id == GUEST else user_id,
            kind,
            at=at,
            msg_id=msg_id,
            session=self.server.session_url(chat),
            is_group=in_room,
            **{**person, **fields},
        )
        acknowledged = await self._push(body)
        self.said.append(
            Said(
                id=msg_id, chat=chat, user_id=user_id, kind=kind, text=words, at=at, acknowledged=acknowledged
            )
        )
        return acknowledged

    async def _push(self, body: dict[str, Any], **how: str) -> bool:
        gateway, books = self.server.gateway, self.server.books
        if not gateway.living():
            return False
        books.counted["push"] += 1
        try:
            ack = await gateway.push(body, **how)
        except ConnectionError:
            return False
        # Cancelled when the connection ends without one.
        await asyncio.wait([ack], timeout=ACK_SECONDS)
        return ack.done() and not ack.cancelled() and bool(ack.result()["code"] == 200)

    def _quote(self, message_id: str) -> dict[str, Any]:
        if not message_id:
            return {}
        if not message_id.isdecimal():
            return {"originalMsgId": message_id}
        sent = self._find(message_id)
        key = sent.carrier or sent.key
        return {"originalProcessQueryKey": key} if key else {}

    def _find(self, message_id: str) -> Sent:
        sent = self.server.books.sent
        if not message_id.isdecimal() or int(message_id) >= len(sent):
            raise KeyError(message_id)
        return sent[int(message_id)]


def show_names(words: str) -> str:
    """Words with people's names where accounts are called: so the phone shows them."""
    for user_id, name in _NAMES.items():
        words = words.replace(f"@{user_id} ", f"@{name} ")
    return words


def show_said(said: Said, *, mine: bool) -> Shown:
    """A message of a person; in the group also of others."""
    return {
        "id": said.id,
        "who": "" if mine else _NAMES[said.user_id],
        "mine": mine,
        "kind": said.kind,
        "text": said.text,
        "at": said.at.isoformat(),
        "acknowledged": said.acknowledged,
    }


def show_sent(sent: Sent, number: int) -> Shown:
    """A message of the bot: its fields stay the platform's."""
    return {
        "id": str(number),
        "who": "群机器人" if sent.user_id.startswith("group:") else "",
        "mine": False,
        "kind": sent.kind,
        "via": sent.via,
        "content": sent.fields,
        "text": show_names(str(sent.fields["content"])) if "content" in sent.fields else None,
        "buttons": list(sent.buttons()),
        "at": sent.at.isoformat(),
        "updates": sent.updates,
    }
