"""Where and on what a run was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import date
from pathlib import Path

import psutil

from bot.clock import SystemClock

ROOT = Path(__file__).parents[2]


def describe_machine() -> str:
    """Cores, memory, system, Python, how busy the machine is and our priority on it, in one line."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    raised = f", nice {os.nice(0)}" if os.nice(0) else ""
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {load:.1f} when it began{raised}"
    )


def describe_commit() -> str:
    """The commit that was measured, with a plus where files differ from it."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{commit}+" if _git("status", "--porcelain", "--untracked-files=no") else commit


def today() -> date:
    """The day of the run."""
    return SystemClock().now().date()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
