"""What a tick of the scheduler costs while a million items are open, on both kinds of database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, delete, event, func, insert, select, text

from bot.clock import SystemClock
from bot.deps import open_deps
from bot.domain.messages import Address
from bot.domain.nodes import NodeStatus
from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from bot.domain.people import Member, Role
from config.settings import Settings
from handlers.context import Deps
from handlers.jobs import send_due_nudges
from storage.database import Database, open_database
from storage.nudging_tables import pushes
from storage.tables import accounts, customers, node_items, nudges
from tests.bench.figures import Figure, spread
from tests.servers import find_postgres, start_postgres
from tests.survival.storm import Plan, prepare

OPEN = 1_000_000
DUE = 200
FEW = 10
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
        _hire(database, now)
        _open_million(database, deps, now)

        def tick() -> None:
            send_due_nudges(open_transaction=database.unit_of_work, deps=deps, now=now)

        def touch() -> None:
            with database.unit_of_work("bench", now):
                pass

        empty = _time(touch, IDLE_TICKS)
        idle = _time(tick, IDLE_TICKS)
        claims = _time_claims(database, now)
        crowd, crowd_sql = _time_busy(database, tick, now, people=DUE)
        few, few_sql = _time_busy(database, tick, now, people=FEW)
    return [
        *_figures(f"{name}: idle tick, {OPEN:,} open items", idle, empty, "≤ 1 ms"),
        *_figures(f"{name}: claiming {DUE} due of them", claims, empty, "≤ 5 ms"),
        *_figures(f"{name}: tick, {DUE} due for {FEW} people", few, empty, ""),
        *_figures(f"{name}: of it in statements", few_sql, empty, ""),
        *_figures(f"{name}: tick, {DUE} due for {DUE} people", crowd, empty, ""),
        *_figures(f"{name}: of it in statements", crowd_sql, empty, ""),
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


def _time_claims(database: Database, now: datetime) -> list[float]:
    """The claiming alone, in a transaction that is begun already."""
    claims = []
    for number in range(BUSY_TICKS):
        _fall_due(database, f"claim{number}", now, people=DUE)
        with database.unit_of_work("bench", now) as uow:
            began = time.perf_counter()
            claimed = uow.nudges.claim_due(now=now, limit=DUE)
            claims.append(time.perf_counter() - began)
            assert len(claimed) == DUE
    return claims


def _time_busy(
    database: Database, tick: Callable[[], None], now: datetime, *, people: int
) -> tuple[list[float], list[float]]:
    """Whole ticks, and what of each is spent in statements."""
    whole, in_sql = [], []
    for number in range(BUSY_TICKS):
        _fall_due(database, f"tick{people}:{number}", now, people=people)
        with _statements() as spent:
            whole += _time(tick, 1)
        in_sql.append(sum(spent))
        with database.read() as connection:
            left = connection.execute(
                select(func.count())
                .select_from(nudges)
                .where(nudges.c.sent_at.is_(None), nudges.c.send_at <= now)
            )
            assert left.scalar_one() == 0
    return whole, in_sql


@contextmanager
def _statements() -> Iterator[list[float]]:
    """The seconds of each statement inside the block; commits are not among them."""
    spent: list[float] = []
    began: list[float] = []

    def begin(*_: object) -> None:
        began.append(time.perf_counter())

    def end(*_: object) -> None:
        spent.append(time.perf_counter() - began.pop())

    event.listen(Engine, "before_cursor_execute", begin)
    event.listen(Engine, "after_cursor_execute", end)
    try:
        yield spent
    finally:
        event.remove(Engine, "before_cursor_execute", begin)
        event.remove(Engine, "after_cursor_execute", end)


def _hire(database: Database, now: datetime) -> None:
    """Enough people for a message each."""
    with database.unit_of_work("bench", now) as uow:
        for number in range(DUE):
            address = Address(platform="console", user_id=f"many{number}")
            uow.members.save(Member(id=0, name=f"M{number}", role=Role.REP, addresses=(address,)))


def _open_million(database: Database, deps: Deps, now: datetime) -> None:
    """Open checks, each with its reminder in the next year, one every 30 seconds."""
    with database.read() as connection:
        member_ids = connection.execute(select(accounts.c.member_id).order_by(accounts.c.member_id.desc()))
        people = member_ids.scalars().all()[:DUE]
        customer_ids = connection.execute(select(customers.c.id)).scalars().all()
    nodes = deps.playbook.nodes
    for first in range(1, OPEN, ROWS):
        items = [
            {
                "id": number,
                "node_key": nodes[number % len(nodes)].key,
                "member_id": people[number % len(people)],
                "customer_id": customer_ids[number % len(customer_ids)],
                "opened_at": now - STEP,
                "due_at": now + STEP * number,
                "alert_at": now + STEP * number,
                "status": NodeStatus.OPEN,
                "evidence_refs": (),
            }
            for number in range(first, first + ROWS)
        ]
        due = [
            _row(f"far{item['id']}", item["member_id"], item["id"], send_at=now + STEP * (item["id"] + 100))
            for item in items
        ]
        with database.begin() as connection:
            connection.execute(insert(node_items), items)
            connection.execute(insert(nudges), due)
    with database.raw() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _fall_due(database: Database, key: str, now: datetime, *, people: int) -> None:
    """200 reminders of open checks that are due now; nobody has had a message today."""
    with database.begin() as connection:
        connection.execute(delete(pushes))
        owners = connection.execute(
            select(node_items.c.id, node_items.c.member_id)
            .where(node_items.c.id <= DUE)
            .order_by(node_items.c.id)
        ).all()
        receivers = [row.member_id for row in owners][:people]
        rows = [
            _row(f"{key}:{row.id}", receivers[row.id % people], row.id, send_at=now - STEP) for row in owners
        ]
        connection.execute(insert(nudges), rows)


def _row(key: str, member_id: Any, item_id: Any, *, send_at: datetime) -> dict[str, object]:
    return {
        "key": key,
        "member_id": member_id,
        "subject": Subject.NODE,
        "subject_id": item_id,
        "step": LadderStep.REP,
        "send_at": send_at,
        "status": NudgeStatus.PLANNED,
    }


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
