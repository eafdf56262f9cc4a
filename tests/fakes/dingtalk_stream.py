"""The stream gateway of the fake: tickets, connections, frames, and what was answered to them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"


@dataclass(slots=True, kw_only=True)
class Connection:
    """One websocket of the bot's."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    acks: list[dict[str, Any]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_leaving: bool = False

    async def send_raw(self, text: str) -> None:
        """Send anything, such as what is no frame."""
        await self.socket.send_str(text)

    async def send(self, frame: dict[str, Any]) -> asyncio.Future[dict[str, Any]]:
        """Send a frame; the future is its ACK, and is cancelled when the connection ends without one."""
        ack: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting[frame["headers"]["messageId"]] = ack
        await self.socket.send_str(json.dumps(frame, ensure_ascii=False))
        return ack

    def drop(self) -> None:
        """Cut the connection as a broken network does."""
        transport = self.socket._req.transport if self.socket._req else None
        if transport:
            transport.abort()


@dataclass(slots=True, kw_only=True)
class Gateway:
    """Hands out tickets and keeps the connections."""

    base: str = ""
    tickets: set[str] = field(default_factory=set)
    subscriptions: list[Any] = field(default_factory=list)
    accepts: list[str] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    without_endpoint: int = 0
    """So many answers to come are without an endpoint."""
    number: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """A ticket, good once."""
        self.accepts.append(request.headers.get("Accept", ""))
        self.subscriptions.append(body.get("subscriptions"))
        if self.without_endpoint:
            self.without_endpoint -= 1
            return {}
        self.number += 1
        ticket = f"ticket {self.number}/+="
        self.tickets.add(ticket)
        return {"endpoint": self.base.replace("http", "ws", 1) + "/connect", "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The websocket."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=401)
        self.tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket=socket)
        async with self._changed:
            self.connections.append(connection)
            self._changed.notify_all()
        try:
            async for each in socket:
                if each.type is WSMsgType.TEXT:
                    self._read_ack(connection, json.loads(each.data))
        finally:
            connection.ended.set()
            for ack in connection.waiting.values():
                ack.cancel()
        return socket

    async def connection(self, number: int = 1, *, wait_seconds: float = 60) -> Connection:
        """The connection of that number, once it is there."""
        async with asyncio.timeout(wait_seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.connections) >= number)
        return self.connections[number - 1]

    def living(self) -> list[Connection]:
        """The connections that frames may go to."""
        return [each for each in self.connections if not each.ended.is_set() and not each.is_leaving]

    async def push(self, body: Any, *, topic: str = MESSAGES, kind: str = "CALLBACK") -> asyncio.Future[Any]:
        """Push to the newest living connection; the ACK to come."""
        return await self.living()[-1].send(self.frame(body, topic=topic, kind=kind))

    async def ask_to_leave(self, connection: Connection) -> None:
        """The disconnect frame; the connection is closed by `connection.socket.close()` later."""
        connection.is_leaving = True
        frame = self.frame({"reason": "connection is expired"}, topic="disconnect", kind="SYSTEM")
        await connection.send(frame)

    def frame(self, body: Any, *, topic: str = MESSAGES, kind: str = "CALLBACK") -> dict[str, Any]:
        """A frame under a new id."""
        self.number += 1
        return {
            "specVersion": "1.0",
            "type": kind,
            "headers": {
                "appId": "6c0f",
                "connectionId": "9d1a",
                "contentType": "application/json",
                "messageId": f"c0a8010112345678_{self.number}",
                "time": "1760000000123",
                "topic": topic,
            },
            "data": json.dumps(body, ensure_ascii=False),
        }

    def _read_ack(self, connection: Connection, answer: dict[str, Any]) -> None:
        connection.acks.append(answer)
        ack = connection.waiting.pop(answer["headers"]["messageId"], None)
        if ack and not ack.done():
            ack.set_result(answer)
