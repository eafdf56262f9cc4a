"""The console's ports, kept in memory."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address, Incoming, Outgoing
from bot.domain.people import Role
from bot.platforms.base import Media, QueueFull
from bot.platforms.console.ports import ConsolePorts, Person, Sample, Shown

START = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
PEOPLE = (
    Person(user_id="liming", name="李明", role=Role.REP, team="华东"),
    Person(user_id="zhouqian", name="周倩", role=Role.REP, team="华东"),
    Person(user_id="wangjie", name="王姐", role=Role.SUPERVISOR, team="华东"),
    Person(user_id="zhaogong", name="赵工", role=Role.ADMIN),
)
SAMPLES = (
    Sample(id="01", text="刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。", seconds=1.2),
    Sample(id="02", text="不对，是这周五，还有决策人是采购部王主任。", seconds=0.8),
)


def make_wav(seconds: float, *, hertz: int = 440, rate: int = 8000) -> bytes:
    """A quiet tone as a WAV file."""
    samples = (round(4000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def make_amr(seconds: float) -> bytes:
    """An AMR file of silent 12.2 kbit/s frames of 20 ms."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * round(seconds * 50)


class MemoryHistory:
    """What was said, in order, each message in its latest state."""

    def __init__(self) -> None:
        self._shown: dict[tuple[Address, str], Shown] = {}

    def add(self, person: Address, shown: Shown) -> None:
        before = self._shown.get((person, shown.ref))
        self._shown[person, shown.ref] = replace(shown, at=before.at) if before else shown

    def transcribe(self, person: Address, ref: str, transcript: str) -> None:
        self._shown[person, ref] = replace(self._shown[person, ref], transcript=transcript)

    def conversation(self, address: Address, *, limit: int) -> Sequence[Shown]:
        return [shown for (person, _), shown in self._shown.items() if person == address][-limit:]


class MemoryMedia:
    """Files by the hash of their bytes."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}

    def put(self, data: bytes, *, name: str, media_type: str) -> str:
        ref = hashlib.sha256(data).hexdigest()
        self._media[ref] = Media(data=data, media_type=media_type, name=name)
        return ref

    def get(self, media_ref: str) -> Media:
        return self._media[media_ref]


class FixedPeople:
    """The demo company's people."""

    def members(self) -> Sequence[Person]:
        return PEOPLE


class MovableClock:
    """A clock that stands still until it is moved; planned moments are passed on the way."""

    movable = True

    def __init__(self) -> None:
        self._now = START
        self.planned: list[datetime] = []

    def now(self) -> datetime:
        return self._now

    async def move(self, by: timedelta) -> None:
        self._now += by
        self.planned = [moment for moment in self.planned if moment > self._now]

    async def next_event(self) -> datetime | None:
        return min(self.planned, default=None)


class ToneSamples:
    """Sample notes whose sound is a tone."""

    def samples(self) -> Sequence[Sample]:
        return SAMPLES

    def audio(self, sample_id: str) -> bytes:
        seconds = {sample.id: sample.seconds for sample in SAMPLES}[sample_id]
        return make_amr(seconds)


class TonePreview:
    """Any sound as a tone of half a second."""

    def wav(self, data: bytes) -> bytes:
        return make_wav(0.5)


class Inbox:
    """The durable queue of a test: keeps each id once, and can be full."""

    def __init__(self) -> None:
        self.messages: dict[str, Incoming] = {}
        self.deliveries = 0
        self.full = False

    async def accept(self, incoming: Incoming) -> None:
        if self.full:
            raise QueueFull
        self.deliveries += 1
        self.messages.setdefault(incoming.id, incoming)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePorts:
    """All ports at once, within reach of a test."""

    history: MemoryHistory = field(default_factory=MemoryHistory)
    media: MemoryMedia = field(default_factory=MemoryMedia)
    people: FixedPeople = field(default_factory=FixedPeople)
    clock: MovableClock = field(default_factory=MovableClock)
    samples: ToneSamples = field(default_factory=ToneSamples)
    preview: TonePreview = field(default_factory=TonePreview)

    def as_console(self) -> ConsolePorts:
        return ConsolePorts(
            history=self.history,
            media=self.media,
            people=self.people,
            clock=self.clock,
            samples=self.samples,
            preview=self.preview,
        )


def text_to(user_id: str, text: str, *, key: str | None = None) -> Outgoing:
    """A text for one person on the console."""
    return Outgoing(to=Address(platform="console", user_id=user_id), text=text, key=key)
