"""Opens the chat platforms of the settings, each with what it needs of the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bot.clock import Clock
from bot.console_ports import DemoClock, KnownPeople, ShippedSamples, StoredHistory, StoredMedia, WavPreview
from bot.dingtalk_ports import open_dingtalk_ports, open_quotas
from bot.domain.errors import ConfigError
from bot.house import House
from bot.newcomers import LookUp
from bot.platforms.base import Accept, Channel, load_channel
from bot.platforms.console.ports import ConsolePorts
from bot.platforms.dingtalk import DingTalkChannel
from bot.platforms.dingtalk import people as dingtalk_people
from bot.platforms.wecom import WeComChannel
from bot.platforms.wecom import people as wecom_people
from bot.platforms.wecom.links import UploadLinks
from bot.scheduler import Scheduler
from bot.wecom_ports import open_wecom_ports
from bot.withdrawals import Withdrawals
from config.settings import Settings
from storage.database import Database
from storage.outbox import OutboxQueue


def open_channels(
    house: House, *, scheduler: Scheduler, accept: Accept, links: UploadLinks | None
) -> dict[str, Channel]:
    """The channels by name. Raises ConfigError, naming what a platform lacks."""
    ports: dict[str, Callable[[], object]] = {
        "console": lambda: open_console_ports(house, scheduler=scheduler),
        "wecom": lambda: open_wecom_ports(house, accept=accept, links=links),
        "dingtalk": lambda: open_dingtalk_ports(house),
    }
    settings = house.settings
    for name in settings.platform_names:
        if missing := settings.missing_for(name):
            raise ConfigError(f"platform {name} needs {', '.join(missing)}; see docs/{name}.md")
    return {name: load_channel(name)(settings, ports[name]()) for name in settings.platform_names}


def open_console_ports(house: House, *, scheduler: Scheduler) -> ConsolePorts:
    """What the console is given."""
    database, clock = house.database, house.clock

    def next_event() -> datetime | None:
        with database.unit_of_work("clock", clock.now()) as uow:
            return uow.nudges.next_at()

    tick = partial(tick_and_send, scheduler, database, clock)
    return ConsolePorts(
        history=StoredHistory(database),
        media=StoredMedia(house.media),
        people=KnownPeople(database.unit_of_work, now=clock.now, texts=house.deps.texts),
        clock=DemoClock(clock, next_event=next_event, tick=tick),
        samples=ShippedSamples(),
        preview=WavPreview(),
    )


async def tick_and_send(scheduler: Scheduler, database: Database, clock: Clock) -> None:
    """Run every job now, and wait until what they pushed has left: the demo's clock must not overtake it."""
    await scheduler.tick()
    queue = OutboxQueue(database)

    def waits() -> bool:
        ready_at = queue.next_at()
        return ready_at is not None and ready_at <= clock.now()

    while await asyncio.to_thread(waits):  # noqa: ASYNC110 - the rows are the truth, no event is
        await asyncio.sleep(0.01)


def open_directories(settings: Settings, channels: Mapping[str, Channel]) -> dict[str, LookUp]:
    """A look-up for each platform that knows its people."""
    found: dict[str, LookUp] = {}
    for name, channel in channels.items():
        if isinstance(channel, WeComChannel):
            wecom = wecom_people.Directory(channel.client, fallback=settings.wecom_fallback_supervisor)
            found[name] = wecom.look_up
        elif isinstance(channel, DingTalkChannel):
            fallback = settings.dingtalk_fallback_supervisor
            found[name] = dingtalk_people.Directory(channel.client, fallback=fallback).look_up
    return found


def open_withdrawals(house: House, channels: Mapping[str, Channel]) -> Withdrawals | None:
    """The loop that takes answered nudges back, where a platform can do no more than that."""
    channel = channels.get("dingtalk")
    if not isinstance(channel, DingTalkChannel):
        return None
    return Withdrawals(
        channel=channel,
        database=house.database,
        playbook=house.deps.playbook,
        quotas=open_quotas(house),
        texts=house.deps.texts,
        clock=house.clock,
    )
