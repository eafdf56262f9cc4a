"""The storm: people send notes and press buttons while the process is killed and started again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from aiohttp import ClientSession

from bot.app import open_movable_clock
from bot.clock import SystemClock
from bot.console_client import move_clock
from bot.demo import DEMO_COMPANY
from bot.domain.calendar import SHANGHAI
from prompts.texts import load_texts
from storage.company_import import import_company
from storage.database import Database, open_database
from storage.migrations import pending, upgrade
from tests.survival.page import Page
from tests.survival.process import Process, every, free_port
from tests.survival.verdict import Verdict, answered_at, judge, waiting

TEAM = Path(__file__).parent / "team.toml"
CUSTOMERS = ("杭州康联", "宁波德力", "苏州恒达", "绍兴二院", "无锡金达", "嘉兴华瑞", "上海明德", "常州宏宇")
NOTE = "刚拜访完{customer}，聊了售后，下周三之前发{number}份资料。"
"""Complete, so that the bot asks nothing; the number makes each text the only one of its kind."""
FIRST_NUMBER = 1000
CONFIRM_EVERY = 2
LEASE_SECONDS = 5
CALM = timedelta(seconds=61)
"""Longer than every lease: what the killed process held is free again."""
PATIENCE_SECONDS = 600
HURRIED_SECONDS = 120
"""How long people wait for a card that does not come, and the judge for a queue that does not empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many notes and kills; `hurry` moves the program's clock past the leases of the process before."""

    notes: int
    kills: int
    seed: int
    database_url: str
    folder: Path
    hurry: bool

    @property
    def patience(self) -> float:
        """Seconds after which what has not come will not come."""
        return HURRIED_SECONDS if self.hurry else PATIENCE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was sent and what became of it."""

    verdict: Verdict
    sent: int
    acknowledged: int
    resent: int
    doubled: int
    kills: int
    unseen: tuple[str, ...]
    """Notes whose card is on nobody's screen."""
    refused: tuple[str, ...]
    starts: tuple[float, ...]
    longest_recovery: float | None
    """Seconds from a kill until all that was acknowledged before it was answered; None in a hurry."""
    seconds: float


@dataclass(slots=True, kw_only=True)
class Storm:
    """One run while it lasts."""

    plan: Plan
    random: Random
    process: Process
    database: Database
    pages: list[Page] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    presses: list[str] = field(default_factory=list)
    kills: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    def acknowledged(self) -> list[str]:
        """The ids of every acknowledged message."""
        return [each for page in self.pages for each in page.acknowledged]

    async def start(self) -> None:
        """Start the process, and in a hurry let a minute pass."""
        self.starts.append(await self.process.start())
        if self.plan.hurry and self.kills:
            async with ClientSession(self.process.address) as session:
                await move_clock(session, CALM)

    async def kill_at(self, counts: Sequence[int]) -> None:
        """Kill and restart, each time a random instant after so many messages were acknowledged."""
        for count in counts:
            async for _ in every(0.005):
                if len(self.acknowledged()) >= count:
                    break
            await asyncio.sleep(self.random.uniform(0, 0.1))
            self.process.kill()
            self.kills.append((SystemClock().now(), frozenset(self.acknowledged())))
            await self.start()

    async def talk(self, page: Page, numbers: Sequence[int]) -> None:
        """Send a note for each number, and confirm every second one as soon as its card is there."""
        confirming = []
        for turn, number in enumerate(numbers):
            text = NOTE.format(customer=CUSTOMERS[number % len(CUSTOMERS)], number=FIRST_NUMBER + number)
            note_id = await page.send(kind="text", text=text)
            self.notes[note_id] = text
            if turn % CONFIRM_EVERY == 1:
                confirming.append(asyncio.create_task(self._confirm(page, note_id)))
        await asyncio.gather(*confirming)

    async def _confirm(self, page: Page, note_id: str) -> None:
        label = load_texts().say("visit.button.confirm")
        self.presses.append(await page.confirm(note_id, label))

    async def settle(self) -> None:
        """Wait until nothing is left to be done and every card has arrived."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience):
                async for _ in every(0.1):
                    if not self.unseen() and not await asyncio.to_thread(waiting, self.database):
                        break

    def unseen(self) -> tuple[str, ...]:
        """Notes whose card is on no page."""
        seen = {ref for page in self.pages for ref in page.screen}
        return tuple(each for each in self.notes if f"note:{each}" not in seen)

    def longest_recovery(self) -> float | None:
        """Seconds from a kill to the last answer to what had been acknowledged before and not answered."""
        if self.plan.hurry:
            return None
        offset = open_movable_clock(self.database).now() - SystemClock().now()
        answered = {each: at - offset for each, at in answered_at(self.database).items()}
        waits = [
            (answered[each] - killed_at).total_seconds()
            for killed_at, before in self.kills
            for each in before
            if each in answered
        ]
        return max([0.0, *waits])


async def raise_storm(plan: Plan) -> Outcome:
    """Play it to the end and judge."""
    began = time.perf_counter()
    people = await asyncio.to_thread(prepare, plan)
    settings = {
        "VAR_DIR": str(plan.folder),
        "DATABASE_URL": plan.database_url,
        "PLATFORMS": "console",
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "LOG_LEVEL": "ERROR",
    }
    log = plan.folder / "target.log"
    process = Process(module="tests.survival.target", port=free_port(), settings=settings, log=log)
    random = Random(plan.seed)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(closing(open_database(plan.database_url)))
        stack.callback(process.kill)
        storm = Storm(plan=plan, random=random, process=process, database=database)
        await storm.start()
        session = await stack.enter_async_context(ClientSession(process.address))
        for user_id in people:
            page = Page(user_id=user_id, session=session, random=Random(random.random()))
            storm.pages.append(page)
            staying = asyncio.create_task(page.stay_connected())
            stack.callback(staying.cancel)
        await play(storm)
        return await asyncio.to_thread(conclude, storm, seconds=time.perf_counter() - began)


async def play(storm: Storm) -> None:
    """Everybody talks while the process is killed; then all is given time to come to rest."""
    plan, pages = storm.plan, storm.pages
    # Neighbours in the list of customers go to different people: two notes of one person about one customer
    # within minutes become one record by design.
    share = [range(number, plan.notes, len(pages)) for number in range(len(pages))]
    total = sum(len(each) + len(each) // CONFIRM_EVERY for each in share)
    counts = sorted(storm.random.sample(range(1, total * 9 // 10), plan.kills))
    talking = [storm.talk(page, numbers) for page, numbers in zip(pages, share, strict=True)]
    with suppress(TimeoutError):
        async with asyncio.timeout(plan.patience):
            await asyncio.gather(storm.kill_at(counts), *talking)
    await storm.settle()


def conclude(storm: Storm, *, seconds: float) -> Outcome:
    """Count and judge."""
    pages, acknowledged = storm.pages, storm.acknowledged()
    return Outcome(
        verdict=judge(storm.database, notes=storm.notes, presses=storm.presses),
        sent=len(acknowledged) + sum(page.resent + page.doubled for page in pages),
        acknowledged=len(acknowledged),
        resent=sum(page.resent for page in pages),
        doubled=sum(page.doubled for page in pages),
        kills=len(storm.kills),
        unseen=storm.unseen(),
        refused=tuple(str(each["code"]) for page in pages for each in page.refused),
        starts=tuple(storm.starts),
        longest_recovery=storm.longest_recovery(),
        seconds=seconds,
    )


def prepare(plan: Plan) -> list[str]:
    """A migrated database with the demo company and more people, on a working morning; returns who talks."""
    with closing(open_database(plan.database_url)) as database:
        if pending(database):
            upgrade(database)
        now = SystemClock().now()
        import_company(database, DEMO_COMPANY, now)
        import_company(database, TEAM, now)
        morning = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), SHANGHAI)
        while morning.isoweekday() > 5:
            morning += timedelta(days=1)
        open_movable_clock(database).move(morning + timedelta(hours=10) - now)
        with database.unit_of_work("prepare", now) as uow:
            addresses = [address for member in uow.members.all() for address in member.addresses]
    return [address.user_id for address in addresses if address.user_id.startswith("rep")]
