"""The console as a channel: takes messages from browser windows and shows messages in them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.domain.errors import PlatformError
from bot.domain.messages import Address, Incoming, Kind, Outgoing
from bot.platforms.base import Accept, Media, QueueFull
from bot.platforms.console.codec import (
    BadInput,
    decode_request,
    encode,
    encode_person,
    encode_shown,
    is_visible,
    make_incoming,
)
from bot.platforms.console.guard import guard
from bot.platforms.console.pages import Pages, load_sentences
from bot.platforms.console.ports import ConsolePorts, Person, Shown
from bot.platforms.console.windows import Window, Windows

HISTORY_LENGTH = 200
TRANSCRIPT_REACH = 20
"""Newest messages among which a voice note still waits for its words; one further back had none."""
MAX_EVENT_BYTES = 256 * 1024
HEARTBEAT_SECONDS = 20.0
UNKNOWN_PERSON = 4404
"""Close code: the page lets the user choose somebody else. RFC 6455 leaves 4000 and up to applications."""


class ConsoleChannel:
    """The chat in the browser. A message's reference is its `key`, else random; the page replaces by it."""

    name = "console"

    def __init__(self, ports: ConsolePorts) -> None:
        self._ports = ports
        self._windows = Windows()
        self._pages = Pages(ports, self._show_clock)
        self._sentences = load_sentences()
        self._accept: Accept | None = None
        self._unheard: defaultdict[Address, set[str]] = defaultdict(set)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its files, the small API beside it and the websocket, all under one guard."""
        return [*self._pages.routes(), web.get("/console/ws", guard(self._converse))]

    async def start(self, accept: Accept) -> None:
        """Begin to receive."""
        self._accept = accept

    async def stop(self) -> None:
        """Close every window's connection; the pages try to connect again by themselves."""
        self._accept = None
        await self._windows.close_all()

    async def send(self, outgoing: Outgoing) -> str:
        """Show a message in the person's windows; with none open it waits in the history."""
        ref = outgoing.key or uuid4().hex
        await self._show("message", ref, outgoing)
        return ref

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        """Replace a message in all the person's windows."""
        await self._show("update", message_ref, outgoing)
        return message_ref

    async def fetch_media(self, media_ref: str) -> Media:
        """Read an uploaded file back."""
        try:
            return await asyncio.to_thread(self._ports.media.get, media_ref)
        except KeyError:
            raise PlatformError("no such media", permanent=True) from None

    async def _show(self, event_type: str, ref: str, outgoing: Outgoing) -> None:
        person = outgoing.to
        shown = Shown(ref=ref, at=self._ports.clock.now(), outgoing=outgoing)
        await self._show_transcripts(person)
        self._windows.show(person, encode(event_type, message=encode_shown(shown)))

    async def _show_transcripts(self, person: Address) -> None:
        """Put what was heard under the voice notes of this session that have no words yet."""
        waiting = frozenset(self._unheard.get(person, ()))
        if not waiting:
            return
        recent = await asyncio.to_thread(self._ports.history.conversation, person, limit=TRANSCRIPT_REACH)
        silent = {shown.ref for shown in recent if shown.transcript is None}
        for shown in recent:
            if shown.ref in waiting - silent:
                self._windows.show(person, encode("transcript", ref=shown.ref, text=shown.transcript))
        self._unheard[person] -= waiting - silent

    async def _show_clock(self) -> None:
        self._windows.show_all(encode("clock", **await self._pages.read_clock()))

    async def _converse(self, request: web.Request) -> web.WebSocketResponse:
        if self._accept is None:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_EVENT_BYTES)
        await socket.prepare(request)
        person = await self._find_person(request.query.get("user", ""))
        if person is None:
            await socket.send_str(self._encode_error("unknown_person"))
            await socket.close(code=UNKNOWN_PERSON)
            return socket
        address = Address(platform=self.name, user_id=person.user_id)
        transport = request.transport
        drop = transport.abort if isinstance(transport, asyncio.WriteTransport) else lambda: None
        with self._windows.opened(address, socket, drop) as window:
            # The window gathers events while its history is read, so nothing falls between the two.
            await socket.send_str(await self._encode_history(person, address))
            writer = asyncio.create_task(window.write())
            try:
                async for frame in socket:
                    await self._hear(window, frame.data if frame.type is WSMsgType.TEXT else "")
            finally:
                writer.cancel()
        return socket

    async def _find_person(self, user_id: str) -> Person | None:
        members = await asyncio.to_thread(self._ports.people.members)
        return next((person for person in members if person.user_id == user_id), None)

    async def _encode_history(self, person: Person, address: Address) -> str:
        history = await asyncio.to_thread(self._ports.history.conversation, address, limit=HISTORY_LENGTH)
        messages = [encode_shown(shown) for shown in history if is_visible(shown)]
        clock = await self._pages.read_clock()
        return encode("history", person=encode_person(person), messages=messages, clock=clock)

    async def _hear(self, window: Window, raw: str) -> None:
        """Take one event of a page, which keeps a message until an `ack` or an `error` comes for its id."""
        try:
            incoming = await self._read(window.person, raw)
        except BadInput as problem:
            window.push(self._encode_error(problem.code, problem.message_id))
            return
        try:
            if self._accept is None:
                raise QueueFull
            await self._accept(incoming)
        except QueueFull:
            window.push(encode("busy", id=incoming.id))
            return
        if incoming.kind is Kind.VOICE:
            self._unheard[window.person].add(incoming.id)
        shown = Shown(ref=incoming.id, at=incoming.sent_at, incoming=incoming)
        if is_visible(shown):
            self._windows.show(window.person, encode("message", message=encode_shown(shown)))
        window.push(encode("ack", id=incoming.id))

    async def _read(self, sender: Address, raw: str) -> Incoming:
        request = decode_request(raw)
        media = None
        if request.media_ref is not None:
            try:
                media = await asyncio.to_thread(self._ports.media.get, request.media_ref)
            except KeyError:
                raise BadInput("unknown_media", request.id) from None
        return make_incoming(request, sender=sender, sent_at=self._ports.clock.now(), media=media)

    def _encode_error(self, code: str, message_id: str | None = None) -> str:
        return encode("error", code=code, id=message_id, text=self._sentences[code])
