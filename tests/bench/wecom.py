"""How fast WeCom's callbacks are verified, decrypted, committed and answered, on both databases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aiohttp import ClientSession
from sqlalchemy import create_engine, func, make_url, select, text

from bot.clock import SystemClock
from storage.database import open_database
from storage.migrations import upgrade
from storage.queue_tables import inbox
from tests.bench.accepting import BARE, TEXT
from tests.bench.figures import Figure, percentile
from tests.fakes.wecom_callbacks import Sealed, message, seal
from tests.servers import find_postgres, start_postgres
from tests.survival.process import Process, free_port

RATES = (200, 500)
SECONDS = 10
WARM_UP = 100
PEOPLE = 50
REPEATED = 20
"""One callback in so many comes twice, as after an answer that was late."""
GOAL = "≤ 50 ms"
_NUMBERS = count(7421180399175502231)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One steady rate against one server: the seconds of each callback, and what was left unanswered."""

    rate: int
    seconds: Sequence[float]
    refused: int


async def measure(folder: Path) -> list[Figure]:
    """Each rate on a bare handler, on SQLite, and on PostgreSQL where there is one."""
    async with AsyncExitStack() as stack:
        bare_door = await _open("tests.bench.bare", {}, folder, stack)
        bare = [(await _keep_rate(bare_door, "/accept", rate))[0] for rate in RATES]
        figures = await _measure_on("SQLite", f"sqlite:///{folder / 'wecom.db'}", folder, bare)
        if find_postgres():
            with _postgres() as url:
                figures += await _measure_on("PostgreSQL", url, folder, bare)
    return figures


async def _measure_on(name: str, url: str, folder: Path, bare: Sequence[Run]) -> list[Figure]:
    with closing(open_database(url)) as database:
        upgrade(database)
    runs, sent = [], 0
    async with AsyncExitStack() as stack:
        settings = {"DATABASE_URL": url, "VAR_DIR": str(folder)}
        door = await _open("tests.bench.wecom_doors", settings, folder, stack)
        for rate in RATES:
            run, new = await _keep_rate(door, "/wecom/callback", rate)
            runs.append(run)
            sent += new
    with closing(open_database(url)) as database, database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    lost, doubled = max(0, sent - stored), max(0, stored - sent)
    return [
        *(figure for run, base in zip(runs, bare, strict=True) for figure in _figures(name, run, base)),
        Figure(name=f"{name}: not acknowledged", value=sum(run.refused for run in runs), unit="", goal="0"),
        Figure(name=f"{name}: lost of {sent:,}", value=lost, unit="", goal="0"),
        Figure(name=f"{name}: doubled", value=doubled, unit="", goal="0"),
    ]


def _figures(name: str, run: Run, bare: Run) -> list[Figure]:
    return [
        Figure(
            name=f"WeCom callback at {run.rate}/s, {name}, p{part * 100:.0f}",
            value=percentile(run.seconds, part) * 1000,
            unit="ms",
            goal=GOAL if (part, run.rate) == (0.99, 200) else "",
            baseline=percentile(bare.seconds, part) * 1000,
            baseline_name=BARE,
        )
        for part in (0.5, 0.99)
    ]


async def _open(module: str, settings: dict[str, str], folder: Path, stack: AsyncExitStack) -> ClientSession:
    """A started server and a session with it, both closed with the stack."""
    server = Process(module=module, port=free_port(), settings=settings, log=folder / "doors.log")
    stack.callback(server.stop)
    await server.start()
    return await stack.enter_async_context(ClientSession(server.address))


async def _keep_rate(session: ClientSession, path: str, rate: int) -> tuple[Run, int]:
    """Post at fixed moments, each sealed beforehand; the run, and how many different messages it had.

    A time counts from its moment: a server that stalls does not slow us down.
    """
    warm = [_make_callback() for _ in range(WARM_UP)]
    await asyncio.gather(*(_post(session, path, each, at=time.perf_counter()) for each in warm))
    different = [_make_callback() for _ in range(rate * SECONDS * REPEATED // (REPEATED + 1))]
    sealed = [each for number, each in enumerate(different) for _ in range(1 if number % REPEATED else 2)]
    began = time.perf_counter() + 0.1
    posts = []
    for number, each in enumerate(sealed):
        at = began + number / rate
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        posts.append(asyncio.create_task(_post(session, path, each, at=at)))
    answers = await asyncio.gather(*posts)
    refused = sum(not is_taken for _, is_taken in answers)
    run = Run(rate=rate, seconds=[seconds for seconds, _ in answers], refused=refused)
    return run, len(warm) + len(different)


def _make_callback() -> Sealed:
    now, number = SystemClock().now(), next(_NUMBERS)
    user_id = f"person{number % PEOPLE}"
    return seal(message(user_id, "text", at=now, msg_id=str(number), Content=TEXT), at=now)


async def _post(session: ClientSession, path: str, sealed: Sealed, *, at: float) -> tuple[float, bool]:
    async with session.post(path, params=sealed.query, data=sealed.body) as response:
        await response.read()
        return time.perf_counter() - at, response.status == 200


@contextmanager
def _postgres() -> Iterator[str]:
    """A database of a server of its own, which does not sync to disk."""
    binaries = find_postgres()
    assert binaries is not None
    server = start_postgres(binaries)
    try:
        address = make_url(server.url()).set(drivername="postgresql+psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE wecom"))
        engine.dispose()
        yield server.url("wecom")
    finally:
        server.stop()
