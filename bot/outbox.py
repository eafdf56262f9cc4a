"""Sends what the turns have stored: by priority, with retries, and as typed text where a card is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.domain.calendar import WorkCalendar
from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Address, Outgoing, Priority
from bot.domain.nudges import Manners
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.platforms.base import Channel
from bot.platforms.limits import LimitReached
from storage.outbox import ClaimedOutgoing, OutboxQueue

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
BATCH = 50
LEASE = timedelta(seconds=60)
ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=2)
"""Doubled with each failure: eight tries span about four minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The loop that empties the outbox."""

    queue: OutboxQueue
    channels: Mapping[str, Channel]
    clock: Clock
    bell: Doorbell
    manners: Manners
    calendar: WorkCalendar
    metrics: Metrics
    miss: Callable[[Address], Awaitable[None]] | None = None
    """Told of each person whom a message could not reach for good."""

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            if not await self.send_batch():
                await self.bell.wait(seconds=SWEEP_SECONDS)

    async def send_batch(self) -> int:
        """Send what is ready, to several people at once and to each in order; how many were claimed."""
        claimed = await asyncio.to_thread(self.queue.claim, now=self.clock.now(), lease=LEASE, limit=BATCH)
        lines: dict[Address, list[ClaimedOutgoing]] = {}
        for each in claimed:
            lines.setdefault(each.outgoing.to, []).append(each)
        await asyncio.gather(*(self._send_in_order(line) for line in lines.values()))
        return len(claimed)

    async def _send_in_order(self, line: Sequence[ClaimedOutgoing]) -> None:
        for each in line:
            await self._send(each)

    async def _send(self, claimed: ClaimedOutgoing) -> None:
        now, outgoing = self.clock.now(), claimed.outgoing
        if outgoing.priority > Priority.REPLY and self.manners.quiet_hours.holds(now, self.calendar):
            # Quiet hours are law, also for what was stored before they began.
            later = self.manners.quiet_hours.release(now, self.calendar)
            await asyncio.to_thread(self.queue.hold_back, claimed.id, until=later, reason="quiet hours")
            return
        if claimed.replaced:
            # Several states of a card that waited, such as for a limit or quota, become one message.
            await asyncio.to_thread(self.queue.skip, claimed.id)
            return
        channel = self.channels.get(outgoing.to.platform)
        if channel is None:
            await asyncio.to_thread(self.queue.give_up, claimed.id, "platform not open")
            return
        try:
            ref = await self._deliver(channel, outgoing, claimed.message_ref)
        except LimitReached as error:
            # Nothing failed: an hour's limit must not use up the tries of what waits behind it.
            await asyncio.to_thread(self.queue.hold_back, claimed.id, until=error.free_at, reason="limit")
        except PlatformError as error:
            await self._put_off(claimed, error)
        except Exception as error:
            # A fault of ours in one message must not stop all others.
            log.exception("send failed", outbox_id=claimed.id)
            await self._put_off(claimed, PlatformError(type(error).__name__))
        else:
            await asyncio.to_thread(self.queue.sent, claimed.id, message_ref=ref, now=self.clock.now())
            self.metrics.sent.inc()

    async def _deliver(self, channel: Channel, outgoing: Outgoing, message_ref: str | None) -> str:
        try:
            if message_ref is not None:
                return await channel.update(message_ref, outgoing)
            return await channel.send(outgoing)
        except CardRefused:
            log.warning("card refused, its typed twin goes out", platform=channel.name)
            self.metrics.card_refusals.inc()
            return await channel.send(replace(outgoing, text=outgoing.as_text(), card=None))

    async def _put_off(self, claimed: ClaimedOutgoing, error: PlatformError) -> None:
        self.metrics.send_failures.inc()
        if error.permanent or claimed.attempts >= ATTEMPTS:
            log.error("send given up", outbox_id=claimed.id, code=error.code)
            await asyncio.to_thread(self.queue.give_up, claimed.id, f"{type(error).__name__} {error.code}")
            if error.permanent and self.miss:
                await self.miss(claimed.outgoing.to)
            return
        at = self.clock.now() + FIRST_RETRY * 2 ** (claimed.attempts - 1)
        await asyncio.to_thread(self.queue.retry, claimed.id, at=at, error=type(error).__name__)
