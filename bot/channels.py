"""Opens the chat platforms of the settings, each with the ports that its folder asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.clock import Clock
from bot.console_ports import DemoClock, KnownPeople, ShippedSamples, StoredHistory, StoredMedia, WavPreview
from bot.platforms.base import Channel, load_channel
from bot.platforms.console.ports import ConsolePorts
from bot.scheduler import Scheduler
from config.settings import Settings
from prompts.texts import Texts
from storage.database import Database
from storage.media import MediaFiles
from storage.outbox import OutboxQueue


async def tick_and_send(scheduler: Scheduler, database: Database, clock: Clock) -> None:
    """Run every job now, and wait until what they pushed has left: the demo's clock must not overtake it."""
    await scheduler.tick()
    queue = OutboxQueue(database)

    def waits() -> bool:
        ready_at = queue.next_at()
        return ready_at is not None and ready_at <= clock.now()

    while await asyncio.to_thread(waits):  # noqa: ASYNC110 - the rows are the truth, no event is
        await asyncio.sleep(0.01)


def open_channels(
    settings: Settings,
    database: Database,
    clock: Clock,
    texts: Texts,
    media: MediaFiles,
    *,
    tick: Callable[[], Awaitable[None]],
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
            clock=DemoClock(clock, next_event=next_event, tick=tick),
            samples=ShippedSamples(),
            preview=WavPreview(),
        )
    }
    return {name: load_channel(name)(settings, ports[name]()) for name in settings.platform_names}
