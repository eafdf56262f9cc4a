"""Claims messages and has them answered: one sender at a time and in order, several senders at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.doorbell import Doorbell
from storage.inbox import Claimed, Inbox, Lane

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
"""A row whose doorbell was lost, or whose lease ran out, waits this long at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One lane's loop; voice has a lane of its own, so that text never waits behind it."""

    inbox: Inbox
    dispatch: Callable[[Claimed], Awaitable[None]]
    clock: Clock
    bell: Doorbell
    lane: Lane
    name: str
    lease: timedelta
    concurrency: int

    async def run(self) -> None:
        """Work until cancelled; what is under way then is left to its lease."""
        working: set[asyncio.Task[None]] = set()
        try:
            while True:
                claimed = None
                if len(working) < self.concurrency:
                    claimed = await asyncio.to_thread(self._claim)
                if claimed:
                    task = asyncio.create_task(self._work(claimed))
                    working.add(task)
                    task.add_done_callback(lambda done: self._finish(working, done))
                else:
                    await self.bell.wait(seconds=SWEEP_SECONDS)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    def _claim(self) -> Claimed | None:
        return self.inbox.claim(now=self.clock.now(), lease=self.lease, worker=self.name, lane=self.lane)

    def _finish(self, working: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        working.discard(task)
        # The sender's next message may be ready now.
        self.bell.ring()

    async def _work(self, claimed: Claimed) -> None:
        renewing = asyncio.create_task(self._renew(claimed.id))
        try:
            await self.dispatch(claimed)
        finally:
            renewing.cancel()

    async def _renew(self, inbox_id: int) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / 3)
            await asyncio.to_thread(
                self.inbox.renew, inbox_id, worker=self.name, now=self.clock.now(), lease=self.lease
            )
