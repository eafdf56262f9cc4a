"""How many notes a second one core understands, with a company's names known."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import jieba

from bot.app import open_calendar
from bot.clock import SystemClock
from bot.domain.people import Role
from bot.domain.understanding import Lexicon
from config.settings import Settings
from nlu.understand import Understander
from storage.database import open_database
from tests.bench.figures import Figure, percentile
from tests.bench.machine import ROOT
from tests.bench.typed import note
from tests.survival.storm import Plan, prepare

OWN_NOTES = "tests/data/own_notes_*.jsonl"
LEAST = 1500
"""So many notes are read, some of them repeatedly."""


async def measure(folder: Path) -> list[Figure]:
    """CPU time, so that a busy machine does not count; beside jieba's word cutting alone."""
    texts = read_notes()
    jieba.setLogLevel(logging.WARNING)
    understander, lexicon, now = _open(folder)

    def understand(text: str) -> None:
        understander.understand(text, now=now, lexicon=lexicon)

    def cut(text: str) -> None:
        jieba.lcut(text)

    ours, bare = _time(understand, texts), _time(cut, texts)
    rate, bare_rate = len(ours) / sum(ours), len(bare) / sum(bare)
    name = "jieba.lcut alone"
    return [
        Figure(
            name=f"notes understood a second a core ({len(texts)} notes, "
            f"{sum(map(len, texts)) / len(texts):.0f} characters on average)",
            value=rate,
            unit="/s",
            goal="≥ 300",
            baseline=bare_rate,
            baseline_name=name,
        ),
        Figure(
            name="CPU time of a note, p99",
            value=percentile(ours, 0.99) * 1000,
            unit="ms",
            goal="≤ 10 ms",
            baseline=percentile(bare, 0.99) * 1000,
            baseline_name=name,
        ),
    ]


def read_notes() -> list[str]:
    """Our own labelled notes, else sentences made for the purpose."""
    found = []
    for path in sorted(ROOT.glob(OWN_NOTES)):
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [str(json.loads(line)["text"]) for line in lines if line.strip()]
    return found or [note(number) for number in range(100)]


def _open(folder: Path) -> tuple[Understander, Lexicon, datetime]:
    url = f"sqlite:///{folder / 'understanding.db'}"
    prepare(Plan(notes=0, kills=0, seed=0, database_url=url, folder=folder, hurry=False))
    now = SystemClock().now()
    with closing(open_database(url)) as database, database.unit_of_work("bench", now) as uow:
        lexicon = uow.lexicon(uow.members.of_role(Role.REP)[0])
    return Understander.load(open_calendar(Settings(), now)), lexicon, now


def _time(read: Callable[[str], None], texts: Sequence[str]) -> list[float]:
    """Seconds of CPU for each note; a first round only warms up."""
    for text in texts:
        read(text)
    times: list[float] = []
    while len(times) < LEAST:
        for text in texts:
            began = time.thread_time()
            read(text)
            times.append(time.thread_time() - began)
    return times
