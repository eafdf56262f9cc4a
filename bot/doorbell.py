"""The doorbell tells a sleeping loop that there is work; it may be lost or doubled: rows are the truth."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Doorbell:
    """One bell of one loop; ring it from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits."""
        if self._loop is None or self._loop.is_closed():
            self._rung.set()
        else:
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, *, seconds: float) -> None:
        """Sleep until the bell rings, `seconds` at most."""
        self._loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
