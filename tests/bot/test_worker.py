"""The worker: one sender in order, several at once, leases renewed; the cancelled is left to its lease."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text

from bot.domain.messages import Address, Incoming, Kind, Voice
from bot.doorbell import Doorbell
from bot.worker import Worker
from storage.database import Database
from storage.inbox import Claimed, Inbox, Lane
from tests.fakes.hand_clock import HandClock
from tests.handlers.office import NOW

PATIENCE = 30


class SleepyBell(Doorbell):
    """A bell that shows when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = asyncio.Event()

    async def wait(self, *, seconds: float) -> None:
        self.asleep.set()
        await super().wait(seconds=seconds)


@dataclass(kw_only=True)
class Desk:
    """A worker on a real inbox whose every message waits until the test lets it go."""

    inbox: Inbox
    lease: timedelta = timedelta(seconds=30)
    concurrency: int = 4
    lane: Lane = Lane.FAST
    started: list[str] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)
    bell: SleepyBell = field(default_factory=SleepyBell)

    def __post_init__(self) -> None:
        self._gates: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Condition()

    async def dispatch(self, claimed: Claimed) -> None:
        key = claimed.incoming.id
        async with self._changed:
            self.started.append(key)
            self._changed.notify_all()
        await self.gate(key).wait()
        self.inbox.done(claimed.id)

    def gate(self, key: str) -> asyncio.Event:
        return self._gates.setdefault(key, asyncio.Event())

    async def has_started(self, *keys: str) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: set(keys) <= set(self.started))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        worker = Worker(
            inbox=self.inbox,
            dispatch=self.dispatch,
            clock=self.clock,
            bell=self.bell,
            lane=self.lane,
            name="w1",
            lease=self.lease,
            concurrency=self.concurrency,
        )
        task = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def message(key: str, *, kind: Kind = Kind.TEXT) -> Incoming:
    """A message whose sender is its first letter."""
    voice = Voice(media_ref="v", format="amr") if kind is Kind.VOICE else None
    sender = Address(platform="console", user_id=key[0])
    return Incoming(id=key, sender=sender, kind=kind, sent_at=NOW, text="在", voice=voice)


def desk(company: Database, *keys: str, **how: object) -> Desk:
    inbox = Inbox(company)
    inbox.put_many([message(key) for key in keys], now=NOW)
    return Desk(inbox=inbox, **how)  # type: ignore[arg-type]


async def test_senders_are_served_at_once_and_each_in_order(company: Database) -> None:
    here = desk(company, "a1", "a2", "b1", "c1", "a3")
    async with here.working():
        await here.has_started("a1", "b1", "c1")
        assert set(here.started) == {"a1", "b1", "c1"}
        here.gate("a1").set()
        await here.has_started("a2")
        assert "a3" not in here.started
        here.gate("a2").set()
        await here.has_started("a3")


async def test_no_more_than_allowed_at_once(company: Database) -> None:
    here = desk(company, "a1", "b1", "c1", concurrency=2)
    async with here.working():
        await here.has_started("a1", "b1")
        await here.bell.asleep.wait()  # it looks for no more
        assert "c1" not in here.started
        here.gate("b1").set()
        await here.has_started("c1")
        assert here.started == ["a1", "b1", "c1"]


async def test_a_lane_takes_its_own_kind_only(company: Database) -> None:
    inbox = Inbox(company)
    inbox.put_many([message("a1", kind=Kind.VOICE), message("b1")], now=NOW)
    typed, spoken = Desk(inbox=inbox), Desk(inbox=inbox, lane=Lane.VOICE)
    async with typed.working(), spoken.working():
        await typed.has_started("b1")
        await spoken.has_started("a1")
    assert (typed.started, spoken.started) == (["b1"], ["a1"])


async def test_the_bell_wakes_a_worker_that_sleeps(company: Database) -> None:
    here = desk(company)
    async with here.working():
        here.inbox.put_many([message("a1")], now=NOW)
        here.bell.ring()
        await here.has_started("a1")


async def test_a_lease_is_renewed_while_the_work_goes_on(company: Database) -> None:
    here = desk(company, "a1", lease=timedelta(milliseconds=30))

    def ready_at() -> str:
        with company.read() as connection:
            return str(connection.execute(text("SELECT ready_at FROM inbox")).scalar_one())

    async with here.working():
        await here.has_started("a1")
        first = ready_at()
        here.clock.move(seconds=0.01)  # the lease still holds
        async with asyncio.timeout(PATIENCE):
            while ready_at() == first:  # noqa: ASYNC110 - the row is the truth, no event is
                await asyncio.sleep(0)
    assert here.started == ["a1"]


async def test_what_is_under_its_hands_is_not_claimed_again(company: Database) -> None:
    """A clock that jumps past the lease, as in the demo or after a machine's sleep, starts nothing twice."""
    here = desk(company, "a1", "b1", concurrency=3)
    async with here.working():
        await here.has_started("a1", "b1")
        here.clock.move(seconds=60)
        here.inbox.put_many([message("c1")], now=here.clock.now())
        here.bell.ring()
        await here.has_started("c1")
        here.gate("b1").set()
        here.inbox.put_many([message("d1")], now=here.clock.now())
        here.bell.ring()
        await here.has_started("d1")
    assert sorted(here.started) == ["a1", "b1", "c1", "d1"]


async def test_what_is_under_way_when_it_stops_is_left_to_its_lease(company: Database) -> None:
    here = desk(company, "a1")
    async with here.working():
        await here.has_started("a1")
    assert here.inbox.counts().by_status == {"new": 0, "claimed": 1, "done": 0, "dead": 0}
    later = NOW + timedelta(seconds=31)
    again = here.inbox.claim(now=later, lease=timedelta(seconds=30), worker="w2")
    assert again is not None
    assert (again.incoming.id, again.attempts) == ("a1", 2)
