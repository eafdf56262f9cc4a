"""A person at the console without a browser: speaks the page's own protocol over HTTP and websocket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, ClientWebSocketResponse

Message = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class ConsolePerson:
    """One open window: `screen` holds each message by its reference in its latest state."""

    user_id: str
    session: ClientSession
    socket: ClientWebSocketResponse
    screen: dict[str, Message] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def type(self, text: str) -> str:
        """Send a text; returns the message's id once it is acknowledged."""
        return await self._send(kind="text", text=text)

    async def speak(self, audio: bytes, *, name: str, seconds: float | None = None) -> str:
        """Upload a sound file and send it as a voice note."""
        return await self._send(kind="voice", media_ref=await self.upload(audio, name=name), seconds=seconds)

    async def attach(self, data: bytes, *, name: str, kind: str = "file") -> str:
        """Upload a picture or file and send it."""
        return await self._send(kind=kind, media_ref=await self.upload(data, name=name))

    async def press(self, message: Message, label: str) -> str:
        """Press the button of a card that is on the screen, or choose an option of its drop-downs;
        LookupError if it has none such.
        """
        card = message["card"]
        choices = [*card["buttons"], *(option for select in card["selects"] for option in select["options"])]
        action = {choice["label"]: choice["action"] for choice in choices}[label]
        return await self._send(kind="button", action=action, card_key=message["key"])

    async def upload(self, data: bytes, *, name: str) -> str:
        """Put a file into the media store; returns its reference."""
        async with self.session.post(
            "/console/media", params={"name": name}, data=io.BytesIO(data)
        ) as response:
            response.raise_for_status()
            return str((await response.json())["ref"])

    async def wait_for(self, wanted: Callable[[Message], bool], *, seconds: float = 30.0) -> Message:
        """The newest message on the screen that is wanted, now or when it comes; TimeoutError past
        `seconds`.
        """

        def find() -> Message | None:
            return next((each for each in reversed(self.screen.values()) if wanted(each)), None)

        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: find() is not None)
        found = find()
        assert found is not None
        return found

    async def listen(self) -> None:
        """Keep the screen up to date until the connection ends."""
        async for frame in self.socket:
            event = frame.json()
            async with self._changed:
                self._show(event)
                self._changed.notify_all()

    def _show(self, event: Message) -> None:
        kind = event["type"]
        if kind == "history":
            self.screen = {message["ref"]: message for message in event["messages"]}
        elif kind in ("message", "update"):
            message = event["message"]
            if kind == "message":
                self.screen.pop(message["ref"], None)
            self.screen[message["ref"]] = message
        elif kind == "transcript":
            self.screen[event["ref"]]["transcript"] = event["text"]
        elif kind == "ack":
            self.acknowledged.add(event["id"])
        elif kind == "error":
            self.problems.append(event["text"])

    async def _send(self, **fields: object) -> str:
        message_id = str(uuid4())
        given = {name: value for name, value in fields.items() if value is not None}
        problems = len(self.problems)
        await self.socket.send_json({"type": "send", "id": message_id, **given})
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(
                lambda: message_id in self.acknowledged or len(self.problems) > problems
            )
        return message_id


@asynccontextmanager
async def person_at(session: ClientSession, user_id: str) -> AsyncIterator[ConsolePerson]:
    """Open a window as that person; `session` has the console's address as its base."""
    async with session.ws_connect("/console/ws", params={"user": user_id}) as socket:
        person = ConsolePerson(user_id=user_id, session=session, socket=socket)
        listening = asyncio.create_task(person.listen())
        try:
            yield person
        finally:
            listening.cancel()


async def move_clock(session: ClientSession, by: timedelta | None = None) -> datetime:
    """Move the demo's clock, without `by` to the next reminder; returns the new time."""
    step = {"to": "next"} if by is None else {"by_seconds": by.total_seconds()}
    async with session.post("/console/clock", json=step) as response:
        response.raise_for_status()
        return datetime.fromisoformat((await response.json())["now"])
