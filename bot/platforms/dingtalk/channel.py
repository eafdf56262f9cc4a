"""The DingTalk channel: a robot that listens over a stream or callbacks and speaks through the API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from aiohttp import web

from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Card, Outgoing, Priority
from bot.platforms.base import Accept, Media
from bot.platforms.dingtalk.account import Account, Mode
from bot.platforms.dingtalk.cards import (
    MAX_TITLE,
    Template,
    encode_card,
    encode_parameters,
    encode_session,
    encode_text,
)
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.codec import PLATFORM
from bot.platforms.dingtalk.errcodes import QUOTA_USED_UP
from bot.platforms.dingtalk.link import Timing
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.dingtalk.reception import MESSAGE_REF, Reception
from bot.platforms.dingtalk.robot import GroupRobot
from bot.platforms.dingtalk.sessions import Sessions
from bot.platforms.dingtalk.stream import Stream
from bot.platforms.dingtalk.transport import UNKNOWN_END
from bot.platforms.dingtalk.webhook import Webhook
from bot.platforms.limits import LimitReached
from bot.platforms.texts import cut, split_text

log = logging.getLogger(__name__)

CARD_REF = "card:"
SESSION_REF = "session:"
TEXT_BYTES = 9_000
"""About 3,000 Chinese characters; longer texts have been cut or refused (contract 5.12)."""
USED_UP_WAIT = timedelta(hours=1)


class DingTalkChannel:
    """One robot. A message's reference is `msg:` and its keys, `card:` and its track id, or `session:`.

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
        self._sessions = Sessions()
        self.client = client or DingTalkClient(account, ports)
        self.robot = GroupRobot(
            account, clock=ports.clock, quotas=ports.quotas, transport=self.client.transport
        )
        self._reception = Reception(account, ports, self._sessions)
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
        if self._account.mode is Mode.STREAM:
            self._stream.start()

    async def stop(self) -> None:
        """Stop receiving; what is in work is stored and answered first."""
        await self._stream.stop()
        self._reception.close()
        await self.client.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send a text in as many parts as it needs, a card, a picture or a file.

        Raises CardRefused for a card that the platform does not take.
        """
        level = await asyncio.to_thread(self._ports.quotas.level, Bucket.API)
        try:
            ref = await self._send(outgoing, level)
        except PlatformError as error:
            if error.code not in QUOTA_USED_UP:
                raise
            ref = await self._send(outgoing, Level.USED_UP)
        if outgoing.priority is Priority.DIGEST and self.robot.is_set:
            await self._tell_group(outgoing)
        return ref

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        """Change an interactive card in place; anything else gets a successor, and is taken back then.

        With a quota almost used up the successor is all.
        """
        level = await asyncio.to_thread(self._ports.quotas.level, Bucket.API)
        track_id = message_ref.removeprefix(CARD_REF)
        if track_id != message_ref and level < Level.USED_UP and await self._change(track_id, outgoing):
            return message_ref
        ref = await self.send(outgoing)
        if message_ref.startswith(MESSAGE_REF) and level < Level.SCARCE:
            await self._take_back(message_ref.removeprefix(MESSAGE_REF))
        return ref

    async def fetch_media(self, media_ref: str) -> Media:
        """Download what a message brought."""
        return await self.client.fetch_media(media_ref)

    async def _send(self, outgoing: Outgoing, level: Level) -> str:
        pushes = await asyncio.to_thread(self._ports.quotas.level, Bucket.PUSH)
        # Session webhooks are counted too: they spare one quota where the other is not shorter still.
        may_use_session = pushes <= level and prefers_session(outgoing, level)
        if may_use_session and await self._send_session(outgoing):
            return SESSION_REF
        if level is Level.USED_UP:
            # Nothing failed: the message waits until the quota is there again.
            raise LimitReached(self._ports.clock.now() + USED_UP_WAIT)
        if outgoing.card is not None and outgoing.text is None:
            return await self._send_card(outgoing, outgoing.card)
        templates = await self._encode(outgoing)
        return await self._send_templates(outgoing, templates)

    async def _send_session(self, outgoing: Outgoing) -> bool:
        """Answer where the person wrote, if that is still open; what it does not take goes by the API."""
        if self._sessions.find(outgoing.to, now=self._ports.clock.now()) is None:
            return False
        bodies = _encode_session(outgoing)
        for number, body in enumerate(bodies):
            if await self._post(outgoing, body):
                continue
            self._sessions.forget(outgoing.to)
            if not number:
                return False
            # What has arrived already must not be said again.
            await self._send_templates(outgoing, [_to_template(each) for each in bodies[number:]])
            break
        return bool(bodies)

    async def _post(self, outgoing: Outgoing, body: Mapping[str, Any]) -> bool:
        url = self._sessions.find(outgoing.to, now=self._ports.clock.now())
        try:
            return url is not None and await self.client.send_session(url, body)
        except PlatformError as error:
            # Also where nobody knows whether it arrived: a quick word said twice does no harm.
            log.warning("session webhook failed: %s", error.code)
            return False

    async def _send_card(self, outgoing: Outgoing, card: Card) -> str:
        key = outgoing.key or ""
        if self._account.card_template_id and self._account.mode is Mode.STREAM and card.choices():
            self.client.take_room(outgoing.to.user_id, priority=outgoing.priority)
            track_id = uuid4().hex
            if await self._create(outgoing, card, track_id):
                return f"{CARD_REF}{track_id}"
        return await self._send_templates(outgoing, [encode_card(card, card_key=key)])

    async def _create(self, outgoing: Outgoing, card: Card, track_id: str) -> bool:
        """Put up an interactive card; False where an action card has to do."""
        try:
            fields = encode_parameters(card, card_key=outgoing.key or "")
            title = cut(card.title, MAX_TITLE)
            try:
                await self.client.create_card(outgoing.to.user_id, track_id, fields, title=title)
            except PlatformError as error:
                if error.code != UNKNOWN_END:
                    raise
                # Under the same track id it can be put up only once.
                await self.client.create_card(outgoing.to.user_id, track_id, fields, title=title)
        except PlatformError as error:
            if error.code in QUOTA_USED_UP:
                raise
            log.warning("interactive card failed, an action card goes out: %s", error.code)
            return False
        return True

    async def _change(self, track_id: str, outgoing: Outgoing) -> bool:
        """Change the card on the screen; False where a new message has to do."""
        if outgoing.card is None or outgoing.text is not None:
            return False
        try:
            fields = encode_parameters(outgoing.card, card_key=outgoing.key or "")
            await self.client.update_card(track_id, fields)
        except CardRefused:
            return False
        except PlatformError as error:
            if not error.permanent:
                # The update is the same however often it is asked for.
                raise
            return False
        return True

    async def _send_templates(self, outgoing: Outgoing, templates: Sequence[Template]) -> str:
        user_id, priority = outgoing.to.user_id, outgoing.priority
        self.client.take_room(user_id, priority=priority, count=len(templates))
        keys = [await self.client.send_person(user_id, each, priority=priority) for each in templates]
        return MESSAGE_REF + ",".join(filter(None, keys))

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


def prefers_session(outgoing: Outgoing, level: Level) -> bool:
    """Whether an answer is better sent by the session webhook, which cannot be taken back.

    Quick words always; what its key marks as the first state of a card, and cards, when calls run short.
    """
    if outgoing.priority is not Priority.REPLY or outgoing.picture_ref or outgoing.file_ref:
        return False
    if outgoing.text is None:
        return level >= Level.SCARCE
    return level >= Level.SPARING or outgoing.key is None


def _encode_session(outgoing: Outgoing) -> Sequence[Mapping[str, Any]]:
    if outgoing.card is not None and outgoing.text is None:
        return [encode_session(outgoing.card, card_key=outgoing.key or "")]
    parts = split_text(outgoing.text or "", limit=TEXT_BYTES)
    return [{"msgtype": "text", "text": {"content": part}} for part in parts]


def _to_template(body: Mapping[str, Any]) -> Template:
    return encode_text(str(body["text"]["content"]))
