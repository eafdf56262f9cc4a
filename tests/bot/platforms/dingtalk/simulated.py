"""DingTalk's side of the contract test: the platform, the bot's stream, and one member with a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.domain.messages import Address, Incoming
from bot.platforms.base import Accept, QueueFull, load_channel
from bot.platforms.dingtalk import DingTalkChannel
from bot.platforms.dingtalk.account import read_account
from bot.platforms.dingtalk.link import Timing
from bot.platforms.dingtalk.ports import SentLog
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.dingtalk_books import Books, Person, Sent
from tests.fakes.dingtalk_ports import FakeDingTalkPorts
from tests.fakes.dingtalk_server import TEMPLATE_ID, DingTalkServer, serving
from tests.fakes.dingtalk_stream import CARDS

XIAO = Address(platform="dingtalk", user_id="016825374419")


@dataclass(slots=True)
class Refusals:
    """Tells when the bot could not take a message: nothing else shows that no ACK will come."""

    accept: Accept
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, incoming: Incoming) -> None:
        try:
            await self.accept(incoming)
        except QueueFull:
            self.happened.set()
            raise


@dataclass(slots=True, kw_only=True)
class DingTalk:
    """The running channel between a fake platform and 李晓, one of its members."""

    channel: DingTalkChannel
    server: DingTalkServer
    ports: FakeDingTalkPorts
    refusals: Refusals
    person: Address = XIAO

    async def say(self, message_id: str, text: str) -> bool:
        return await self.deliver("text", message_id, **bodies.text(text))

    async def speak(self, message_id: str, sound: bytes) -> bool:
        code = self.server.books.store_file(sound)
        return await self.deliver("audio", message_id, **bodies.audio(code))

    async def press(self, message_id: str, *, message_ref: str, action: str) -> bool:
        sent = self.find(message_ref)
        assert action in sent.buttons().values()
        params = {"action": action, "key": sent.fields["key"]}
        body = bodies.press(self.person.user_id, sent.key, params)
        return await self.push(body, topic=CARDS)

    async def shown(self) -> list[str]:
        return [sent.words() for sent in self.server.books.screen(self.person.user_id)]

    async def deliver(self, kind: str, message_id: str, **fields: Any) -> bool:
        """Send a message of any kind."""
        at = self.ports.clock.now()
        return await self.push(bodies.message(self.person.user_id, kind, at=at, msg_id=message_id, **fields))

    async def push(self, body: Any, **how: str) -> bool:
        """Whether the bot acknowledges it."""
        await self.server.gateway.connection()
        self.refusals.happened.clear()
        ack = await self.server.gateway.push(body, **how)
        refused = asyncio.create_task(self.refusals.happened.wait())
        async with asyncio.timeout(60):
            done, _ = await asyncio.wait([ack, refused], return_when=asyncio.FIRST_COMPLETED)
        refused.cancel()
        return ack in done and not ack.cancelled() and ack.result()["code"] == 200

    def find(self, message_ref: str) -> Sent:
        """The message of a reference."""
        [sent] = self.server.books.find_key(message_ref.partition(":")[2].partition("|")[0])
        return sent


@asynccontextmanager
async def simulated(
    accept: Accept,
    *,
    template_id: str = TEMPLATE_ID,
    timing: Timing | None = None,
    sent: SentLog | None = None,
    before: Callable[[DingTalkServer], None] = lambda _server: None,
    **other: Any,
) -> AsyncIterator[DingTalk]:
    """Run platform and channel."""
    ports, refusals = FakeDingTalkPorts(sent=sent), Refusals(accept)
    books = Books(now=ports.clock.now, people={XIAO.user_id: Person(user_id=XIAO.user_id, name="李晓")})
    async with serving(DingTalkServer(books=books)) as server:
        before(server)
        settings = server.settings(dingtalk_card_template_id=template_id, **other)
        channel = load_channel("dingtalk")(settings, ports.as_dingtalk())
        assert isinstance(channel, DingTalkChannel)
        if timing:
            channel = DingTalkChannel(read_account(settings), ports.as_dingtalk(), timing=timing)
        await channel.start(refusals.take)
        try:
            yield DingTalk(channel=channel, server=server, ports=ports, refusals=refusals)
        finally:
            await channel.stop()
