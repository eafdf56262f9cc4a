"""One scheduler of several: told to go, it ticks until nothing is due any more, its own clock moving on."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.deps import open_deps
from config.settings import Settings
from handlers.jobs import send_due_nudges
from storage.database import open_database

ROUNDS = 4
PAUSE = timedelta(minutes=11)
"""Longer than the pause between two messages to one person: what another scheduler had locked comes then."""


def main() -> None:
    """`ticker URL MOMENT`: says that it is ready, waits for a line, and ticks."""
    url, moment = sys.argv[1:]
    with closing(open_database(url)) as database:
        deps = open_deps(Settings(_env_file=None), database, SystemClock())
        print("ready", flush=True)  # noqa: T201 - the one who started this reads it
        sys.stdin.readline()
        for number in range(ROUNDS):
            now = datetime.fromisoformat(moment) + PAUSE * number
            send_due_nudges(open_transaction=database.unit_of_work, deps=deps, now=now)


if __name__ == "__main__":
    main()
