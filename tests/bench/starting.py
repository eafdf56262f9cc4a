"""How long the program takes until it answers, and how much memory it holds, without speech."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import psutil

from tests.bench.figures import Figure
from tests.survival.process import Process, free_port
from tests.survival.storm import Plan, prepare

STARTS = 5
MEGABYTE = 10**6

Start = tuple[float, float, float]
"""Seconds until ready, seconds of CPU until then, megabytes of memory."""


async def measure(folder: Path) -> list[Figure]:
    """Medians of several starts of `genjin serve` on a migrated database, beside a bare web server's."""
    url = f"sqlite:///{folder / 'starting.db'}"
    prepare(Plan(notes=0, kills=0, seed=0, database_url=url, folder=folder, hurry=False))
    settings = {"DATABASE_URL": url, "VAR_DIR": str(folder), "SPEECH_WEIGHTS": str(folder / "none")}
    ours = [await _start("bot", ("serve",), settings, folder) for _ in range(STARTS)]
    bare = [await _start("tests.bench.bare", (), {}, folder) for _ in range(STARTS)]
    seconds, cpu, memory = (median(values) for values in zip(*ours, strict=True))
    bare_seconds, bare_cpu, bare_memory = (median(values) for values in zip(*bare, strict=True))
    name = "bare aiohttp server"
    return [
        Figure(
            name="cold start to ready, without speech",
            value=seconds,
            unit="s",
            goal="≤ 3 s",
            baseline=bare_seconds,
            baseline_name=name,
        ),
        Figure(name="the CPU time of that start", value=cpu, unit="s", baseline=bare_cpu, baseline_name=name),
        Figure(
            name="memory once ready, without speech",
            value=memory,
            unit="MB",
            goal="≤ 250 MB",
            baseline=bare_memory,
            baseline_name=name,
        ),
    ]


async def _start(module: str, arguments: tuple[str, ...], settings: dict[str, str], folder: Path) -> Start:
    server = Process(
        module=module,
        arguments=arguments,
        port=free_port(),
        settings=settings,
        log=folder / "starting.log",
    )
    seconds = await server.start()
    process = psutil.Process(server.pid)
    spent = process.cpu_times()
    memory = process.memory_info().rss / MEGABYTE
    server.stop()
    return seconds, spent.user + spent.system, memory
