"""The way in: many messages share a transaction, and each is acknowledged by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.domain.messages import Address, Incoming, Kind
from bot.intake import BATCH, Intake
from bot.metrics import Metrics
from bot.platforms.base import QueueFull
from storage.database import Database
from storage.inbox import Inbox
from tests.handlers.office import NOW


def message(key: object, *, who: str = "liming") -> Incoming:
    sender = Address(platform="console", user_id=who)
    return Incoming(id=str(key), sender=sender, kind=Kind.TEXT, sent_at=NOW, text="在")


@dataclass(kw_only=True)
class Door:
    """An intake on a real inbox that counts its transactions and its rings."""

    database: Database
    limit: int = 2000
    batches: list[int] = field(default_factory=list)
    rings: int = 0
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.database)
        self.intake = Intake(self._put_many, limit=self.limit, ring=self._ring, metrics=self.metrics)

    def _put_many(self, rows: Sequence[Incoming]) -> list[bool | Exception]:
        self.batches.append(len(rows))
        return self.inbox.put_many(rows, now=NOW)

    def _ring(self) -> None:
        self.rings += 1

    def count(self, name: str) -> float:
        value = self.metrics.registry.get_sample_value(f"genjin_messages_{name}_total")
        assert value is not None
        return value


async def test_what_comes_at_once_shares_few_transactions(company: Database) -> None:
    door = Door(database=company)
    total = 2 * BATCH + 50
    await asyncio.gather(*(door.intake.accept(message(number)) for number in range(total)))
    assert door.batches == [BATCH, BATCH, 50]
    assert door.rings == 3
    assert door.inbox.counts().by_status["new"] == total
    assert door.count("accepted") == total


async def test_it_is_stored_once_it_is_acknowledged(company: Database) -> None:
    door = Door(database=company)
    await door.intake.accept(message(1))
    assert door.inbox.counts().by_status["new"] == 1


async def test_a_duplicate_is_acknowledged_and_kept_once(company: Database) -> None:
    door = Door(database=company)
    await door.intake.accept(message(1))
    await asyncio.gather(*(door.intake.accept(message(1)) for _ in range(3)))
    assert door.inbox.counts().by_status["new"] == 1
    assert (door.count("accepted"), door.count("duplicate")) == (1, 3)


async def test_the_order_of_one_sender_is_kept(company: Database) -> None:
    door = Door(database=company)
    await asyncio.gather(*(door.intake.accept(message(number)) for number in range(20)))
    seen = []
    while claimed := door.inbox.claim(now=NOW, lease=NOW - NOW, worker="w"):
        seen.append(claimed.incoming.id)
        door.inbox.done(claimed.id)
    assert seen == [str(number) for number in range(20)]


async def test_a_full_queue_refuses_and_keeps_what_it_took(company: Database) -> None:
    door = Door(database=company, limit=3)
    told = await asyncio.gather(
        *(door.intake.accept(message(number)) for number in range(5)), return_exceptions=True
    )
    assert [type(each) for each in told] == [type(None)] * 3 + [QueueFull] * 2
    assert door.inbox.counts().by_status["new"] == 3
    assert door.count("refused") == 2
    await door.intake.accept(message(4))  # sent again, as a platform does
    assert door.inbox.counts().by_status["new"] == 4


async def test_a_row_that_is_refused_does_not_fail_its_neighbours(company: Database) -> None:
    door = Door(database=company)
    told = await asyncio.gather(
        *(door.intake.accept(message(key)) for key in ("1", "\udc00", "2")), return_exceptions=True
    )
    assert [type(each) for each in told] == [type(None), UnicodeEncodeError, type(None)]
    assert door.inbox.counts().by_status["new"] == 2


async def test_a_caller_that_hangs_up_undoes_nothing(company: Database) -> None:
    door = Door(database=company)
    gone, stays = (asyncio.create_task(door.intake.accept(message(key))) for key in "12")
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await stays
    assert door.inbox.counts().by_status["new"] == 2


async def test_draining_waits_for_all_that_was_handed_in(company: Database) -> None:
    door = Door(database=company)
    tasks = [asyncio.create_task(door.intake.accept(message(number))) for number in range(3)]
    await asyncio.sleep(0)
    await door.intake.drain()
    assert door.inbox.counts().by_status["new"] == 3
    await asyncio.gather(*tasks)
    await door.intake.drain()  # nothing left is no error
