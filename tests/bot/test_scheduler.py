"""The scheduler ticks; what is due is said by the rows."""

from __future__ import annotations

import asyncio

from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.scheduler import Job, Scheduler, nudge_job
from handlers.context import Deps
from storage.database import Database
from tests.fakes.hand_clock import HandClock
from tests.handlers.office import NOTE, Office


async def test_a_tick_by_hand_runs_every_job() -> None:
    ran: list[str] = []
    jobs = [Job(name=name, run=lambda name=name: ran.append(name), seconds=3600) for name in "ab"]  # type: ignore[misc]
    await Scheduler(jobs).tick()
    assert ran == ["a", "b"]


async def test_it_ticks_by_itself_until_stopped() -> None:
    rung, loop = asyncio.Event(), asyncio.get_running_loop()
    scheduler = Scheduler(
        [Job(name="ring", run=lambda: loop.call_soon_threadsafe(rung.set) and None, seconds=0.01)]
    )
    scheduler.start()
    async with asyncio.timeout(30):
        await rung.wait()
    scheduler.stop()
    scheduler.stop()  # a second time does nothing


def test_the_nudge_job_sends_what_is_due_and_rings(company: Database, deps: Deps) -> None:
    office = Office(database=company, deps=deps)
    office.tap("liming", office.say("liming", NOTE), "确认")
    clock, metrics, rings = HandClock(), Metrics(), []

    class Bell(Doorbell):
        def ring(self) -> None:
            rings.append(1)

    run = nudge_job(
        open_transaction=company.unit_of_work, deps=deps, clock=clock, bell=Bell(), metrics=metrics
    )
    run()
    assert rings == []
    clock.move(days=1)
    run()
    assert rings == [1]
    assert metrics.registry.get_sample_value("genjin_nudges_total") == 1
    office.now = clock.now()
    assert len(office.sent()) == 1
