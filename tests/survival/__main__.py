"""The long form of the survival test: kills the program again and again while 301 messages come in."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tests.survival.storm import Outcome, Plan, raise_storm


def main(arguments: Sequence[str]) -> int:
    """Run one storm and print what became of it; 0 only where nothing was lost and nothing doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.survival", description=__doc__)
    parser.add_argument("--notes", type=int, default=203, help="every second one is confirmed by a button")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty database's address; default: a SQLite file")
    parser.add_argument("--hurry", action="store_true", help="move the clock past the leases after each kill")
    given = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="genjin-survival-") as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'genjin.db'}"
        plan = Plan(
            notes=given.notes,
            kills=given.kills,
            seed=given.seed,
            database_url=url,
            folder=Path(folder),
            hurry=given.hurry,
        )
        outcome = asyncio.run(raise_storm(plan))
    show(outcome, Console())
    return 0 if outcome.verdict.is_clean and not outcome.unseen else 1


def show(outcome: Outcome, out: Console) -> None:
    """Print the figures."""
    verdict, table = outcome.verdict, Table(show_header=False)
    recovery = outcome.longest_recovery
    rows = {
        "kills": outcome.kills,
        "sent, with what was sent again": outcome.sent,
        "sent again after a kill": outcome.resent,
        "sent twice on purpose": outcome.doubled,
        "acknowledged": outcome.acknowledged,
        "records": verdict.records,
        "lost": len({*verdict.lost, *verdict.not_stored, *verdict.not_done}),
        "doubled": len(verdict.doubled),
        "without a reply": len(verdict.unanswered),
        "replies that never left": len(verdict.not_sent),
        "cards on nobody's screen": len(outcome.unseen),
        "refused": len(outcome.refused),
        "longest start": f"{max(outcome.starts):.1f} s",
        "longest recovery": "not measured" if recovery is None else f"{recovery:.1f} s",
        "whole run": f"{outcome.seconds:.0f} s",
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    out.print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
