"""The DingTalk channel's ports, kept in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.messages import Address
from bot.platforms.dingtalk.ports import DingTalkPorts, SentLog
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.tokens import TokenStore
from tests.fakes.console_ports import MemoryMedia
from tests.fakes.wecom_ports import StillClock, Tally


class MemoryQuotas:
    """Counts that a test can read, and levels that it can set."""

    def __init__(self) -> None:
        self.spent: Counter[Bucket] = Counter()
        self.used_up: list[Bucket] = []
        self.levels: dict[Bucket, Level] = {}

    def spend(self, bucket: Bucket) -> None:
        self.spent[bucket] += 1

    def note_used_up(self, bucket: Bucket) -> None:
        self.used_up.append(bucket)

    def level(self, bucket: Bucket) -> Level:
        return self.levels.get(bucket, Level.PLENTY)


@dataclass(slots=True)
class MemorySent:
    """What left before, and under which keys."""

    times: list[tuple[str, datetime]] = field(default_factory=list)
    keys: dict[tuple[Address, str], str] = field(default_factory=dict)
    answers: dict[tuple[Address, str], str] = field(default_factory=dict)

    def sent_since(self, moment: datetime) -> Sequence[tuple[str, datetime]]:
        return [each for each in self.times if each[1] > moment]

    def key_of(self, address: Address, name: str) -> str | None:
        return self.keys.get((address, name))

    def key_of_answer(self, address: Address, message_id: str) -> str | None:
        return self.answers.get((address, message_id))


@dataclass(slots=True)
class StreamTally:
    """A meter that a test can read."""

    tally: Tally = field(default_factory=Tally)
    opened: int = 0
    frames: int = 0

    def callback_refused(self, reason: str) -> None:
        self.tally.callback_refused(reason)

    def callback_ignored(self, kind: str) -> None:
        self.tally.callback_ignored(kind)

    def token_refreshed(self) -> None:
        self.tally.token_refreshed()

    def send_held_back(self) -> None:
        self.tally.send_held_back()

    def stream_opened(self) -> None:
        self.opened += 1

    def frame_received(self) -> None:
        self.frames += 1


@dataclass(slots=True, kw_only=True)
class FakeDingTalkPorts:
    """All ports at once, within reach of a test."""

    clock: StillClock = field(default_factory=StillClock)
    media: MemoryMedia = field(default_factory=MemoryMedia)
    meter: StreamTally = field(default_factory=StreamTally)
    quotas: MemoryQuotas = field(default_factory=MemoryQuotas)
    tokens: TokenStore | None = None
    sent: SentLog | None = None
    outsider_words: str = "这里只为本公司的同事服务"

    def as_dingtalk(self) -> DingTalkPorts:
        return DingTalkPorts(
            clock=self.clock,
            media=self.media,
            meter=self.meter,
            quotas=self.quotas,
            tokens=self.tokens,
            sent=self.sent,
            outsider_words=self.outsider_words,
        )
