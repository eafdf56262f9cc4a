"""The WeCom channel's ports, kept in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from bot.domain.messages import Address
from bot.platforms.tokens import TokenStore
from bot.platforms.wecom.ports import SentLog, WeComPorts
from tests.fakes.console_ports import START, MemoryMedia


@dataclass(slots=True, kw_only=True)
class StillClock:
    """A clock that stands still until it is moved."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Go forward by a timedelta's arguments."""
        self.moment += timedelta(**by)


class MemoryCodes:
    """The newest code of each card, handed out once."""

    def __init__(self) -> None:
        self.codes: dict[tuple[Address, str], tuple[str, datetime]] = {}

    def remember(self, address: Address, card_key: str, code: str, *, now: datetime) -> None:
        self.codes[address, card_key] = (code, now)

    def take(self, address: Address, card_key: str, *, now: datetime) -> str | None:
        code, issued_at = self.codes.pop((address, card_key), ("", now))
        return code if code and now - issued_at < timedelta(hours=72) else None


@dataclass(slots=True)
class Tally:
    """A meter that a test can read."""

    refused: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    refreshed: int = 0
    held_back: int = 0

    def callback_refused(self, reason: str) -> None:
        self.refused[reason] += 1

    def callback_ignored(self, kind: str) -> None:
        self.ignored[kind] += 1

    def token_refreshed(self) -> None:
        self.refreshed += 1

    def send_held_back(self) -> None:
        self.held_back += 1


@dataclass(slots=True, kw_only=True)
class FakeWeComPorts:
    """All ports at once, within reach of a test."""

    clock: StillClock = field(default_factory=StillClock)
    codes: MemoryCodes = field(default_factory=MemoryCodes)
    media: MemoryMedia = field(default_factory=MemoryMedia)
    meter: Tally = field(default_factory=Tally)
    tokens: TokenStore | None = None
    sent: SentLog | None = None
    routes: tuple[web.AbstractRouteDef, ...] = ()

    def as_wecom(self) -> WeComPorts:
        return WeComPorts(
            clock=self.clock,
            codes=self.codes,
            media=self.media,
            meter=self.meter,
            tokens=self.tokens,
            sent=self.sent,
            routes=self.routes,
        )
