"""A message id with half a character (a lone surrogate) left its whole batch waiting for ever."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.domain.messages import Address, Incoming, Kind
from bot.intake import Intake
from bot.metrics import Metrics
from storage.database import open_database
from storage.inbox import Inbox
from storage.migrations import upgrade

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def message(key: str) -> Incoming:
    return Incoming(id=key, sender=Address(platform="console", user_id="a"), kind=Kind.TEXT, sent_at=NOW)


async def test_it_is_refused_and_its_neighbours_are_kept() -> None:
    with closing(open_database("sqlite://")) as database:
        upgrade(database)
        inbox = Inbox(database)
        intake = Intake(
            lambda rows: inbox.put_many(rows, now=NOW), limit=9, ring=lambda: None, metrics=Metrics()
        )
        waiting = (intake.accept(message(key)) for key in ("1", "\ud800", "2"))
        async with asyncio.timeout(30):
            first, bad, last = await asyncio.gather(*waiting, return_exceptions=True)
        assert (first, last) == (None, None)
        assert isinstance(bad, UnicodeError)
        assert inbox.counts().by_status["new"] == 2


async def test_whatever_storing_raises_is_told_to_all_who_wait() -> None:
    def fail(_rows: object) -> list[bool | Exception]:
        raise MemoryError("no room")

    intake = Intake(fail, limit=9, ring=lambda: None, metrics=Metrics())
    async with asyncio.timeout(30):
        told = await asyncio.gather(*(intake.accept(message(k)) for k in "12"), return_exceptions=True)
    assert [type(each) for each in told] == [MemoryError, MemoryError]
    with pytest.raises(MemoryError):
        await intake.accept(message("3"))
