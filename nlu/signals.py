"""Finds what a note says of the deal now: a closed list of signals, each with the words that show it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from bot.domain.understanding import Fact, Field, Signal
from nlu.clauses import Clause, Mode, Owner
from nlu.reading import Reading
from nlu.tables import read_table

_TABLE = read_table("signals")
_OVER = re.compile(_TABLE["over"]["pattern"])
_CLOSED_DEAL = re.compile(_TABLE["closed"]["pattern"])
_PAST = re.compile(
    r"本来|原来担心|以前|去年(?!买|装|采购|上的|换的)|上次(?!送|买|发|寄|给|装|拿|那)|之前嫌|当时"
)
_OTHER_MATTER = re.compile(r"那次|那批|(?:去年|上次|以前)[^,。]{1,12}的(?:事|问题)")
_NEGATED = re.compile(r"(?:不是|没有?|不|并非|不再|别|不会|不能|没法|无法|无)$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that shows a signal, what has to stand near it, and what near it speaks against it."""

    signal: Signal
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def _written_out(pattern: str) -> str:
    """A pattern with its parts: <8> is up to eight characters of the clause, <unit> a list."""
    return _PART.sub(
        lambda match: f"[^,。;]{{0,{match[1]}}}?" if match[1].isdigit() else _TABLE["parts"][match[1]],
        pattern,
    )


_PART = re.compile(r"<(\w+)>")


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(_written_out(pattern)) if pattern else None


_CUES = tuple(
    Cue(
        signal=Signal(row["signal"]),
        pattern=re.compile(_written_out("|".join(row["pattern"]))),
        needs=_compiled(row.get("needs")),
        unless=_compiled(row.get("unless")),
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
_SAID_BY_THEM = frozenset({Signal.TIMING, Signal.AUTHORITY})
"""What our own 我年后再去 or 这个价我做不了主 does not show."""


def find_signals(reading: Reading, *, rivals: tuple[int, ...] = ()) -> tuple[Fact, ...]:
    """One fact a signal, the first place that shows it and is not denied or over.

    `rivals` are the plain positions where the names of competitors end.
    """
    starts = [clause.start for clause in reading.clauses]
    found: list[Fact] = []
    closed = _CLOSED_DEAL.search(reading.text)
    for cue in _CUES:
        if (cue.signal is Signal.INTENT and closed) or any(fact.value == cue.signal for fact in found):
            continue
        for match in cue.pattern.finditer(reading.text):
            if match.end() > match.start() and _holds(reading, starts, cue, match, rivals):
                rule = f"signals.{cue.signal}"
                found.append(reading.fact(Field.SIGNAL, cue.signal, match.start(), match.end(), rule=rule))
                break
    return tuple(sorted(found, key=lambda fact: fact.span))


def _holds(
    reading: Reading, starts: list[int], cue: Cue, match: re.Match[str], rivals: tuple[int, ...]
) -> bool:
    if not reading.clauses:
        return False
    number = max(0, bisect_right(starts, match.start()) - 1)
    clause = reading.clauses[number]
    here = reading.text[min(clause.start, match.start()) : max(clause.end, match.end())]
    if _NEGATED.search(reading.text[max(0, match.start() - 3) : match.start()]):
        return False
    if cue.signal in _SAID_BY_THEM and _is_mine(reading, clause):
        return False
    if cue.needs and not _stands_near(reading, cue.needs, number, match, rivals):
        return False
    if cue.unless and _denied(reading, cue, cue.unless, number, match):
        return False
    return not (cue.signal in _FADING and (_is_over(reading, number) or _PAST.search(here)))


def _is_mine(reading: Reading, clause: Clause) -> bool:
    """Whether the rep speaks of what the rep will do."""
    mine = clause.owner is Owner.OURS and clause.mode is Mode.PROMISED
    return mine and bool(_I.search(reading.text, clause.start, clause.end))


_I = re.compile(r"我(?!们)")


def _stands_near(
    reading: Reading, needed: re.Pattern[str], number: int, match: re.Match[str], rivals: tuple[int, ...]
) -> bool:
    """Whether the clause or the one before it has the words that the cue needs, or a competitor's name."""
    before = reading.clauses[max(0, number - 1)].start
    named = any(before <= rival <= match.end() for rival in rivals)
    return named or bool(needed.search(reading.text, before, match.end()))


def _denied(reading: Reading, cue: Cue, unless: re.Pattern[str], number: int, match: re.Match[str]) -> bool:
    """Whether the clause and the next, of a doubt of quality the words beside it, speak against the cue."""
    if cue.signal is Signal.TECHNICAL:
        return bool(unless.search(reading.text[max(0, match.start() - _BESIDE) : match.end() + _BESIDE]))
    last = reading.clauses[min(number + 1, len(reading.clauses) - 1)]
    start = min(reading.clauses[number].start, match.start())
    return bool(unless.search(reading.text[start : max(last.end, match.end())]))


_BESIDE = 6


def _is_over(reading: Reading, number: int) -> bool:
    """Whether the worry of that clause is said to be settled, there or in the four clauses after it."""
    for later in range(number, min(number + 5, len(reading.clauses))):
        clause = reading.clauses[later]
        between = reading.clauses[min(number + 1, later)].start
        if later > number and _OTHER_MATTER.search(reading.text, between, clause.end):
            return False
        if _OVER.search(reading.text, clause.start, clause.end):
            return True
        if later > number and clause.sentence > reading.clauses[number].sentence + 1:
            return False
    return False
