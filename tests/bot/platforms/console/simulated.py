"""The console's side of the contract test, and a browser window for the console's own tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.messages import Address
from bot.platforms.base import Accept, load_channel
from bot.platforms.console import ConsoleChannel
from tests.fakes.console_ports import FakePorts

Client = TestClient[web.Request, web.Application]
Event = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Page:
    """One browser window: its websocket, and the messages that stand on its screen."""

    socket: ClientWebSocketResponse
    screen: dict[str, Event] = field(default_factory=dict)

    async def read(self) -> Event:
        """The next event, shown on the screen as the page would."""
        event: Event = await self.socket.receive_json(timeout=5)
        for message in event.get("messages", [event["message"]] if "message" in event else []):
            self.screen[message["ref"]] = message
        if event["type"] == "transcript":
            self.screen[event["ref"]]["transcript"] = event["text"]
        return event

    async def read_until(self, *event_types: str) -> Event:
        """The next event of these types."""
        while (event := await self.read())["type"] not in event_types:
            pass
        return event

    async def settle(self) -> None:
        """Read all that is on its way: events are in order, so the answer to a slip of the pen comes last."""
        await self.socket.send_str("slip")
        await self.read_until("error")

    async def deliver(self, **fields: object) -> bool:
        """Send a message and say whether it was acknowledged."""
        await self.socket.send_str(json.dumps({"type": "send", **fields}))
        event = await self.read_until("ack", "busy", "error")
        assert event["id"] == fields["id"]
        return bool(event["type"] == "ack")


@dataclass(slots=True, kw_only=True)
class Console:
    """The running console with one open window."""

    channel: ConsoleChannel
    client: Client
    ports: FakePorts
    person: Address
    page: Page

    async def say(self, message_id: str, text: str) -> bool:
        return await self.page.deliver(id=message_id, kind="text", text=text)

    async def speak(self, message_id: str, sound: bytes) -> bool:
        ref = await self.upload(sound, "note.amr")
        return await self.page.deliver(id=message_id, kind="voice", media_ref=ref, seconds=1.0)

    async def press(self, message_id: str, *, message_ref: str, action: str) -> bool:
        key = self.page.screen[message_ref]["key"]
        return await self.page.deliver(id=message_id, kind="button", action=action, card_key=key)

    async def shown(self) -> list[str]:
        await self.page.settle()
        return [write_out(message) for message in self.page.screen.values() if message["from"] == "bot"]

    async def upload(self, data: bytes, name: str) -> str:
        """Store a file as the page does and return its reference."""
        async with self.client.post("/console/media", params={"name": name}, data=BytesIO(data)) as response:
            assert response.status == 200
            ref: str = (await response.json())["ref"]
            return ref

    async def open_page(self, user_id: str) -> Page:
        """Open another window, which has read its history."""
        page = Page(socket=await self.client.ws_connect("/console/ws", params={"user": user_id}))
        assert (await page.read())["type"] == "history"
        return page


def write_out(message: Event) -> str:
    """A bot message as the words on the screen."""
    if message["kind"] != "card":
        return str(message["text"])
    card = message["card"]
    rows = [f"{row['label']}：{row['value']}" for row in card["rows"]]
    buttons = [button["label"] for button in card["buttons"]]
    return "\n".join([card["title"], card["quote"] or "", *rows, *buttons])


@asynccontextmanager
async def simulated(accept: Accept) -> AsyncIterator[Console]:
    """Run the console and open 李明's window."""
    ports = FakePorts()
    channel = load_channel("console")(None, ports.as_console())
    assert isinstance(channel, ConsoleChannel)
    app = web.Application()
    app.add_routes(channel.routes())
    await channel.start(accept)
    async with TestClient(TestServer(app)) as client:
        page = Page(socket=await client.ws_connect("/console/ws", params={"user": "liming"}))
        console = Console(
            channel=channel,
            client=client,
            ports=ports,
            person=Address(platform="console", user_id="liming"),
            page=page,
        )
        assert (await page.read())["type"] == "history"
        yield console
        await channel.stop()
