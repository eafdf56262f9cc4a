"""Claims messages and has them answered: one sender at a time and in order, several senders at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
        working: dict[asyncio.Task[None], int] = {}
        try:
            while True:
                claimed = None
                if len(working) < self.concurrency:
                    claimed = await asyncio.to_thread(self._claim, tuple(working.values()))
                if claimed:
                    task = asyncio.create_task(self._work(claimed))
                    working[task] = claimed.id
                    task.add_done_callback(lambda done: self._finish(working, done))
                else:
                    await self.bell.wait(seconds=SWEEP_SECONDS)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    def _claim(self, working: Sequence[int]) -> Claimed | None:
        # A lease can run out under our own hands, when the clock is moved or the machine slept.
        return self.inbox.claim(
            now=self.clock.now(), lease=self.lease, worker=self.name, lane=self.lane, except_ids=working
        )

    def _finish(self, working: dict[asyncio.Task[None], int], task: asyncio.Task[None]) -> None:
        del working[task]
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
