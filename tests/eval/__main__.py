"""Prints the table of understanding scores: `python -m tests.eval [--gold FILE] [--errors N]`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.calendar import load_calendar
from nlu.drafts import draft_of, read_note
from nlu.understand import Understander
from tests.eval.scoring import Score, score_drafts

OWN_NOTES = Path(__file__).parents[1] / "data"
FIRST_YEAR, LAST_YEAR = 2024, 2029


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The notes of one file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_drafts(understander: Understander, lines: list[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """What the product makes of them, by id."""
    drafts = {}
    for note in map(read_note, lines):
        understanding = understander.understand(note.text, now=note.now, lexicon=note.lexicon)
        drafts[note.id] = draft_of(understanding)
    return drafts


def print_scores(console: Console, scores: dict[str, Score], errors: int) -> None:
    """One column a file, then its notes with most wrong fields."""
    table = Table(title="understanding")
    table.add_column("measure")
    for name, score in scores.items():
        table.add_column(f"{name} ({score.notes})", justify="right")
    for index, (measure, _) in enumerate(next(iter(scores.values())).rows()):
        table.add_row(measure, *(f"{score.rows()[index][1]:.3f}" for score in scores.values()))
    console.print(table)
    for name, score in scores.items():
        for verdict in sorted(score.verdicts, key=lambda verdict: -len(verdict.wrong))[:errors]:
            console.print(f"[b]{name} {verdict.id}[/b] {verdict.text}", highlight=False)
            for field, (gold, given) in verdict.wrong.items():
                console.print(f"    {field}: wanted {gold!r}, got {given!r}", highlight=False, markup=False)


def main() -> None:
    """Score the given gold files, else EVAL_GOLD, else our own notes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--gold", type=Path, action="append", help="a file of annotated notes; may be repeated"
    )
    parser.add_argument("--errors", type=int, default=0, help="print the N worst notes of each file")
    parser.add_argument("--least", type=float, default=0.0, help="fail where slots F1 is below this")
    options = parser.parse_args()
    given = [Path(name) for name in os.environ.get("EVAL_GOLD", "").split(os.pathsep) if name]
    own = [OWN_NOTES / f"{name}.jsonl" for name in ("own_notes_dev", "notes_b", "own_notes_aside")]
    understander = Understander.load(load_calendar(FIRST_YEAR, LAST_YEAR))
    scores = {}
    for path in options.gold or given or own:
        lines = read_lines(path)
        scores[path.stem] = score_drafts(lines, read_drafts(understander, lines))
    print_scores(Console(width=120), scores, options.errors)
    if any(score.tallies["slots"].f1 < options.least for score in scores.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
