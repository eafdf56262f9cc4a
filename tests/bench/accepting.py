"""How fast callbacks are acknowledged while they come at a steady rate, whether or not we keep up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from aiohttp import ClientSession
from sqlalchemy import func, select

from storage.database import open_database
from storage.migrations import upgrade
from storage.queue_tables import inbox
from tests.bench.figures import Figure, spread
from tests.survival.process import Process, free_port

RATE = 200
SECONDS = 15
WARM_UP = 200
PEOPLE = 50
TEXT = "刚拜访完杭州康联，聊了售后，下周三之前发三份资料。"
PARTS = (0.5, 0.99)


async def measure(folder: Path) -> list[Figure]:
    """Accepting by shared transactions, beside a handler that stores nothing and one commit a request."""
    url = f"sqlite:///{folder / 'doors.db'}"
    with closing(open_database(url)) as database:
        upgrade(database)
    bare = await _time("tests.bench.bare", ["/accept"], folder=folder, url=url)
    doors = await _time("tests.bench.doors", ["/accept", "/commit"], folder=folder, url=url)
    with closing(open_database(url)) as database, database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    sent = 2 * (WARM_UP + RATE * SECONDS)
    goals = ("", "≤ 50 ms")
    return [
        *spread(
            f"callback accepted at {RATE}/s",
            doors["/accept"],
            parts=PARTS,
            goals=goals,
            baseline=bare["/accept"],
            baseline_name="bare aiohttp handler",
        ),
        *spread(
            f"the same with a transaction for each, at {RATE}/s",
            doors["/commit"],
            parts=PARTS,
            baseline=bare["/accept"],
            baseline_name="bare aiohttp handler",
        ),
        Figure(name=f"lost of {sent:,} acknowledged", value=sent - stored, unit="", goal="0"),
    ]


async def _time(module: str, paths: Sequence[str], *, folder: Path, url: str) -> dict[str, list[float]]:
    settings = {"DATABASE_URL": url, "VAR_DIR": str(folder)}
    server = Process(module=module, port=free_port(), settings=settings, log=folder / "doors.log")
    await server.start()
    try:
        async with ClientSession(server.address) as session:
            found = {}
            for path in paths:
                await asyncio.gather(*(_post(session, path, at=time.perf_counter()) for _ in range(WARM_UP)))
                found[path] = await _keep_rate(session, path)
            return found
    finally:
        server.stop()


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
