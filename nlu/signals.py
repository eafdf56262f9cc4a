"""Finds what a note says of the deal now: a closed list of signals, each with the words that show it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from bot.domain.understanding import Fact, Field, Signal
from nlu.reading import Reading
from nlu.tables import read_table

_TABLE = read_table("signals")
_OVER = re.compile(_TABLE["over"])
_CLOSED_DEAL = re.compile(
    r"合同(?:已经|都|他已经|上周就)?签(?:了|完|好了)(?!字)|已经签(?:了|完|约)|谈崩|黄了|单子给了|已经给了别家|不用再报价|输了|丢了这单"
)
_PAST = re.compile(r"本来|原来担心|以前|去年|上次|之前嫌|当时")
_NEGATED = re.compile(r"(?:不是|没有?|不|并非|不再|别|不会|无)$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that shows a signal, and what in its neighbourhood speaks against it."""

    signal: Signal
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


_CUES = tuple(
    Cue(
        Signal(row["signal"]),
        re.compile(row["pattern"]),
        re.compile(row["unless"]) if row["unless"] else None,
    )
    for row in _TABLE["cue"]
)
_FADING = frozenset(
    {
        Signal.PRICE,
        Signal.TECHNICAL,
        Signal.DELIVERY,
        Signal.SERVICE,
        Signal.TRUST,
        Signal.BUDGET,
        Signal.AUTHORITY,
    }
)
"""Worries that a later 解决了 or 没再提 takes away."""


def find_signals(reading: Reading) -> tuple[Fact, ...]:
    """One fact a signal, the first place that shows it and is not denied or over."""
    starts = [clause.start for clause in reading.clauses]
    found: list[Fact] = []
    closed = _CLOSED_DEAL.search(reading.text)
    for cue in _CUES:
        if cue.signal is Signal.INTENT and closed:
            continue
        for match in cue.pattern.finditer(reading.text):
            if match.end() > match.start() and _holds(reading, starts, cue, match):
                rule = f"signals.{cue.signal}"
                found.append(reading.fact(Field.SIGNAL, cue.signal, match.start(), match.end(), rule=rule))
                break
    return tuple(sorted(found, key=lambda fact: fact.span))


def _holds(reading: Reading, starts: list[int], cue: Cue, match: re.Match[str]) -> bool:
    if not reading.clauses:
        return False
    number = max(0, bisect_right(starts, match.start()) - 1)
    clause = reading.clauses[number]
    last = reading.clauses[min(number + 1, len(reading.clauses) - 1)]
    here = reading.text[min(clause.start, match.start()) : max(clause.end, match.end())]
    if _NEGATED.search(reading.text[max(0, match.start() - 3) : match.start()]):
        return False
    reach = clause.end if cue.signal is Signal.TECHNICAL else last.end
    near = reading.text[min(clause.start, match.start()) : max(reach, match.end())]
    if cue.unless and cue.unless.search(near):
        return False
    return not (cue.signal in _FADING and (_is_over(reading, number) or _PAST.search(here)))


def _is_over(reading: Reading, number: int) -> bool:
    """Whether the worry of that clause is said to be settled, there or in the three clauses after it."""
    for later in range(number, min(number + 4, len(reading.clauses))):
        clause = reading.clauses[later]
        if _OVER.search(reading.text, clause.start, clause.end):
            return True
        if later > number and clause.sentence > reading.clauses[number].sentence + 1:
            return False
    return False
