"""The sender serves several people at once, each in order, and tells of those whom it cannot reach."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.domain.errors import PlatformError
from bot.domain.messages import Address, Outgoing
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.platforms.base import Accept, Media
from config.calendar import load_calendar
from config.playbook import load_playbook
from storage.database import Database
from storage.outbox import OutboxQueue
from tests.fakes.wecom_ports import StillClock
from tests.storage.samples import NOW

SLOW, QUICK, GONE = (Address(platform="pigeon", user_id=name) for name in ("slow", "quick", "gone"))


@dataclass(slots=True)
class Pigeon:
    """A channel that brings nothing to the slow one before the quick one has everything."""

    name: str = "pigeon"
    brought: list[tuple[str, str]] = field(default_factory=list)
    quick_has_all: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return []

    async def start(self, accept: Accept) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        if outgoing.to == GONE:
            raise PlatformError("gone", code=81013, permanent=True)
        if outgoing.to == SLOW:
            await self.quick_has_all.wait()
        self.brought.append((outgoing.to.user_id, outgoing.as_text()))
        if outgoing.as_text() == "3":
            self.quick_has_all.set()
        return "ref"

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        return await self.send(outgoing)

    async def fetch_media(self, media_ref: str) -> Media:
        raise PlatformError("none")


@pytest.fixture
def queue(sqlite: Database) -> OutboxQueue:
    return OutboxQueue(sqlite)


def sender_of(queue: OutboxQueue, missed: list[Address]) -> tuple[Sender, Pigeon]:
    pigeon = Pigeon()

    async def miss(address: Address) -> None:
        missed.append(address)

    sender = Sender(
        queue=queue,
        channels={"pigeon": pigeon},
        clock=StillClock(moment=NOW),
        bell=Doorbell(),
        manners=load_playbook(None).manners,
        calendar=load_calendar(NOW.year, NOW.year),
        metrics=Metrics(),
        miss=miss,
    )
    return sender, pigeon


def push(queue: OutboxQueue, to: Address, *texts: str) -> None:
    for text in texts:
        queue.push(Outgoing(to=to, text=text), idempotency_key=f"{to}:{text}", now=NOW)


async def test_slow_person_holds_nobody_up_and_each_gets_all_in_order(queue: OutboxQueue) -> None:
    sender, pigeon = sender_of(queue, [])
    push(queue, SLOW, "a", "b")
    push(queue, QUICK, "1", "2", "3")
    async with asyncio.timeout(20):
        assert await sender.send_batch() == 5
    assert [text for who, text in pigeon.brought if who == "quick"] == ["1", "2", "3"]
    assert [text for who, text in pigeon.brought if who == "slow"] == ["a", "b"]


async def test_person_who_cannot_be_reached_is_told_of_once_a_message(queue: OutboxQueue) -> None:
    missed: list[Address] = []
    sender, _ = sender_of(queue, missed)
    push(queue, GONE, "x")
    assert await sender.send_batch() == 1
    assert missed == [GONE]
    assert await sender.send_batch() == 0
