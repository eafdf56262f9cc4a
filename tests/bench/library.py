"""The talk-track library with ten thousand entries: taking them in from a file, and finding one of them."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from random import Random

import psutil
from openpyxl import Workbook

from bot.clock import SystemClock
from bot.deps import open_deps
from bot.domain.messages import Address
from bot.domain.people import Member, Role
from bot.domain.track_imports import ImportStatus, TrackImport
from config.settings import Settings
from handlers.library_jobs import work_off_imports
from nlu.search_terms import cut_terms
from prompts.packs import load_pack
from storage.database import Database, open_database
from storage.media import MediaFiles
from storage.migrations import upgrade
from tests.bench.figures import Figure, spread
from tests.servers import find_postgres, start_postgres

ENTRIES = 10_000
SEARCHES = 300
QUESTIONS = (
    "交期",
    "嫌贵",
    "jiaoqi",
    "dxjq",
    "账期太长",
    "参数 达不到",
    "一直用别家",
    "预算",
    "xiangui",
    "换人",
)


async def measure(folder: Path) -> list[Figure]:
    """Times of one thread, on both databases."""
    figures = []
    with closing(open_database(f"sqlite:///{folder / 'library.db'}")) as database:
        figures += _measure(database, folder, name="SQLite")
    with _postgresql() as url:
        if url:
            with closing(open_database(url)) as database:
                figures += _measure(database, folder, name="PostgreSQL")
    return figures


@contextmanager
def _postgresql() -> Iterator[str | None]:
    binaries = find_postgres()
    server = start_postgres(binaries) if binaries else None
    with nullcontext():
        yield server.url() if server else None
    if server:
        server.stop()


def _measure(database: Database, folder: Path, *, name: str) -> list[Figure]:
    upgrade(database)
    settings = Settings(_env_file=None, var_dir=folder)
    clock = SystemClock()
    now = clock.now()
    deps = open_deps(settings, database, clock)
    media = MediaFiles(settings.media_dir, database)
    ref = media.put(_workbook(folder), "library.xlsx", "application/octet-stream", now=now)
    with database.unit_of_work("founding", now) as uow:
        account = Address(platform="console", user_id="admin")
        admin = uow.members.save(Member(id=0, name="Admin", role=Role.ADMIN, addresses=(account,)))
        batch = TrackImport(
            id=0, member_id=admin.id, media_ref=ref, name="a.xlsx", sent_at=now, status=ImportStatus.CONFIRMED
        )
        batch = uow.track_imports.save(batch)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    work_off_imports(open_transaction=database.unit_of_work, deps=deps, now=now)
    took = time.perf_counter() - began
    grown = _peak() - before
    with database.unit_of_work("look", now) as uow:
        assert not uow.talk_tracks.index(cut_terms)
        done = uow.track_imports.get(batch.id)
        assert done is not None
        assert done.added == ENTRIES
    imported = [
        Figure(
            name=f"{name}: {ENTRIES:,} rows of a workbook taken in and indexed",
            value=took,
            unit="s",
            goal="≤ 10 s",
        )
    ]
    if name == "SQLite":
        imported.append(
            Figure(name="memory that it takes at most", value=grown / 1e6, unit="MB", goal="≤ 200 MB")
        )
    return [*imported, *_time_searches(database, admin, name=name)]


def _time_searches(database: Database, admin: Member, *, name: str) -> list[Figure]:
    now, times, empty = SystemClock().now(), [], []
    for number in range(SEARCHES):
        with database.unit_of_work("search", now) as uow:
            began = time.perf_counter()
            found = uow.talk_tracks.search(
                QUESTIONS[number % len(QUESTIONS)], cut=cut_terms, member=admin, today=now.date(), limit=6
            )
            times.append(time.perf_counter() - began)
            assert found
            began = time.perf_counter()
            uow.talk_tracks.get(1)
            empty.append(time.perf_counter() - began)
    return spread(
        f"{name}: search in {ENTRIES:,} entries",
        times,
        parts=(0.5, 0.95),
        goals=("≤ 20 ms",),
        baseline=empty,
        baseline_name="one entry by its number",
    )


def _workbook(folder: Path) -> bytes:
    """As many entries as wanted, of the words of those that come with the program."""
    random = Random(7)
    tracks = load_pack("b2b").tracks
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["场景", "标题", "话术", "别名", "标签", "信号"])
    for number in range(ENTRIES):
        one, other = random.choice(tracks), random.choice(tracks)
        text = f"{one.text.splitlines()[0]}\n{other.text.splitlines()[-1]}"
        sheet.append([other.scene, f"{one.title}{number}", text, "、".join(other.aliases), one.scene, "价格"])
    path = folder / "library.xlsx"
    book.save(path)
    return path.read_bytes()


def _peak() -> int:
    """The most memory that the process ever held, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes, but on macOS.
    return most if sys.platform == "darwin" else most * 1024
