"""The DingTalk channel: a robot that listens over a stream or callbacks and speaks through the API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from aiohttp import web

from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Card, Outgoing, Priority
from bot.platforms.base import Accept, Media
from bot.platforms.dingtalk.account import Account, Mode
from bot.platforms.dingtalk.answers import TEXT_BYTES, Answers
from bot.platforms.dingtalk.cards import (
    MAX_TITLE,
    Template,
    encode_card,
    encode_parameters,
    encode_text,
)
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.codec import PLATFORM
from bot.platforms.dingtalk.errcodes import QUOTA_USED_UP
from bot.platforms.dingtalk.link import Timing
from bot.platforms.dingtalk.outsiders import Outsiders
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.dingtalk.reception import MESSAGE_REF, Reception
from bot.platforms.dingtalk.robot import GroupRobot
from bot.platforms.dingtalk.sessions import Sessions
from bot.platforms.dingtalk.stream import Stream
from bot.platforms.dingtalk.webhook import Webhook
from bot.platforms.limits import LimitReached
from bot.platforms.texts import cut, split_text

log = logging.getLogger(__name__)

CARD_REF = "card:"
SESSION_REF = "session:"
ROOM_REF = "room:"
USED_UP_WAIT = timedelta(hours=1)


class DingTalkChannel:
    """One robot. A message's reference is `msg:` or in a group `room:` and its keys, `card:` and its track
    id with the key behind a `|`, or `session:`.

    `client` is for whoever asks the directory or takes messages back, `robot` pushes to the group.
    """

    name = PLATFORM

    def __init__(
        self,
        account: Account,
        ports: DingTalkPorts,
        *,
        client: DingTalkClient | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._account = account
        self._ports = ports
        sessions = Sessions()
        self.client = client or DingTalkClient(account, ports)
        self._answers = Answers(self.client, ports, sessions)
        self.robot = GroupRobot(
            account, clock=ports.clock, quotas=ports.quotas, transport=self.client.transport
        )
        self._reception = Reception(account, ports, sessions, Outsiders(self.client, ports))
        self._webhook = Webhook(account, ports, self._reception)
        self._stream = Stream(
            account, self._reception, ports.meter, transport=self.client.transport, timing=timing
        )

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The callback URLs of HTTP mode."""
        return self._webhook.routes() if self._account.mode is Mode.HTTP else []

    async def start(self, accept: Accept) -> None:
        """Begin to receive, knowing what was sent before."""
        await self.client.recount()
        self._reception.open(accept)
        await self._register_cards()
        if self._account.mode is Mode.STREAM:
            self._stream.start()

    async def stop(self) -> None:
        """Stop receiving; what is in work is stored and answered first."""
        await self._stream.stop()
        await self._reception.close()
        await self.client.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send a text in as many parts as it needs, a card, a picture or a file.

        Raises CardRefused for a card that the platform does not take.
        """
        level = await asyncio.to_thread(self._ports.quotas.level, Bucket.API)
        try:
            ref = await self._send(outgoing, level)
        except PlatformError as error:
            if error.code in QUOTA_USED_UP:
                ref = await self._send(outgoing, Level.USED_UP)
            elif outgoing.room and error.permanent:
                # The group is gone, or we were put out of it; who asked is still there.
                ref = await self._send(replace(outgoing, room=None), level)
            else:
                raise
        if outgoing.priority is Priority.DIGEST and self.robot.is_set:
            await self._tell_group(outgoing)
        return ref

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        """Change an interactive card in place; anything else gets a successor, and is taken back then.

        With a quota almost used up the successor is all.
        """
        level = await asyncio.to_thread(self._ports.quotas.level, Bucket.API)
        is_card = message_ref.startswith(CARD_REF)
        if is_card and level < Level.USED_UP and await self._change(track_id_of(message_ref), outgoing):
            return message_ref
        ref = await self.send(outgoing)
        if message_ref.startswith(MESSAGE_REF) and level < Level.SCARCE:
            await self._take_back(message_ref.removeprefix(MESSAGE_REF))
        return ref

    async def withdraw(self, message_ref: str, instead: Card) -> None:
        """Take a message of the last 24 hours off the screen; an interactive card stays and says `instead`.

        Raises PlatformError.
        """
        if message_ref.startswith(CARD_REF):
            fields = encode_parameters(instead, card_key="")
            await self.client.cards.update(track_id_of(message_ref), fields)
        elif message_ref.startswith(MESSAGE_REF):
            await self.client.recall(list(filter(None, message_ref.removeprefix(MESSAGE_REF).split(","))))

    async def fetch_media(self, media_ref: str) -> Media:
        """Download what a message brought."""
        return await self.client.fetch_media(media_ref)

    async def _send(self, outgoing: Outgoing, level: Level) -> str:
        left = await self._answers.send(outgoing, level=level)
        if left is not None:
            await self._send_templates(outgoing, left)
            return SESSION_REF
        if level is Level.USED_UP:
            # Nothing failed: the message waits until the quota is there again.
            raise LimitReached(self._ports.clock.now() + USED_UP_WAIT)
        if outgoing.card is not None and outgoing.text is None:
            return await self._send_card(outgoing, outgoing.card)
        templates = await self._encode(outgoing)
        return await self._send_templates(outgoing, templates)

    async def _send_card(self, outgoing: Outgoing, card: Card) -> str:
        key = outgoing.key or ""
        # In a group everybody could press it; its buttons are for one person.
        if outgoing.room is None and self.client.cards.can_call_back and card.choices():
            self.client.reserve(outgoing.to.user_id, priority=outgoing.priority)
            if ref := await self._create(outgoing, card):
                return ref
        return await self._send_templates(outgoing, [encode_card(card, card_key=key)])

    async def _create(self, outgoing: Outgoing, card: Card) -> str:
        """Put up an interactive card; an empty reference where an action card has to do."""
        track_id = uuid4().hex
        try:
            fields = encode_parameters(card, card_key=outgoing.key or "")
            title = cut(card.title, MAX_TITLE)
            carrier_id = await self.client.cards.create(outgoing.to.user_id, track_id, fields, title=title)
        except PlatformError as error:
            if error.code in QUOTA_USED_UP:
                raise
            log.warning("interactive card failed, an action card goes out: %s", error.code)
            return ""
        return f"{CARD_REF}{track_id}|{carrier_id}" if carrier_id else f"{CARD_REF}{track_id}"

    async def _change(self, track_id: str, outgoing: Outgoing) -> bool:
        """Change the card on the screen; False where a new message has to do."""
        if outgoing.card is None or outgoing.text is not None:
            return False
        try:
            fields = encode_parameters(outgoing.card, card_key=outgoing.key or "")
            await self.client.cards.update(track_id, fields)
        except CardRefused:
            return False
        except PlatformError as error:
            if not error.permanent:
                # The update is the same however often it is asked for.
                raise
            return False
        return True

    async def _send_templates(self, outgoing: Outgoing, templates: Sequence[Template]) -> str:
        priority, recipient = outgoing.priority, outgoing.room or outgoing.to.user_id
        send = self.client.send_room if outgoing.room else self.client.send_person
        if templates:
            self.client.reserve(recipient, priority=priority, count=len(templates))
        keys = [await send(recipient, each, priority=priority) for each in templates]
        return (ROOM_REF if outgoing.room else MESSAGE_REF) + ",".join(filter(None, keys))

    async def _encode(self, outgoing: Outgoing) -> Sequence[Template]:
        if outgoing.picture_ref is not None:
            media = await self._read_media(outgoing.picture_ref)
            media_id = await self.client.upload_media("image", media.data, media.name)
            return [Template(key="sampleImageMsg", fields={"photoURL": media_id})]
        if outgoing.file_ref is not None:
            media = await self._read_media(outgoing.file_ref)
            return [await self.client.upload_file(media.data, outgoing.file_name or media.name)]
        return [encode_text(part) for part in split_text(outgoing.text or "", limit=TEXT_BYTES)]

    async def _read_media(self, media_ref: str) -> Media:
        try:
            return await asyncio.to_thread(self._ports.media.get, media_ref)
        except KeyError:
            raise PlatformError("no such media", code="no_media", permanent=True) from None

    async def _tell_group(self, outgoing: Outgoing) -> None:
        """Push a digest to the group as well; its person has it already, so a failure is only logged."""
        once = outgoing.key or uuid4().hex
        try:
            if outgoing.card is not None and outgoing.text is None:
                await self.robot.push_card(outgoing.card, once=once)
            else:
                await self.robot.push_text(outgoing.as_text(), once=once)
        except PlatformError as error:
            log.warning("group push failed: %s", error.code)

    async def _take_back(self, keys: str) -> None:
        try:
            await self.client.recall(list(filter(None, keys.split(","))))
        except PlatformError as error:
            # Older than a day: then both stand there.
            log.info("a message could not be taken back: %s", error.code)

    async def _register_cards(self) -> None:
        """In HTTP mode cards call back only where the platform was told to; else action cards do it."""
        account = self._account
        if account.mode is not Mode.HTTP or not account.card_template_id:
            return
        if not account.public_url:
            log.warning("interactive cards over HTTP need PUBLIC_URL; action cards go out")
            return
        try:
            await self.client.cards.register_callback()
        except PlatformError as error:
            log.warning("interactive cards are not registered, action cards go out: %s", error)


def track_id_of(message_ref: str) -> str:
    """Our own name of an interactive card."""
    return message_ref.removeprefix(CARD_REF).partition("|")[0]
