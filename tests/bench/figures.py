"""A figure of the benchmark beside its goal and its baseline, and the tables that show them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table

HEADINGS = ("what", "figure", "goal", "baseline of the same run", "figure ÷ baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; `baseline` is what the same machine needs for the least that could be done."""

    name: str
    value: float
    unit: str
    goal: str = ""
    baseline: float | None = None
    baseline_name: str = ""

    def cells(self) -> tuple[str, ...]:
        """What the row of a table says."""
        base = "" if self.baseline is None else f"{amount(self.baseline)} {self.unit} ({self.baseline_name})"
        ratio = "" if not self.baseline else f"{amount(self.value / self.baseline)}"
        return (self.name, f"{amount(self.value)} {self.unit}".strip(), self.goal, base, ratio)


def amount(value: float) -> str:
    """Three digits that matter."""
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 3)}f}"


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def spread(
    name: str,
    seconds: Sequence[float],
    *,
    parts: Sequence[float],
    goals: Sequence[str] = (),
    baseline: Sequence[float] = (),
    baseline_name: str = "",
) -> list[Figure]:
    """Percentiles of times in milliseconds, each beside the same percentile of the baseline."""
    return [
        Figure(
            name=f"{name}, p{part * 100:.0f}",
            value=_at(seconds, part) * 1000,
            unit="ms",
            goal=goal,
            baseline=_at(baseline, part) * 1000 if baseline else None,
            baseline_name=baseline_name,
        )
        for part, goal in zip(parts, [*goals, *[""] * len(parts)], strict=False)
    ]


def _at(values: Sequence[float], part: float) -> float:
    return median(values) if part == 0.5 else percentile(values, part)


def as_table(figures: Iterable[Figure], *, title: str) -> Table:
    """For the terminal."""
    table = Table(title=title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in HEADINGS[:1] else "right")
    for figure in figures:
        table.add_row(*figure.cells())
    return table


def as_markdown(figures: Iterable[Figure]) -> str:
    """For the documentation."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "| --- | ---: | ---: | ---: | ---: |"]
    return "\n".join([*lines, *("| " + " | ".join(figure.cells()) + " |" for figure in figures)])
