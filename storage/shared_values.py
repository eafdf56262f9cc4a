"""Short-lived values that all processes of one deployment share through Redis, such as access tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from bot.domain.errors import PlatformError

PREFIX = "genjin:"
LOCK_SECONDS = 30.0
"""A holder that died lets go after this long; whoever waits longer than it goes on without the lock."""


class SharedValues:
    """Values by name. Every method raises PlatformError where Redis does not answer."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, decode_responses=True, socket_timeout=5)

    async def read(self, name: str) -> str | None:
        """The value, if it is still alive."""
        try:
            found = await self._redis.get(PREFIX + name)
        except RedisError as error:
            raise _lost(error) from error
        return str(found) if found is not None else None

    async def write(self, name: str, value: str, *, lifetime: timedelta) -> None:
        """Keep a value for a while; one without any life left is not kept."""
        milliseconds = int(lifetime.total_seconds() * 1000)
        if milliseconds <= 0:
            return
        try:
            await self._redis.set(PREFIX + name, value, px=milliseconds)
        except RedisError as error:
            raise _lost(error) from error

    async def forget(self, name: str) -> None:
        """Drop a value."""
        try:
            await self._redis.delete(PREFIX + name)
        except RedisError as error:
            raise _lost(error) from error

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        """Let one holder at a time into the block, as far as the processes can tell."""
        lock = self._redis.lock(f"{PREFIX}lock:{name}", timeout=LOCK_SECONDS, blocking_timeout=LOCK_SECONDS)
        try:
            held = await lock.acquire()
        except RedisError as error:
            raise _lost(error) from error
        try:
            yield
        finally:
            if held:
                try:
                    await lock.release()
                except LockError:
                    # It ran out meanwhile; somebody else may have it.
                    pass
                except RedisError as error:
                    raise _lost(error) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose()


def _lost(error: RedisError) -> PlatformError:
    return PlatformError("redis does not answer", code=type(error).__name__)
