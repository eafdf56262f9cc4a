"""From claimed to answered: retries with patience, parked at last, and everybody told in their own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.dispatcher import Dispatcher
from bot.domain.errors import NoSpeech
from bot.domain.messages import Address, Attachment, Incoming, Kind, Outgoing, Voice
from bot.domain.understanding import Lexicon, Understanding
from bot.doorbell import Doorbell
from bot.listener import Listener
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.newcomers import Newcomers
from bot.platforms.base import Media
from handlers.context import Deps
from nlu.speech import Transcript
from storage.database import Database
from storage.inbox import Inbox
from storage.media import MediaFiles
from storage.outbox import OutboxQueue
from tests.fakes.channel import MemoryChannel
from tests.fakes.hand_clock import HandClock
from tests.handlers.office import NOTE, ROUTERS, words

LEASE = timedelta(seconds=30)


async def nobody_else(incoming: Incoming) -> None:
    """Nothing comes in by itself here."""


@dataclass(kw_only=True)
class Ear:
    """A recogniser that hears what it is told, in turn; an error is raised."""

    hears: list[str | Exception] = field(default_factory=list)
    primed: list[Sequence[str]] = field(default_factory=list)

    def load(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to close."""

    def transcribe(
        self,
        audio: bytes,
        *,
        names: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
        max_seconds: float = 600,
    ) -> Transcript:
        self.primed.append(names)
        heard = self.hears.pop(0)
        if isinstance(heard, Exception):
            raise heard
        if progress:
            for share in (0.3, 0.6, 0.9):
                progress(share)
        return Transcript(
            text=heard, seconds=3.0, speech_seconds=2.5, engine="ear", model="none", flags=(), segments=()
        )


@dataclass(kw_only=True)
class Bench:
    """A dispatcher on a real database, with a channel and an ear that can fail."""

    database: Database
    deps: Deps
    folder: Path
    ear: Ear = field(default_factory=Ear)
    channel: MemoryChannel = field(default_factory=MemoryChannel)
    clock: HandClock = field(default_factory=HandClock)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.inbox, self.outbox = Inbox(self.database), OutboxQueue(self.database)
        self.media = MediaFiles(self.folder, self.database)

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            channels={"console": self.channel},
            inbox=self.inbox,
            outbox=self.outbox,
            media=self.media,
            listener=Listener(
                lambda: self.ear,  # type: ignore[arg-type, return-value]
                limits=self.deps.playbook.limits,
                metrics=self.metrics,
            ),
            open_transaction=self.database.unit_of_work,
            routers=ROUTERS,
            deps=self.deps,
            clock=self.clock,
            sender_bell=Doorbell(),
            metrics=self.metrics,
            attempts=3,
            newcomers=Newcomers(
                directories={},
                open_transaction=self.database.unit_of_work,
                clock=self.clock,
                texts=self.deps.texts,
                accept=nobody_else,
            ),
        )

    async def take(self, incoming: Incoming) -> list[Outgoing]:
        """Put the message in and work on it once; what is to be sent."""
        self.inbox.put_many([incoming], now=self.clock.now())
        return await self.go_on()

    async def go_on(self) -> list[Outgoing]:
        """Work once on what is ready."""
        claimed = self.inbox.claim(now=self.clock.now(), lease=LEASE, worker="w")
        assert claimed is not None
        await self.dispatcher().dispatch(claimed)
        return self.to_send()

    def to_send(self) -> list[Outgoing]:
        left = []
        while claimed := self.outbox.claim(now=self.clock.now(), lease=LEASE, limit=50):
            for each in claimed:
                self.outbox.sent(each.id, message_ref=f"r{each.id}", now=self.clock.now())
                left.append((each.id, each.outgoing))
        return [outgoing for _, outgoing in sorted(left, key=lambda pair: pair[0])]

    def statuses(self) -> dict[str, int]:
        return {name: count for name, count in self.inbox.counts().by_status.items() if count}

    def count(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"genjin_{name}_total")


@pytest.fixture
def bench(company: Database, deps: Deps, tmp_path: Path) -> Bench:
    return Bench(database=company, deps=deps, folder=tmp_path)


def message(kind: Kind = Kind.TEXT, *, who: str = "liming", key: str = "m1", text: str = NOTE) -> Incoming:
    now = HandClock().now()
    base = Incoming(id=key, sender=Address(platform="console", user_id=who), kind=kind, sent_at=now)
    if kind is Kind.VOICE:
        return replace(base, voice=Voice(media_ref="there", format="amr", seconds=3.0))
    if kind in (Kind.IMAGE, Kind.FILE):
        file = Attachment(media_ref="there", name="确认单.pdf", media_type="application/pdf")
        return replace(base, attachment=file)
    return replace(base, text=text)


SOUND = Media(data=b"sound", media_type="audio/amr", name="a.amr")


async def test_a_typed_note_is_answered(bench: Bench) -> None:
    (card,) = await bench.take(message())
    assert "杭州康联" in words([card])
    assert bench.statuses() == {"done": 1}


async def test_a_voice_note_is_acknowledged_kept_heard_and_answered_in_one_place(bench: Bench) -> None:
    bench.channel.media["there"] = SOUND
    bench.ear.hears = [NOTE]
    shown = await bench.take(message(Kind.VOICE))
    assert shown[0].text == "收到，正在听…"
    assert {outgoing.key for outgoing in shown} == {"note:m1"}
    assert "发送报价（三份）" in words(shown[-1:])
    with bench.database.unit_of_work("look", bench.clock.now()) as uow:
        record = uow.visits.get(1001)
    assert record is not None
    (ref,) = record.media_refs
    assert bench.media.get(ref)[0] == b"sound"
    assert "杭州康联" in bench.ear.primed[0]


async def test_a_long_note_says_once_how_far_it_is(bench: Bench) -> None:
    bench.channel.media["there"] = SOUND
    bench.ear.hears = [NOTE]
    shown = await bench.take(message(Kind.VOICE))
    half = bench.deps.texts.say("voice.half_way")
    assert [outgoing.text for outgoing in shown].count(half) == 1


async def test_a_platforms_own_transcript_needs_no_ear(bench: Bench) -> None:
    bench.channel.media["there"] = SOUND
    note = message(Kind.VOICE)
    assert note.voice is not None
    shown = await bench.take(replace(note, voice=replace(note.voice, transcript=NOTE)))
    assert "发送报价（三份）" in words(shown)
    assert bench.ear.primed == []


async def test_a_note_without_words_is_answered_and_its_sound_kept(bench: Bench) -> None:
    bench.channel.media["there"] = SOUND
    bench.ear.hears = [NoSpeech("silence")]
    shown = await bench.take(message(Kind.VOICE))
    assert "再说一次" in words(shown[-1:])
    assert bench.statuses() == {"done": 1}
    assert len(list(bench.folder.rglob("*"))) > 1


async def test_a_file_is_kept_with_its_true_size(bench: Bench) -> None:
    bench.channel.media["there"] = Media(data=b"x" * 4096, media_type="application/pdf", name="确认单.pdf")
    assert "（4 KB）" in words(await bench.take(message(Kind.FILE)))


async def test_a_failure_is_tried_again_after_two_then_four_seconds(bench: Bench) -> None:
    assert words(await bench.take(message(Kind.VOICE))) == "收到，正在听…"  # the channel has no such sound
    assert bench.statuses() == {"new": 1}
    assert bench.inbox.next_at() == bench.clock.now() + timedelta(seconds=2)
    bench.clock.move(seconds=2)
    assert await bench.go_on() == []  # nothing is said twice
    assert bench.inbox.next_at() == bench.clock.now() + timedelta(seconds=4)
    bench.channel.media["there"] = SOUND
    bench.ear.hears = [NOTE]
    bench.clock.move(seconds=4)
    assert "发送报价（三份）" in words(await bench.go_on())
    assert bench.statuses() == {"done": 1}
    assert bench.count("turn_failures") == 2


async def fail_for_good(bench: Bench, incoming: Incoming) -> list[Outgoing]:
    """Three attempts that fail; what is sent after the last one."""
    shown = await bench.take(incoming)
    for _ in range(2):
        bench.clock.move(seconds=10)
        shown = await bench.go_on()
    return shown


@pytest.mark.parametrize(
    ("kind", "key"), [(Kind.VOICE, "voice.failed"), (Kind.IMAGE, "error.parked"), (Kind.FILE, "error.parked")]
)
async def test_after_three_failures_it_is_parked_and_both_are_told(
    bench: Bench, kind: Kind, key: str
) -> None:
    told = {outgoing.to.user_id: outgoing for outgoing in await fail_for_good(bench, message(kind))}
    assert set(told) == {"liming", "zhaogong"}
    assert told["liming"].text == bench.deps.texts.say(key)
    assert told["liming"].key == "note:m1"  # it takes the place of 收到
    assert "编号 1" in str(told["zhaogong"].text)
    assert "PlatformError" in str(told["zhaogong"].text)
    assert bench.statuses() == {"dead": 1}
    assert bench.count("messages_parked") == 1


async def test_a_parked_message_does_not_hold_up_the_next_one(bench: Bench) -> None:
    await fail_for_good(bench, message(Kind.VOICE))
    assert "杭州康联" in words(await bench.take(message(key="m2")))


async def test_what_an_attempt_heard_is_not_heard_again(bench: Bench) -> None:
    def crash(_text: str, *, now: datetime, lexicon: Lexicon) -> Understanding:
        raise RuntimeError("no memory")

    good = bench.deps
    bench.channel.media["there"] = SOUND
    bench.ear.hears = [NOTE]
    bench.deps = replace(good, understand=crash)
    await bench.take(message(Kind.VOICE))
    bench.deps = good
    bench.clock.move(seconds=2)
    assert "发送报价（三份）" in words(await bench.go_on())
    assert len(bench.ear.primed) == 1


async def test_a_message_that_took_effect_before_is_silent(bench: Bench) -> None:
    bench.inbox.put_many([message()], now=bench.clock.now())
    claimed = bench.inbox.claim(now=bench.clock.now(), lease=LEASE, worker="w")
    assert claimed is not None
    await asyncio.gather(*(bench.dispatcher().dispatch(claimed) for _ in range(2)))
    assert len(bench.to_send()) == 1
    assert bench.statuses() == {"done": 1}


async def test_a_failing_turn_logs_no_words_and_no_names(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(text: str, *, now: datetime, lexicon: Lexicon) -> Understanding:
        raise ValueError(f"cannot read {text} of {lexicon.customers}")

    bench.deps = replace(bench.deps, understand=crash)
    set_up_logs(level="DEBUG", as_json=True)  # onto what is captured here
    await bench.take(message())
    logged = capsys.readouterr().err
    assert "turn failed" in logged
    assert "ValueError" in logged
    for secret in ("刚拜访完", "张总", "康联", "李明", "liming", "财务"):
        assert secret not in logged
