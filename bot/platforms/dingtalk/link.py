"""One stream connection: a frame is answered when its message is stored, a ping at once (contract 2.4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType

from bot.platforms.base import QueueFull
from bot.platforms.dingtalk.frames import Frame, decode_frame, encode_ack

log = logging.getLogger(__name__)

MOST_PENDING = 200
"""Frames that may be in work at once; beyond it reading waits, and with it the platform."""
Answer = Callable[[Frame], Awaitable[str]]
"""Stores what a frame brings, then returns the answer. Raises QueueFull: then there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How patient a connection is, in seconds."""

    heartbeat: float = 20.0
    """Between our own websocket pings; a peer that vanished is noticed after one and a half of it."""
    shortest_silence: float = 120.0
    longest_silence: float = 1800.0
    """Without any frame, where the platform has never pinged: then a new connection is opened to be sure."""
    leaving: float = 15.0
    """How long an old connection is still read; the platform closes it after about ten."""
    draining: float = 5.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    refused_wait: float = 300.0
    """After the platform has refused our client id or secret: somebody has to correct it first."""


class Pulse:
    """Learns how often the platform pings: a connection without life still answers our own pings."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._first = self._last = 0.0
        self._count = 0

    def note_ping(self, at: float) -> None:
        """A ping of the platform's at a moment of the loop's clock."""
        self._first, self._last = self._first if self._count else at, at
        self._count += 1

    def patience(self) -> float:
        """The seconds without any frame that are normal."""
        if self._count < 2:
            return self._timing.longest_silence
        interval = (self._last - self._first) / (self._count - 1)
        return max(4 * interval, self._timing.shortest_silence)


class Link:
    """Reads a websocket until it ends. `leaving` is set as soon as another one is needed."""

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        answer: Answer,
        *,
        timing: Timing,
        note_frame: Callable[[], None] = lambda: None,
    ) -> None:
        self._socket = socket
        self._note_frame = note_frame
        self._answer = answer
        self._timing = timing
        self._pulse = Pulse(timing)
        self._pending: set[asyncio.Task[None]] = set()
        self.leaving = asyncio.Event()
        self.is_told = False
        """Whether the platform itself has asked for another connection."""
        self.has_heard = False

    async def read(self) -> None:
        """Read and answer until the connection ends, by whomever."""
        try:
            while text := await self._receive():
                self.has_heard = True
                self._note_frame()
                await self._take(text)
        finally:
            self.leaving.set()
            await self.close()

    async def close(self) -> None:
        """Finish what is in work, answer it, and close; what comes meanwhile is for another connection."""
        if self._pending:
            _, late = await asyncio.wait(self._pending, timeout=self._timing.draining)
            for task in late:
                task.cancel()
        await self._socket.close()

    async def _receive(self) -> str:
        """The next text; empty at the end. Long silence makes us leave, a second one ends it."""
        while True:
            patience = self._timing.leaving if self.leaving.is_set() else self._pulse.patience()
            try:
                message = await self._socket.receive(timeout=patience)
            except TimeoutError:
                if self.leaving.is_set():
                    return ""
                log.warning("stream is silent, another connection is opened")
                self.leaving.set()
                continue
            if message.type is WSMsgType.TEXT and message.data:
                return str(message.data)
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return ""

    async def _take(self, text: str) -> None:
        frame = decode_frame(text)
        if frame is None:
            log.warning("a frame that cannot be read")
            return
        if frame.kind == "SYSTEM":
            await self._obey(frame)
            return
        if len(self._pending) >= MOST_PENDING:
            await asyncio.wait(self._pending, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._work(frame))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def _obey(self, frame: Frame) -> None:
        if frame.topic == "disconnect":
            # Nothing comes here any more, but what is on its way: read on until the platform closes.
            self.is_told = True
            self.leaving.set()
            return
        if frame.topic == "ping":
            self._pulse.note_ping(asyncio.get_running_loop().time())
        await self._send(encode_ack(frame, data=frame.data))

    async def _work(self, frame: Frame) -> None:
        try:
            answer = await self._answer(frame)
        except QueueFull:
            # Not answered, it may come again.
            return
        except Exception as error:
            # One frame must not end the connection; not answered, it may come again.
            log.exception("frame failed: %s", type(error).__name__)
            return
        await self._send(answer)

    async def _send(self, text: str) -> None:
        try:
            await self._socket.send_str(text)
        except (ClientError, ConnectionError):
            # The message is stored; should it come again, its id tells that it was here.
            log.warning("an answer found its connection closed")
