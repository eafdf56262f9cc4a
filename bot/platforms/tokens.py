"""The access token: fetched once for everybody, shared, and dropped only by who has used it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.messages import require_aware
from bot.platforms.base import Clock

EARLY = timedelta(minutes=5)
"""A token is renewed this long before its end, so that none dies on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token of the application."""

    value: str
    good_until: datetime

    def __post_init__(self) -> None:
        require_aware(self.good_until, "good_until")


class TokenStore(Protocol):
    """Keeps the access token where all processes of one deployment find it."""

    async def read(self, name: str) -> Token | None:
        """The stored token, good or not."""

    async def write(self, name: str, token: Token | None) -> None:
        """Store a token; None forgets it."""

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Let one holder at a time ask the platform for a new token."""


def good_until(now: datetime, lifetime: timedelta) -> datetime:
    """How long a token is handed out that lives for `lifetime`; a very short one, for half of it."""
    return now + max(lifetime - EARLY, lifetime / 2)


class MemoryTokens:
    """A token store for one process."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    async def read(self, name: str) -> Token | None:
        """The stored token."""
        return self._tokens.get(name)

    async def write(self, name: str, token: Token | None) -> None:
        """Store or forget a token."""
        if token is None:
            self._tokens.pop(name, None)
        else:
            self._tokens[name] = token

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """No other process is there to wait for."""
        return _hold_nothing()


@asynccontextmanager
async def _hold_nothing() -> AsyncIterator[None]:
    yield


class Tokens:
    """Hands out the token. One caller fetches, all others wait for the same one."""

    def __init__(
        self, name: str, fetch: Callable[[], Awaitable[Token]], *, clock: Clock, store: TokenStore
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._clock = clock
        self._store = store
        self._flight = asyncio.Lock()

    async def get(self) -> str:
        """A token that is still good. Raises what the fetch raises."""
        if token := await self._read_good():
            return token.value
        async with self._flight, self._store.lock(self._name):
            # Whoever was here before may have brought one.
            token = await self._read_good()
            if token is None:
                token = await self._fetch()
                await self._store.write(self._name, token)
            return token.value

    async def drop(self, used: str) -> None:
        """Forget the token, if it is still the one that was found dead."""
        async with self._flight, self._store.lock(self._name):
            token = await self._store.read(self._name)
            if token is not None and token.value == used:
                await self._store.write(self._name, None)

    async def _read_good(self) -> Token | None:
        token = await self._store.read(self._name)
        if token is None or token.good_until <= self._clock.now():
            return None
        return token
