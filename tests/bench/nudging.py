"""What a tick of the scheduler costs while a million reminders are planned, on both kinds of database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert, select, text

from bot.app import open_deps
from bot.clock import SystemClock
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from config.settings import Settings
from handlers.context import Deps
from handlers.jobs import send_due_nudges
from storage.database import Database, open_database
from storage.tables import customers, members, nudges
from tests.bench.figures import Figure, spread
from tests.servers import find_postgres, start_postgres
from tests.survival.storm import Plan, prepare

PLANNED = 1_000_000
DUE = 200
IDLE_TICKS = 200
BUSY_TICKS = 20
PARTS = (0.5, 0.95)
STEP = timedelta(seconds=30)
ROWS = 20_000


async def measure(folder: Path) -> list[Figure]:
    """Idle ticks and ticks with 200 due, beside an empty transaction of the same database."""
    figures = _measure(f"sqlite:///{folder / 'nudging.db'}", "SQLite", folder)
    with _postgres() as url:
        return figures if url is None else [*figures, *_measure(url, "PostgreSQL", folder)]


def _measure(url: str, name: str, folder: Path) -> list[Figure]:
    prepare(Plan(notes=0, kills=0, seed=0, database_url=url, folder=folder, hurry=False))
    clock = SystemClock()
    # A working day at ten: in quiet hours a tick does nothing at all.
    now = clock.now().replace(hour=10, minute=0)
    while now.isoweekday() != 3:
        now += timedelta(days=1)
    with closing(open_database(url)) as database:
        deps = open_deps(Settings(), database, clock)
        _plan_million(database, now)

        def tick() -> None:
            send_due_nudges(open_transaction=database.unit_of_work, deps=deps, now=now)

        def touch() -> None:
            with database.unit_of_work("bench", now):
                pass

        empty = _time(touch, IDLE_TICKS)
        idle = _time(tick, IDLE_TICKS)
        busy, claims = _time_busy(database, deps, tick, now)
    baseline = "empty transaction"
    return [
        *_figures(f"{name}: idle tick, {PLANNED:,} planned", idle, empty, "≤ 5 ms"),
        *_figures(f"{name}: claiming {DUE} due of them", claims, empty, "≤ 5 ms"),
        *spread(
            f"{name}: whole tick, {DUE} due become messages",
            busy,
            parts=PARTS,
            baseline=empty,
            baseline_name=baseline,
        ),
    ]


def _figures(name: str, times: list[float], empty: list[float], goal: str) -> list[Figure]:
    goals = (goal, "")
    return spread(name, times, parts=PARTS, goals=goals, baseline=empty, baseline_name="empty transaction")


def _time(run: Callable[[], None], times: int) -> list[float]:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return found


def _time_busy(
    database: Database, deps: Deps, tick: Callable[[], None], now: datetime
) -> tuple[list[float], list[float]]:
    """Whole ticks with due nudges of open checks, and the claiming alone."""
    item_ids = _open_items(database, deps, now)
    whole, claims = [], []
    for number in range(BUSY_TICKS):
        _plan_due(database, item_ids, key=f"whole{number}", now=now)
        whole += _time(tick, 1)
        _plan_due(database, item_ids, key=f"claim{number}", now=now)
        with database.unit_of_work("bench", now) as uow:
            began = time.perf_counter()
            claimed = uow.nudges.claim_due(now=now, limit=DUE)
            claims.append(time.perf_counter() - began)
            assert len(claimed) == DUE
    return whole, claims


def _plan_million(database: Database, now: datetime) -> None:
    """Planned for the next year, one every 30 seconds."""
    with database.read() as connection:
        member_ids = connection.execute(select(members.c.id)).scalars().all()
    for first in range(0, PLANNED, ROWS):
        rows = [
            _row(
                f"far{number}",
                member_ids[number % len(member_ids)],
                number,
                send_at=now + STEP * (number + 100),
            )
            for number in range(first, first + ROWS)
        ]
        with database.begin() as connection:
            connection.execute(insert(nudges), rows)
    with database.raw() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _plan_due(database: Database, item_ids: list[tuple[int, int]], *, key: str, now: datetime) -> None:
    rows = [
        _row(f"{key}:{item_id}", member_id, item_id, send_at=now - STEP) for item_id, member_id in item_ids
    ]
    with database.begin() as connection:
        connection.execute(insert(nudges), rows)


def _row(key: str, member_id: int, item_id: int, *, send_at: datetime) -> dict[str, object]:
    return {
        "key": key,
        "member_id": member_id,
        "subject": Subject.NODE,
        "subject_id": item_id,
        "step": LadderStep.REP,
        "send_at": send_at,
        "status": NudgeStatus.PLANNED,
    }


def _open_items(database: Database, deps: Deps, now: datetime) -> list[tuple[int, int]]:
    """Open checks spread over all members; ids of the check and its member."""
    with database.unit_of_work("bench", now) as uow:
        connection = uow.visits.ledger.trail.connection
        member_ids = connection.execute(select(members.c.id)).scalars().all()
        customer_ids = connection.execute(select(customers.c.id)).scalars().all()
        made = [
            uow.node_items.save(
                NodeItem(
                    id=0,
                    node_key=deps.playbook.nodes[number % len(deps.playbook.nodes)].key,
                    member_id=member_ids[number % len(member_ids)],
                    customer_id=customer_ids[number % len(customer_ids)],
                    visit_id=None,
                    opened_at=now - STEP,
                    due_at=now - STEP,
                    alert_at=now + STEP,
                )
            )
            for number in range(DUE)
        ]
        return [(item.id, item.member_id) for item in made]


@contextmanager
def _postgres() -> Iterator[str | None]:
    """A server of our own that syncs to disk, as one in use does; None where there is none."""
    binaries = find_postgres()
    if binaries is None:
        yield None
        return
    server = start_postgres(binaries)
    url = server.url().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = on"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    try:
        yield server.url()
    finally:
        server.stop()
