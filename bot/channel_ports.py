"""What every platform with an API is given: counters, shared tokens, and what has left before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.messages import Address
from bot.house import House
from bot.metrics import Metrics
from bot.platforms.tokens import Token
from handlers.context import note_key
from storage.outbox import OutboxQueue
from storage.shared_values import SharedValues


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedEvents:
    """The channel's counters among the program's."""

    metrics: Metrics
    platform: str

    def callback_refused(self, reason: str) -> None:
        """Not genuine, or too large."""
        self.metrics.callbacks_refused.labels(self.platform, reason).inc()

    def callback_ignored(self, kind: str) -> None:
        """Genuine, but nobody waits for an answer; the kind is the platform's word and may be anything."""
        self.metrics.callbacks_ignored.labels(self.platform).inc()

    def token_refreshed(self) -> None:
        """A new access token."""
        self.metrics.tokens_fetched.labels(self.platform).inc()

    def send_held_back(self) -> None:
        """A member's limit is reached."""
        self.metrics.sends_held_back.labels(self.platform).inc()

    def stream_opened(self) -> None:
        """A connection over which the platform pushes."""
        self.metrics.streams_opened.labels(self.platform).inc()

    def frame_received(self) -> None:
        """The platform has said something."""
        self.metrics.note_frame(self.platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTokens:
    """Access tokens where all processes of one deployment find them."""

    values: SharedValues
    clock: Clock

    async def read(self, name: str) -> Token | None:
        """The stored token, good or not; what cannot be read is none."""
        stored = await self.values.read(name)
        if stored is None:
            return None
        fields = json.loads(stored)
        return Token(value=fields["value"], good_until=datetime.fromisoformat(fields["good_until"]))

    async def write(self, name: str, token: Token | None) -> None:
        """Store or forget a token."""
        if token is None:
            await self.values.forget(name)
            return
        stored = json.dumps({"value": token.value, "good_until": token.good_until.isoformat()})
        await self.values.write(name, stored, lifetime=token.good_until - self.clock.now())

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Only one process asks the platform."""
        return self.values.lock(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessages:
    """What the outbox has sent on this platform."""

    queue: OutboxQueue
    platform: str

    def sent_since(self, moment: datetime) -> Sequence[tuple[str, datetime]]:
        """To which user ids, and when, oldest first."""
        return self.queue.sent_since(self.platform, moment)

    def key_of(self, address: Address, name: str) -> str | None:
        """The key of the message that this person got under that name of the platform's."""
        return self.queue.key_of(address, name)

    def key_of_answer(self, address: Address, message_id: str) -> str | None:
        """The key of the card that a note of this person became."""
        key = note_key(message_id)
        return key if self.queue.has_sent(address, key) else None


def open_tokens(house: House) -> SharedTokens | None:
    """Tokens for all processes; None where each keeps its own."""
    url = house.settings.redis_url
    return SharedTokens(values=SharedValues(url), clock=house.clock) if url else None
