"""The members' phones: actions become encrypted callbacks, screens are what the platform was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import ClientError

from bot.console_ports import ShippedSamples
from tests.fakes.wecom_books import Books, Sent
from tests.fakes.wecom_callbacks import Callbacks, event, message, select

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a member sent. `acknowledged`: the bot answered the callback with an empty 200."""

    id: str
    user_id: str
    kind: str
    text: str
    at: datetime
    acknowledged: bool


@dataclass(slots=True, kw_only=True)
class Phones:
    """All phones at once. What is said on them is kept here: the books hold only what the bot sent."""

    books: Books
    callbacks: Callbacks
    said: list[Said] = field(default_factory=list)

    async def type(self, user_id: str, text: str) -> bool:
        """Send a text; whether it was acknowledged."""
        return await self._send(user_id, "text", text, Content=text)

    async def speak(self, user_id: str, sample_id: str) -> bool:
        """Send a sample note as a voice message; KeyError for an unknown sample."""
        samples = ShippedSamples()
        audio = await asyncio.to_thread(samples.audio, sample_id)
        [words] = [each.text for each in samples.samples() if each.id == sample_id]
        media_id = self.books.store_media(audio, content_type="voice/amr", name=f"{sample_id}.amr")
        return await self._send(user_id, "voice", words, MediaId=media_id, Format="amr")

    async def photograph(self, user_id: str, picture: bytes, *, content_type: str) -> bool:
        """Send a photo."""
        media_id = self.books.store_media(picture, content_type=content_type, name="photo")
        address = f"http://pic.example.com/{media_id}"
        return await self._send(user_id, "image", media_id, MediaId=media_id, PicUrl=address)

    async def press(self, user_id: str, msgid: str, key: str, answers: Mapping[str, list[str]]) -> bool:
        """Press a button of a card with what its drop-downs say; KeyError where there is no such card."""
        found = [sent for sent in self.books.screen(user_id) if sent.msgid == msgid]
        if not found or found[0].msgtype != "template_card":
            raise KeyError(msgid)
        inner = event(
            user_id,
            "template_card_event",
            at=self.callbacks.now(),
            EventKey=key,
            TaskId=found[0].content["task_id"],
            CardType=found[0].content["card_type"],
            ResponseCode=self.books.issue_code(found[0]),
            **({"SelectedItems": select(answers)} if answers else {}),
        )
        return await self._deliver(inner)

    async def _send(self, user_id: str, kind: str, text: str, **fields: Any) -> bool:
        at = self.callbacks.now()
        msg_id = self.books.next_name("74")
        inner = message(user_id, kind, at=at, msg_id=msg_id, **fields)
        acknowledged = await self._deliver(inner)
        said = Said(id=msg_id, user_id=user_id, kind=kind, text=text, at=at, acknowledged=acknowledged)
        self.said.append(said)
        return acknowledged

    async def _deliver(self, inner: str) -> bool:
        try:
            return await self.callbacks.deliver(inner)
        except ClientError:
            return False

    def screen(self, user_id: str) -> Sequence[Shown]:
        """One phone's messages, oldest first; those of the bot as the platform received them."""
        mine = [(said.at, show_said(said)) for said in self.said if said.user_id == user_id]
        theirs = [(sent.at, show_sent(sent)) for sent in self.books.screen(user_id)]
        return [shown for _, shown in sorted([*mine, *theirs], key=lambda each: each[0])]


def show_said(said: Said) -> Shown:
    """A message of the member."""
    return {
        "id": said.id,
        "mine": True,
        "kind": said.kind,
        "text": said.text,
        "at": said.at.isoformat(),
        "acknowledged": said.acknowledged,
    }


def show_sent(sent: Sent) -> Shown:
    """A message of the bot: its fields stay the platform's."""
    return {
        "id": sent.msgid,
        "mine": False,
        "kind": sent.msgtype,
        "content": sent.content,
        "at": sent.at.isoformat(),
        "greyed": sent.greyed,
        "updates": sent.updates,
    }
