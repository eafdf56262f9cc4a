"""The WeCom channel: a self-built application that listens by callbacks and speaks through the API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from aiohttp import web

from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Outgoing, Priority
from bot.platforms.base import Accept, Media
from bot.platforms.texts import split_text
from bot.platforms.wecom.account import Account
from bot.platforms.wecom.cards import encode_card, encode_update, make_task_id
from bot.platforms.wecom.client import WeComClient
from bot.platforms.wecom.codec import Codec
from bot.platforms.wecom.inbound import PLATFORM
from bot.platforms.wecom.layout import left_over
from bot.platforms.wecom.ports import WeComPorts
from bot.platforms.wecom.robot import GroupRobot
from bot.platforms.wecom.webhook import Webhook

log = logging.getLogger(__name__)

CARD_REF = "card:"
TEXT_REF = "text:"


class WeComChannel:
    """One application. A message's reference is `card:` or `text:` and the platform's msgid.

    `client` and `robot` are for whoever asks the directory or pushes to the group.
    """

    name = PLATFORM

    def __init__(self, account: Account, ports: WeComPorts, *, client: WeComClient | None = None) -> None:
        self._ports = ports
        self._webhook = Webhook(Codec(account), ports)
        self.client = client or WeComClient(account, ports)
        self.robot = GroupRobot(account, ports.clock)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The callback URL, and the pages that came with the ports."""
        return [*self._webhook.routes(), *self._ports.routes]

    async def start(self, accept: Accept) -> None:
        """Begin to receive, knowing what was sent before."""
        await self.client.recount()
        self._webhook.open(accept)

    async def stop(self) -> None:
        """Stop receiving; the platform sends again what comes meanwhile."""
        self._webhook.close()
        await self.client.close()
        await self.robot.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send a text in as many parts as it needs, a card, a picture or a file.

        Raises CardRefused for a card that the platform does not take.
        """
        if outgoing.card is not None and outgoing.text is None:
            ref = await self._send_card(outgoing)
        else:
            ref = await self._send_bodies(outgoing, await self._encode(outgoing))
        if outgoing.priority is Priority.DIGEST and self.robot.is_set:
            await self._tell_group(outgoing)
        return ref

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        """Change the card on the screen; where that cannot be, send a new message in its place.

        A text cannot be changed, but taken back once its successor is there.
        """
        if message_ref.startswith(CARD_REF) and await self._change(outgoing):
            return message_ref
        ref = await self.send(outgoing)
        if message_ref.startswith(TEXT_REF):
            await self._take_back(message_ref.removeprefix(TEXT_REF))
        return ref

    async def fetch_media(self, media_ref: str) -> Media:
        """Download what a message brought."""
        return await self.client.fetch_media(media_ref)

    async def _send_card(self, outgoing: Outgoing) -> str:
        assert outgoing.card is not None
        key = outgoing.key or ""
        body = encode_card(outgoing.card, card_key=key, task_id=make_task_id(key, unique=uuid4().hex))
        if body["msgtype"] != "template_card":
            return await self._send_bodies(outgoing, _encode_text(outgoing.as_text()))
        user_id = outgoing.to.user_id
        # What the template has no room for stands above it, whole.
        above = _encode_text(left_over(outgoing.card) or "")
        *_, answer = await self.client.send_parts(user_id, [*above, body], priority=outgoing.priority)
        if key and answer.get("response_code"):
            now, code = self._ports.clock.now(), str(answer["response_code"])
            await asyncio.to_thread(self._ports.codes.remember, outgoing.to, key, code, now=now)
        return f"{CARD_REF}{answer.get('msgid', '')}"

    async def _send_bodies(self, outgoing: Outgoing, bodies: Sequence[Mapping[str, Any]]) -> str:
        answers = await self.client.send_parts(outgoing.to.user_id, bodies, priority=outgoing.priority)
        return TEXT_REF + ",".join(str(answer.get("msgid", "")) for answer in answers)

    async def _encode(self, outgoing: Outgoing) -> Sequence[Mapping[str, Any]]:
        if outgoing.picture_ref is not None:
            return [await self._upload("image", outgoing.picture_ref, None)]
        if outgoing.file_ref is not None:
            return [await self._upload("file", outgoing.file_ref, outgoing.file_name)]
        return _encode_text(outgoing.text or "")

    async def _upload(self, kind: str, media_ref: str, name: str | None) -> Mapping[str, Any]:
        try:
            media = await asyncio.to_thread(self._ports.media.get, media_ref)
        except KeyError:
            raise PlatformError("no such media", code="no_media", permanent=True) from None
        media_id = await self.client.upload_media(kind, media.data, name or media.name)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    async def _change(self, outgoing: Outgoing) -> bool:
        """Change the card in place; False where its code is lost, used or too old, or the card is no card."""
        if outgoing.card is None or outgoing.text is not None or outgoing.key is None:
            return False
        now = self._ports.clock.now()
        code = await asyncio.to_thread(self._ports.codes.take, outgoing.to, outgoing.key, now=now)
        if code is None:
            return False
        try:
            body = encode_update(outgoing.card, card_key=outgoing.key)
            await self.client.update_card(outgoing.to.user_id, code, body)
        except CardRefused:
            raise
        except PlatformError:
            # The code is spent either way; the answer must come, if below the old card.
            return False
        return True

    async def _tell_group(self, outgoing: Outgoing) -> None:
        """Push a digest to the group as well; its person has it already, so a failure is only logged."""
        card = outgoing.card
        text = replace(card, buttons=(), selects=()).as_text() if card else outgoing.as_text()
        try:
            await self.robot.push_text(text)
        except PlatformError as error:
            log.warning("group push failed: %s", error.code)

    async def _take_back(self, message_ids: str) -> None:
        for message_id in filter(None, message_ids.split(",")):
            try:
                await self.client.recall(message_id)
            except PlatformError:
                # Older than a day, or seen elsewhere: then both stand there.
                return


def _encode_text(text: str) -> list[Mapping[str, Any]]:
    return [{"msgtype": "text", "text": {"content": part}} for part in split_text(text)]
