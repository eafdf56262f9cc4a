"""Time comes in here: ticks, and the rows in the database say what is due. One row a periodic job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock
from bot.domain.calendar import SHANGHAI
from bot.doorbell import Doorbell
from bot.house import Bells
from bot.metrics import Metrics
from bot.quotas import may_remind
from config.settings import Settings
from handlers.context import Deps
from handlers.jobs import send_due_nudges
from handlers.turn import OpenTransaction
from storage.database import Database

log = structlog.get_logger()

TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A function that runs in a thread every so often."""

    name: str
    run: Callable[[], None]
    seconds: float


class Scheduler:
    """Ticks only: memory job store, so several instances never send twice; the database judges."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone=SHANGHAI)

    def start(self) -> None:
        """Begin to tick."""
        for job in self._jobs:
            # The defaults drop a run that is a second late; here a late run is as good as one in time.
            self._scheduler.add_job(
                asyncio.to_thread,
                IntervalTrigger(seconds=job.seconds, timezone=SHANGHAI),
                args=[job.run],
                id=job.name,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Run every job now, as after the demo's clock was moved."""
        for job in self._jobs:
            await asyncio.to_thread(job.run)


def open_scheduler(
    settings: Settings, database: Database, clock: Clock, *, deps: Deps, bells: Bells, metrics: Metrics
) -> Scheduler:
    """What happens by itself."""
    send_nudges = nudge_job(
        open_transaction=database.unit_of_work,
        deps=deps,
        clock=clock,
        bell=bells.sender,
        metrics=metrics,
        may_send=partial(
            may_remind, database=database, settings=settings, digest_at=deps.playbook.manners.digest_at
        ),
    )
    return Scheduler([Job(name="nudges", run=send_nudges, seconds=TICK_SECONDS)])


def nudge_job(
    *,
    open_transaction: OpenTransaction,
    deps: Deps,
    clock: Clock,
    bell: Doorbell,
    metrics: Metrics,
    may_send: Callable[[datetime], bool] = lambda _now: True,
) -> Callable[[], None]:
    """The job that sends what is due, while it may; what may not yet gathers, and leaves as one message."""

    def run() -> None:
        if not may_send(clock.now()):
            return
        sent = send_due_nudges(open_transaction=open_transaction, deps=deps, now=clock.now())
        if sent:
            metrics.nudges.inc(sent)
            log.info("nudges due", count=sent)
            bell.ring()

    return run
