"""Keeps a stream connection to the platform, so that no public address is needed (contract 2)."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from aiohttp import ClientError, ClientWebSocketResponse, ClientWSTimeout

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.frames import (
    BAD_REQUEST,
    CARDS,
    MESSAGES,
    NOT_FOUND,
    Frame,
    encode_ack,
    event_answer,
    message_answer,
    press_answer,
)
from bot.platforms.dingtalk.gateway import ask_for_endpoint
from bot.platforms.dingtalk.link import Link, Timing
from bot.platforms.dingtalk.ports import Meter
from bot.platforms.dingtalk.reception import Reception
from bot.platforms.dingtalk.transport import Transport

log = logging.getLogger(__name__)

OPEN_SECONDS = 20
MAX_FRAME_BYTES = 4 * 1024 * 1024
Sleep = Callable[[float], Awaitable[object]]


class Stream:
    """One process's connection. Told to leave, it opens the next one before the old one has ended."""

    def __init__(
        self,
        account: Account,
        reception: Reception,
        meter: Meter,
        *,
        transport: Transport,
        timing: Timing | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._account = account
        self._reception = reception
        self._meter = meter
        self._transport = transport
        self._timing = timing or Timing()
        self._sleep = sleep
        self._keeper: asyncio.Task[None] | None = None
        self._links: dict[asyncio.Task[None], Link] = {}

    def start(self) -> None:
        """Connect, and stay connected; a second call does nothing."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_connected())
            self._keeper.add_done_callback(_tell_end)

    async def stop(self) -> None:
        """Answer what is in work and close; a second call does nothing."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        keeper.cancel()
        await asyncio.wait([keeper])
        for link in list(self._links.values()):
            await link.close()
        if self._links:
            await asyncio.wait(list(self._links))

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            try:
                link = self._open_link(await self._connect())
            except PlatformError as error:
                failures += 1
                log.warning("stream cannot be opened: %s", error)
                await self._sleep(self._timing.refused_wait if error.permanent else self._wait(failures))
                continue
            self._follow(link)
            self._meter.stream_opened()
            await link.leaving.wait()
            failures = 0 if link.has_heard else failures + 1
            if not link.is_told:
                await self._sleep(self._wait(failures))

    def _open_link(self, socket: ClientWebSocketResponse) -> Link:
        # An open connection counts as heard: what nobody has written to yet is no silence.
        self._meter.frame_received()
        note = self._meter.frame_received
        return Link(socket, self._answer, timing=self._timing, note_frame=note)

    def _follow(self, link: Link) -> None:
        reader = asyncio.create_task(link.read())
        self._links[reader] = link
        reader.add_done_callback(self._forget)

    def _forget(self, reader: asyncio.Task[None]) -> None:
        del self._links[reader]
        _tell_end(reader)

    def _wait(self, failures: int) -> float:
        """Seconds before the next try, jittered so that many bots do not come back at once."""
        doubled: float = self._timing.first_wait * 2 ** min(failures, 10)
        return min(doubled, self._timing.longest_wait) * random.uniform(0.5, 1.0)

    async def _connect(self) -> ClientWebSocketResponse:
        """Ask for an endpoint and connect to it."""
        endpoint = await ask_for_endpoint(self._account, self._transport)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                return await self._transport.session().ws_connect(
                    endpoint,
                    heartbeat=self._timing.heartbeat,
                    max_msg_size=MAX_FRAME_BYTES,
                    timeout=ClientWSTimeout(ws_close=2),
                )
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            # Not chained: the error tells the ticket.
            raise PlatformError(f"connect: {type(error).__name__}", code="network") from None

    async def _answer(self, frame: Frame) -> str:
        """Store what a frame brings and say what is answered."""
        if frame.kind == "EVENT":
            self._meter.callback_ignored(frame.event_kind or "event")
            return encode_ack(frame, data=event_answer(is_stored=True))
        body = frame.body()
        if body is None:
            return encode_ack(frame, code=BAD_REQUEST, data="{}")
        if frame.topic == MESSAGES:
            await self._reception.take_message(body)
            return encode_ack(frame, data=message_answer())
        if frame.topic == CARDS:
            await self._reception.take_press(body)
            return encode_ack(frame, data=press_answer())
        self._meter.callback_ignored(frame.topic)
        return encode_ack(frame, code=NOT_FOUND, data="{}")


def _tell_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("stream ended: %s", type(error).__name__)
