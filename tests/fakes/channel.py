"""A chat platform in memory: keeps what is sent, and fails as it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from aiohttp import web

from bot.domain.errors import CardRefused, PlatformError
from bot.domain.messages import Outgoing
from bot.platforms.base import Accept, Media


@dataclass(slots=True, kw_only=True)
class MemoryChannel:
    """Everything that was sent, under its reference; `failures` are raised by the next deliveries in turn."""

    name: str = "console"
    sent: list[Outgoing] = field(default_factory=list)
    updated: list[tuple[str, Outgoing]] = field(default_factory=list)
    failures: list[PlatformError] = field(default_factory=list)
    takes_cards: bool = True
    media: dict[str, Media] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def start(self, accept: Accept) -> None:
        """Nothing comes in by itself."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def send(self, outgoing: Outgoing) -> str:
        self._may_fail(outgoing)
        self.sent.append(outgoing)
        return f"r{next(self._numbers)}"

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        self._may_fail(outgoing)
        self.updated.append((message_ref, outgoing))
        return message_ref

    async def fetch_media(self, media_ref: str) -> Media:
        if media_ref not in self.media:
            raise PlatformError("no such media", code=404)
        return self.media[media_ref]

    def _may_fail(self, outgoing: Outgoing) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if outgoing.card and not self.takes_cards:
            raise CardRefused("no cards here", code=40058)
