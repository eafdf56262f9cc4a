"""The browser windows that are open now, each with its own queue of events to show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from aiohttp import WSCloseCode, web

from bot.domain.messages import Address

QUEUE_LENGTH = 256
"""Events that a window may lag behind before it is closed; its page then reconnects and reads the history."""


class Window:
    """One open page; events leave in the order they were pushed, and a slow page delays nobody else."""

    def __init__(self, person: Address, socket: web.WebSocketResponse, drop: Callable[[], None]) -> None:
        self.person = person
        self.socket = socket
        self._drop = drop
        self._events: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)

    def push(self, event: str) -> None:
        """Queue one event; a page that lags too far behind loses its connection."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self._drop()

    async def write(self) -> None:
        """Send queued events until the page goes away."""
        with suppress(ConnectionError):
            while True:
                await self.socket.send_str(await self._events.get())


class Windows:
    """All open windows; a person may have several."""

    def __init__(self) -> None:
        self._open: set[Window] = set()

    @contextmanager
    def opened(
        self, person: Address, socket: web.WebSocketResponse, drop: Callable[[], None]
    ) -> Iterator[Window]:
        """Keep a window among the open ones while the block runs; it gathers events from the first moment.

        `drop` cuts the connection at once, whatever is still unsent.
        """
        window = Window(person, socket, drop)
        self._open.add(window)
        try:
            yield window
        finally:
            self._open.discard(window)

    def of(self, person: Address) -> list[Window]:
        """The open windows of one person."""
        return [window for window in self._open if window.person == person]

    def show(self, person: Address, event: str) -> None:
        """Push an event to every window of a person."""
        for window in self.of(person):
            window.push(event)

    def show_all(self, event: str) -> None:
        """Push an event to every window."""
        for window in self._open:
            window.push(event)

    async def close_all(self) -> None:
        """Tell every page that the server goes away."""
        await asyncio.gather(
            *(window.socket.close(code=WSCloseCode.GOING_AWAY) for window in list(self._open))
        )
