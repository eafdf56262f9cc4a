"""WeCom's side of the contract test: the platform, the bot's webhook, and one member with a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.messages import Address
from bot.platforms.base import Accept, load_channel
from bot.platforms.wecom import WeComChannel
from bot.platforms.wecom.cards import decode_press
from tests.fakes.wecom_books import Books, Sent
from tests.fakes.wecom_callbacks import Callbacks, event, message
from tests.fakes.wecom_ports import FakeWeComPorts
from tests.fakes.wecom_server import WeComServer, serving

LINA = Address(platform="wecom", user_id="lina")


@dataclass(slots=True, kw_only=True)
class WeCom:
    """The running channel between a fake platform and 李娜, one of its members."""

    channel: WeComChannel
    server: WeComServer
    callbacks: Callbacks
    ports: FakeWeComPorts
    person: Address = LINA

    async def say(self, message_id: str, text: str) -> bool:
        return await self.deliver("text", message_id, Content=text)

    async def speak(self, message_id: str, sound: bytes) -> bool:
        media_id = self.server.books.store_media(sound, content_type="voice/amr", name="note.amr")
        return await self.deliver("voice", message_id, MediaId=media_id, Format="amr")

    async def press(self, message_id: str, *, message_ref: str, action: str) -> bool:
        sent = self.find(message_ref)
        keys = [button["key"] for button in sent.content["button_list"]]
        [key] = [key for key in keys if decode_press({"EventKey": key})[0] == action]
        return await self.press_key(sent, key)

    async def shown(self) -> list[str]:
        return [write_out(sent) for sent in self.server.books.screen(self.person.user_id)]

    async def deliver(self, kind: str, message_id: str, **fields: object) -> bool:
        """Send a message of any kind."""
        at = self.ports.clock.now()
        inner = message(self.person.user_id, kind, at=at, msg_id=message_id, **fields)
        return await self.callbacks.deliver(inner)

    async def press_key(self, sent: Sent, key: str, **fields: object) -> bool:
        """Press the button of a key on a card."""
        inner = event(
            self.person.user_id,
            "template_card_event",
            at=self.ports.clock.now(),
            EventKey=key,
            TaskId=sent.content["task_id"],
            CardType=sent.content["card_type"],
            ResponseCode=self.server.books.issue_code(sent),
            **fields,
        )
        return await self.callbacks.deliver(inner)

    def find(self, message_ref: str) -> Sent:
        """The message of a reference."""
        msgid = message_ref.partition(":")[2]
        return next(sent for sent in self.server.books.sent if sent.msgid == msgid)


def write_out(sent: Sent) -> str:
    """A message as the words on the phone."""
    if sent.msgtype != "template_card":
        return str(sent.content.get("content", f"[{sent.msgtype}]"))
    card = sent.content
    rows = [f"{row['keyname']}：{row['value']}" for row in card.get("horizontal_content_list", [])]
    buttons = [button["text"] for button in card.get("button_list", [])]
    quote = card.get("quote_area", {}).get("quote_text", "")
    words: list[Any] = [*card["main_title"].values(), quote, *rows, card.get("sub_title_text", ""), *buttons]
    return "\n".join(str(each) for each in words if each)


@asynccontextmanager
async def simulated(accept: Accept) -> AsyncIterator[WeCom]:
    """Run platform, channel and webhook."""
    ports = FakeWeComPorts()
    async with serving(WeComServer(books=Books(now=ports.clock.now))) as server:
        channel = load_channel("wecom")(server.settings(), ports.as_wecom())
        assert isinstance(channel, WeComChannel)
        app = web.Application()
        app.add_routes(channel.routes())
        await channel.start(accept)
        async with TestClient(TestServer(app)) as client:
            base = str(client.make_url("")).rstrip("/")
            callbacks = Callbacks(session=client.session, base=base, now=ports.clock.now)
            yield WeCom(channel=channel, server=server, callbacks=callbacks, ports=ports)
            await channel.stop()
