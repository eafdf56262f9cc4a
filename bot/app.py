"""The composition root: the one place that knows every concrete class."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog

from bot.channels import open_channels, open_directories, open_withdrawals
from bot.checks import check_all, measure_all
from bot.clock import Clock, MovableClock, SystemClock
from bot.dingtalk_check import Lookout
from bot.dispatcher import Dispatcher
from bot.domain.calendar import WorkCalendar
from bot.domain.messages import Incoming
from bot.doorbell import Doorbell
from bot.house import Bells, House
from bot.intake import Intake
from bot.listener import Listener, open_speech
from bot.metrics import Metrics
from bot.newcomers import Newcomers
from bot.outbox import Sender
from bot.platforms.base import Accept, Channel
from bot.platforms.wecom.links import UploadLinks
from bot.scheduler import Scheduler, open_scheduler
from bot.wecom_ports import offer_upload, open_links
from bot.withdrawals import Withdrawals
from bot.worker import Worker
from config.calendar import load_calendar
from config.playbook import load_playbook
from config.settings import Settings
from handlers.context import CheckResult, Deps, Figure
from handlers.ports import UnitOfWork
from handlers.turn import build_routers
from nlu.homophones import may_name
from nlu.understand import Understander
from prompts.texts import load_texts
from storage.database import Database
from storage.inbox import Inbox, Lane
from storage.media import MediaFiles
from storage.outbox import OutboxQueue

log = structlog.get_logger()

OFFSET_KEY = "demo.clock_offset_seconds"
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
    withdrawals: Withdrawals | None
    lookout: Lookout

    async def settled(self) -> None:
        """Return once no message waits to be answered or sent; for stories and tests."""
        while await asyncio.to_thread(self._busy):  # noqa: ASYNC110 - the rows are the truth, no event is
            await asyncio.sleep(0.01)

    def _busy(self) -> bool:
        now, inbox, outbox = self.clock.now(), self.workers[0].inbox, self.sender.queue
        # A row goes from ready to claimed, and an answered one leaves rows to send: looking the other way
        # round could miss one on its way.
        return (
            _is_past(inbox.next_at(), now)
            or inbox.counts().by_status["claimed"] > 0
            or _is_past(outbox.next_at(), now)
            or outbox.counts()["claimed"] > 0
        )


def _is_past(moment: datetime | None, now: datetime) -> bool:
    # What is held back for later, as in quiet hours, is not waited for.
    return moment is not None and moment <= now


def open_calendar(settings: Settings, today: datetime) -> WorkCalendar:
    """The company's working days around today."""
    return load_calendar(today.year - YEARS_BACK, today.year + YEARS_AHEAD, overrides=settings.holidays)


def open_deps(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    understander: Understander | None = None,
    links: UploadLinks | None = None,
    lookout: Lookout | None = None,
) -> Deps:
    """What every turn needs; loading an understander takes most of a second, so that a loaded one may be
    given. `lookout` knows what the platform last said of the settings.
    """
    texts, calendar = load_texts(), open_calendar(settings, clock.now())
    understander = understander or Understander.load(calendar)

    def check(uow: UnitOfWork) -> Sequence[CheckResult]:
        tried = check_all(
            uow, settings=settings, database=database, calendar=calendar, texts=texts, now=clock.now()
        )
        return [*tried, *(lookout.found if lookout else ())]

    def measure() -> Sequence[Figure]:
        return measure_all(settings=settings, database=database, texts=texts, now=clock.now())

    return Deps(
        understand=understander.understand,
        may_name=may_name,
        playbook=load_playbook(settings.playbook),
        calendar=calendar,
        texts=texts,
        check=check,
        measure=measure,
        offer_upload=offer_upload(links) if links else None,
        admin_in_groups=settings.admin_in_groups,
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


def open_parts(
    settings: Settings, database: Database, clock: Clock, *, understander: Understander | None = None
) -> Parts:
    """Put the whole program together; nothing runs yet."""
    links = open_links(settings, database, clock.now())
    lookout = Lookout(settings=settings, database=database, clock=clock, texts=load_texts())
    deps = open_deps(settings, database, clock, understander=understander, links=links, lookout=lookout)
    metrics = Metrics()
    bells = Bells(fast=Doorbell(), voice=Doorbell(), sender=Doorbell())
    media = MediaFiles(settings.media_dir, database)
    listener = Listener(partial(open_speech, settings), limits=deps.playbook.limits, metrics=metrics)
    scheduler = open_scheduler(settings, database, clock, deps=deps, bells=bells, metrics=metrics)
    intake = open_intake(settings, Inbox(database), clock, bells, metrics)
    house = House(
        settings=settings,
        database=database,
        clock=clock,
        deps=deps,
        media=media,
        metrics=metrics,
        bells=bells,
    )
    channels = open_channels(house, scheduler=scheduler, accept=intake.accept, links=links)
    dispatcher = open_dispatcher(house, listener=listener, channels=channels, accept=intake.accept)
    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        deps=deps,
        media=media,
        metrics=metrics,
        listener=listener,
        channels=channels,
        intake=intake,
        scheduler=scheduler,
        sender=open_sender(dispatcher, bells, metrics),
        workers=open_workers(settings, dispatcher, bells),
        withdrawals=open_withdrawals(house, channels),
        lookout=lookout,
    )


def open_dispatcher(
    house: House, *, listener: Listener, channels: Mapping[str, Channel], accept: Accept
) -> Dispatcher:
    """The way of one message from claimed to answered."""
    return Dispatcher(
        channels=channels,
        inbox=Inbox(house.database),
        outbox=OutboxQueue(house.database),
        media=house.media,
        listener=listener,
        open_transaction=house.database.unit_of_work,
        routers=build_routers(),
        deps=house.deps,
        clock=house.clock,
        sender_bell=house.bells.sender,
        metrics=house.metrics,
        attempts=house.settings.attempts,
        newcomers=Newcomers(
            directories=open_directories(house.settings, channels),
            open_transaction=house.database.unit_of_work,
            clock=house.clock,
            texts=house.deps.texts,
            accept=accept,
        ),
    )


def open_intake(settings: Settings, inbox: Inbox, clock: Clock, bells: Bells, metrics: Metrics) -> Intake:
    """The way in."""

    def put_many(rows: Sequence[Incoming]) -> list[bool | Exception]:
        return inbox.put_many(rows, now=clock.now())

    return Intake(put_many, limit=settings.inbox_limit, ring=bells.ring_workers, metrics=metrics)


def open_sender(dispatcher: Dispatcher, bells: Bells, metrics: Metrics) -> Sender:
    """The way out."""
    return Sender(
        queue=dispatcher.outbox,
        channels=dispatcher.channels,
        clock=dispatcher.clock,
        bell=bells.sender,
        manners=dispatcher.deps.playbook.manners,
        calendar=dispatcher.deps.calendar,
        metrics=metrics,
        miss=dispatcher.newcomers.miss,
    )


def open_workers(settings: Settings, dispatcher: Dispatcher, bells: Bells) -> tuple[Worker, ...]:
    """One worker a lane. The names differ with each start: a lease of the process before is not ours."""
    run = uuid4().hex[:8]
    lanes = (
        (Lane.FAST, bells.fast, settings.workers),
        # Two: while one note is recognised, the next is fetched.
        (Lane.VOICE, bells.voice, 2),
    )
    return tuple(
        Worker(
            inbox=dispatcher.inbox,
            dispatch=dispatcher.dispatch,
            clock=dispatcher.clock,
            bell=bell,
            lane=lane,
            name=f"{lane}-{run}",
            lease=timedelta(seconds=settings.lease_seconds),
            concurrency=concurrency,
        )
        for lane, bell, concurrency in lanes
    )


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[Parts]:
    """The program at work inside the block: receiving, answering, sending, ticking."""
    if parts.database.is_sqlite:
        # One process owns the file, so whatever is reserved was reserved by one that died.
        now = parts.clock.now()
        parts.workers[0].inbox.release_all(now=now)
        parts.sender.queue.release_all(now=now)
    loops = [asyncio.create_task(worker.run()) for worker in parts.workers]
    loops += [asyncio.create_task(parts.sender.run()), asyncio.create_task(parts.lookout.run())]
    if parts.withdrawals:
        loops.append(asyncio.create_task(parts.withdrawals.run()))
    for channel in parts.channels.values():
        await channel.start(parts.intake.accept)
    parts.scheduler.start()
    try:
        yield parts
    finally:
        parts.scheduler.stop()
        # Before the channels: a send after their stop would open a connection that nobody closes.
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        for channel in parts.channels.values():
            await channel.stop()
        await parts.intake.drain()
        parts.listener.close()
