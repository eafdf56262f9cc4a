"""The composition root: the one place that knows every concrete class."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.checks import check_all
from bot.clock import Clock, MovableClock, SystemClock
from bot.console_ports import DemoClock, KnownPeople, ShippedSamples, StoredHistory, StoredMedia, WavPreview
from bot.dispatcher import Dispatcher
from bot.doorbell import Doorbell
from bot.domain.calendar import WorkCalendar
from bot.domain.messages import Incoming
from bot.intake import Intake
from bot.listener import Listener
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.platforms.base import Channel, load_channel
from bot.platforms.console.ports import ConsolePorts
from bot.scheduler import Job, Scheduler, nudge_job
from bot.worker import Worker
from config.calendar import load_calendar
from config.playbook import load_playbook
from config.settings import Settings
from handlers.context import CheckResult, Deps
from handlers.turn import build_routers
from nlu.speech import Recogniser, open_recogniser
from nlu.understand import Understander
from prompts.texts import Texts, load_texts
from storage.database import Database
from storage.inbox import Inbox, Lane
from storage.media import MediaFiles
from storage.outbox import OutboxQueue

log = structlog.get_logger()

OFFSET_KEY = "demo.clock_offset_seconds"
TICK_SECONDS = 1.0
YEARS_BACK, YEARS_AHEAD = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything of a running program that outlives a message."""

    settings: Settings
    database: Database
    clock: Clock
    deps: Deps
    media: MediaFiles
    metrics: Metrics
    listener: Listener
    channels: Mapping[str, Channel]
    intake: Intake
    scheduler: Scheduler
    sender: Sender
    workers: tuple[Worker, ...]


def open_calendar(settings: Settings, today: datetime) -> WorkCalendar:
    """The company's working days around today."""
    return load_calendar(today.year - YEARS_BACK, today.year + YEARS_AHEAD, overrides=settings.holidays)


def open_deps(settings: Settings, database: Database, clock: Clock) -> Deps:
    """What every turn needs."""
    texts, calendar = load_texts(), open_calendar(settings, clock.now())
    understander = Understander.load(calendar)

    def check() -> Sequence[CheckResult]:
        return check_all(
            settings=settings, database=database, calendar=calendar, texts=texts, now=clock.now()
        )

    return Deps(
        understand=understander.understand,
        playbook=load_playbook(settings.playbook),
        calendar=calendar,
        texts=texts,
        check=check,
    )


def open_movable_clock(database: Database, *, start: datetime | None = None) -> MovableClock:
    """The demo's clock, where it was left; with `start` it stands there now."""
    real = SystemClock().now()

    def keep(offset: timedelta) -> None:
        with database.unit_of_work("clock", real) as uow:
            uow.settings.put(OFFSET_KEY, str(offset.total_seconds()))

    if start is not None:
        return MovableClock(start - real, keep=keep)
    with database.unit_of_work("clock", real) as uow:
        kept = uow.settings.get(OFFSET_KEY)
    return MovableClock(timedelta(seconds=float(kept or 0)), keep=keep)


def open_speech(settings: Settings) -> Recogniser:
    """The recogniser of the settings; ConfigError where its weights are not here."""
    return open_recogniser(
        engine=settings.speech_engine,
        model=settings.speech_model,
        weights_dir=settings.weights_dir,
        download=False,
        threads=settings.speech_threads or None,
    )


def open_parts(settings: Settings, database: Database, clock: Clock) -> Parts:
    """Put the whole program together; nothing runs yet."""
    deps = open_deps(settings, database, clock)
    media = MediaFiles(settings.media_dir, database)
    metrics = Metrics()
    inbox, outbox = Inbox(database), OutboxQueue(database)
    fast_bell, voice_bell, sender_bell = Doorbell(), Doorbell(), Doorbell()
    listener = Listener(
        partial(open_speech, settings),
        max_seconds=deps.playbook.limits.voice_seconds,
        metrics=metrics,
    )

    def ring_workers() -> None:
        fast_bell.ring()
        voice_bell.ring()

    def put_many(rows: Sequence[Incoming]) -> list[bool | Exception]:
        return inbox.put_many(rows, now=clock.now())

    scheduler = Scheduler(
        [
            Job(
                name="nudges",
                run=nudge_job(
                    open_transaction=database.unit_of_work,
                    deps=deps,
                    clock=clock,
                    bell=sender_bell,
                    metrics=metrics,
                ),
                seconds=TICK_SECONDS,
            )
        ]
    )
    channels = open_channels(settings, database, clock, deps.texts, media, scheduler)
    dispatcher = Dispatcher(
        channels=channels,
        inbox=inbox,
        outbox=outbox,
        media=media,
        listener=listener,
        open_transaction=database.unit_of_work,
        routers=build_routers(),
        deps=deps,
        clock=clock,
        sender_bell=sender_bell,
        metrics=metrics,
        attempts=settings.attempts,
    )

    def worker(lane: Lane, bell: Doorbell, concurrency: int) -> Worker:
        return Worker(
            inbox=inbox,
            dispatch=dispatcher.dispatch,
            clock=clock,
            bell=bell,
            lane=lane,
            name=f"{lane}",
            lease=timedelta(seconds=settings.lease_seconds),
            concurrency=concurrency,
        )

    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        deps=deps,
        media=media,
        metrics=metrics,
        listener=listener,
        channels=channels,
        intake=Intake(put_many, limit=settings.inbox_limit, ring=ring_workers, metrics=metrics),
        scheduler=scheduler,
        sender=Sender(
            queue=outbox,
            channels=channels,
            clock=clock,
            bell=sender_bell,
            manners=deps.playbook.manners,
            calendar=deps.calendar,
            metrics=metrics,
        ),
        workers=(worker(Lane.FAST, fast_bell, settings.workers), worker(Lane.VOICE, voice_bell, 2)),
    )


def open_channels(
    settings: Settings,
    database: Database,
    clock: Clock,
    texts: Texts,
    media: MediaFiles,
    scheduler: Scheduler,
) -> dict[str, Channel]:
    """The chat platforms of the settings, by name."""

    def next_event() -> datetime | None:
        with database.unit_of_work("clock", clock.now()) as uow:
            return uow.nudges.next_at()

    ports: dict[str, Callable[[], object]] = {
        "console": lambda: ConsolePorts(
            history=StoredHistory(database),
            media=StoredMedia(media),
            people=KnownPeople(database.unit_of_work, now=clock.now, texts=texts),
            clock=DemoClock(
                clock if isinstance(clock, MovableClock) else MovableClock(timedelta(0), keep=lambda _: None),
                next_event=next_event,
                tick=scheduler.tick,
            ),
            samples=ShippedSamples(),
            preview=WavPreview(),
        )
    }
    return {name: load_channel(name)(settings, ports[name]()) for name in settings.platform_names}


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[Parts]:
    """The program at work inside the block: receiving, answering, sending, ticking."""
    loops = [asyncio.create_task(worker.run()) for worker in parts.workers]
    loops.append(asyncio.create_task(parts.sender.run()))
    for channel in parts.channels.values():
        await channel.start(parts.intake.accept)
    parts.scheduler.start()
    try:
        yield parts
    finally:
        parts.scheduler.stop()
        for channel in parts.channels.values():
            await channel.stop()
        await parts.intake.drain()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        parts.listener.close()
