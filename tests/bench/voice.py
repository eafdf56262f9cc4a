"""How long a voice note of ten seconds takes until its card is there, and what speech costs in memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import psutil
from aiohttp import ClientSession

from bot.console_client import ConsolePerson, person_at
from bot.domain.errors import ConfigError
from config.settings import Settings
from nlu.speech_weights import get_checkpoint, locate_weights
from tests.bench.figures import Figure
from tests.bench.machine import ROOT
from tests.survival.process import Process, free_port
from tests.survival.storm import Plan, prepare

SAMPLE = ROOT / "prompts" / "samples" / "02.amr"
"""10.08 seconds."""
MODEL = "base"
NOTES = 5
CARD_SECONDS = 120.0
MEGABYTE = 10**6

Run = tuple[float, list[float], float]
"""Seconds from the start to the first card, seconds of the warm notes, megabytes of memory after them."""


async def measure(folder: Path) -> list[Figure]:
    """From the frame sent to the card received; beside openai-whisper's command line on the same file."""
    weights_dir = ROOT / Settings().weights_dir
    weights = locate_weights(MODEL, weights_dir=weights_dir)
    if weights is None:
        raise ConfigError("no speech weights: run `genjin weights get` first")
    ours_whole, ours, memory = await _time_ours(folder, weights_dir)
    checkpoint = get_checkpoint(weights, weights_dir=weights_dir)
    theirs_whole, theirs = await asyncio.to_thread(_time_theirs, checkpoint)
    name = "openai-whisper's command line, base"
    return [
        Figure(
            name="voice note of 10.08 s → card, p50",
            value=median(ours),
            unit="s",
            goal="≤ 4 s",
            baseline=theirs,
            baseline_name=f"{name}, model loaded",
        ),
        Figure(
            name="the same from nothing: start, load, hear, card",
            value=ours_whole,
            unit="s",
            baseline=theirs_whole,
            baseline_name=f"{name}, whole process",
        ),
        Figure(name="memory with faster-whisper base after that", value=memory, unit="MB", goal="≤ 700 MB"),
    ]


async def _time_ours(folder: Path, weights_dir: Path) -> Run:
    url = f"sqlite:///{folder / 'voice.db'}"
    prepare(Plan(notes=0, kills=0, seed=0, database_url=url, folder=folder, hurry=False))
    settings = {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "PLATFORMS": "console",
        "LOG_LEVEL": "WARNING",
        "SPEECH_WEIGHTS": str(weights_dir),
        "SPEECH_MODEL": MODEL,
        "SPEECH_ENGINE": "faster-whisper",
    }
    server = Process(
        module="tests.survival.target", port=free_port(), settings=settings, log=folder / "voice.log"
    )
    began = time.perf_counter()
    await server.start()
    try:
        async with ClientSession(server.address) as session, person_at(session, "liming") as person:
            await _time_card(person)
            whole = time.perf_counter() - began
            times = [await _time_card(person) for _ in range(NOTES)]
            return whole, times, psutil.Process(server.pid).memory_info().rss / MEGABYTE
    finally:
        server.stop()


async def _time_card(person: ConsolePerson) -> float:
    began = time.perf_counter()
    message_id = await person.speak(SAMPLE.read_bytes(), name=SAMPLE.name)
    ref = f"note:{message_id}"
    await person.wait_for(lambda message: message["ref"] == ref and "card" in message, seconds=CARD_SECONDS)
    return time.perf_counter() - began


def _time_theirs(checkpoint: Path) -> tuple[float, float]:
    """Seconds of a whole process with one transcription, and of a transcription by a loaded model."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.openai", str(checkpoint.resolve()), str(SAMPLE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    whole = time.perf_counter() - began
    told = json.loads(done.stdout.splitlines()[-1])
    first, *more = told["runs"]
    return whole - sum(more), median([first, *more])
