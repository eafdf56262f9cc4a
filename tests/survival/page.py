"""One person's page at the console: what is not acknowledged is sent again under its id after every loss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse

Frame = dict[str, Any]
Condition = Callable[[], bool]

RETRY_SECONDS = 0.05
DOUBLED = 0.1
"""The part of the acknowledged messages that is sent once more, as a platform does that missed our answer."""


@dataclass(slots=True, kw_only=True)
class Page:
    """An open page; `screen` holds each message by its reference, `acknowledged` the ids in order."""

    user_id: str
    session: ClientSession
    random: Random
    unanswered: dict[str, Frame] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    screen: dict[str, Frame] = field(default_factory=dict)
    refused: list[Frame] = field(default_factory=list)
    resent: int = 0
    doubled: int = 0
    _socket: ClientWebSocketResponse | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def stay_connected(self) -> None:
        """Connect, and connect again whenever the server is gone, until cancelled."""
        while True:
            try:
                async with self.session.ws_connect("/console/ws", params={"user": self.user_id}) as socket:
                    await self._converse(socket)
            except (ClientError, OSError):
                pass
            finally:
                self._socket = None
            await asyncio.sleep(RETRY_SECONDS)

    async def send(self, **fields: object) -> str:
        """Send a message and wait for its acknowledgement, through any number of losses; returns its id."""
        message_id = str(UUID(int=self.random.getrandbits(128), version=4))
        frame = {"type": "send", "id": message_id, **fields}
        self.unanswered[message_id] = frame
        await self._put(frame)
        await self.wait_until(lambda: message_id not in self.unanswered)
        if self.random.random() < DOUBLED:
            self.doubled += 1
            await self._put(frame)
        return message_id

    async def confirm(self, note_id: str, label: str) -> str:
        """Press the button `label` of the note's card once it is on the screen; returns the press's id."""
        ref = f"note:{note_id}"

        def action() -> str | None:
            buttons = self.screen.get(ref, {}).get("card", {}).get("buttons", ())
            return next((button["action"] for button in buttons if button["label"] == label), None)

        await self.wait_until(lambda: action() is not None)
        return await self.send(kind="button", action=action(), card_key=ref)

    async def wait_until(self, condition: Condition) -> None:
        """Wait for what some event of the server brings about."""
        async with self._changed:
            await self._changed.wait_for(condition)

    async def _converse(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        for frame in list(self.unanswered.values()):
            self.resent += 1
            await socket.send_json(frame)
        async for message in socket:
            async with self._changed:
                busy = self._take(message.json())
                self._changed.notify_all()
            if busy:
                await socket.send_json(busy)

    def _take(self, event: Frame) -> Frame | None:
        """Show an event; returns the message that has to be sent again at once."""
        kind = event["type"]
        if kind == "history":
            self.screen |= {message["ref"]: message for message in event["messages"]}
        elif kind in ("message", "update"):
            self.screen[event["message"]["ref"]] = event["message"]
        elif kind == "ack" and self.unanswered.pop(event["id"], None):
            self.acknowledged.append(event["id"])
        elif kind == "busy":
            return self.unanswered.get(event["id"])
        elif kind == "error":
            self.refused.append(event)
        return None

    async def _put(self, frame: Frame) -> None:
        if self._socket is None or self._socket.closed:
            return
        try:
            await self._socket.send_json(frame)
        except (ClientError, OSError):
            # Sent again with the next connection.
            return
