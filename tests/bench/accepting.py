"""How fast callbacks are acknowledged while they come at a steady rate, whether or not we keep up."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, closing
from pathlib import Path
from statistics import median
from uuid import uuid4

from aiohttp import ClientSession
from sqlalchemy import func, select

from storage.database import open_database
from storage.migrations import upgrade
from storage.queue_tables import inbox
from tests.bench.figures import Figure, percentile
from tests.survival.process import Process, free_port

RATE = 200
SECONDS = 3
ROUNDS = 7
"""Ours and the baselines take turns, and the median round counts: a stall of the machine spoils one only."""
WARM_UP = 200
PEOPLE = 50
TEXT = "刚拜访完杭州康联，聊了售后，下周三之前发三份资料。"
BARE, SHARED, SINGLE = "bare aiohttp handler", "shared transactions", "a transaction for each"

Rounds = dict[str, list[list[float]]]


async def measure(folder: Path) -> list[Figure]:
    """Accepting by shared transactions, beside a handler that stores nothing and one commit a request."""
    url = f"sqlite:///{folder / 'doors.db'}"
    with closing(open_database(url)) as database:
        upgrade(database)
    settings = {"DATABASE_URL": url, "VAR_DIR": str(folder)}
    async with AsyncExitStack() as stack:
        bare = await _open("tests.bench.bare", settings, folder, stack)
        doors = await _open("tests.bench.doors", settings, folder, stack)
        routes = {BARE: (bare, "/accept"), SHARED: (doors, "/accept"), SINGLE: (doors, "/commit")}
        rounds = await _take_turns(routes)
    with closing(open_database(url)) as database, database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    sent = 2 * (WARM_UP + RATE * SECONDS * ROUNDS)
    return [
        _figure(SHARED, 0.5, rounds),
        _figure(SHARED, 0.99, rounds, goal="≤ 50 ms"),
        _figure(SINGLE, 0.5, rounds),
        _figure(SINGLE, 0.99, rounds),
        Figure(name=f"lost of {sent:,} acknowledged", value=sent - stored, unit="", goal="0"),
    ]


def _figure(name: str, part: float, rounds: Rounds, *, goal: str = "") -> Figure:
    ours, bare = (median(percentile(times, part) for times in rounds[each]) * 1000 for each in (name, BARE))
    return Figure(
        name=f"callback accepted at {RATE}/s, {name}, p{part * 100:.0f}",
        value=ours,
        unit="ms",
        goal=goal,
        baseline=bare,
        baseline_name=BARE,
    )


async def _open(module: str, settings: dict[str, str], folder: Path, stack: AsyncExitStack) -> ClientSession:
    """A started server and a session with it, both closed with the stack."""
    server = Process(module=module, port=free_port(), settings=settings, log=folder / "doors.log")
    stack.callback(server.stop)
    await server.start()
    return await stack.enter_async_context(ClientSession(server.address))


async def _take_turns(routes: dict[str, tuple[ClientSession, str]]) -> Rounds:
    for session, path in routes.values():
        await asyncio.gather(*(_post(session, path, at=time.perf_counter()) for _ in range(WARM_UP)))
    rounds: Rounds = {name: [] for name in routes}
    for _ in range(ROUNDS):
        for name, (session, path) in routes.items():
            rounds[name].append(await _keep_rate(session, path))
    return rounds


async def _keep_rate(session: ClientSession, path: str) -> list[float]:
    """Post at fixed moments. Each time counts from its moment: a server that stalls does not slow us down."""
    began = time.perf_counter() + 0.1
    posts = []
    for number in range(RATE * SECONDS):
        at = began + number / RATE
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        posts.append(asyncio.create_task(_post(session, path, at=at)))
    return await asyncio.gather(*posts)


async def _post(session: ClientSession, path: str, *, at: float) -> float:
    person = uuid4().int % PEOPLE
    async with session.post(path, data=f"{uuid4()}\nperson{person}\n{TEXT}") as response:
        response.raise_for_status()
        await response.read()
    return time.perf_counter() - at
