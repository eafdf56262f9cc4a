"""Puts together what the rules found and what the second reader thinks of it and of what they missed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.understanding import ActionKind, Fact, Field, Signal
from nlu.actions import is_called_off_later
from nlu.decision_makers import has_decided, is_told_of_us
from nlu.deeds import Deed
from nlu.found_deeds import FoundAction, cut_deed
from nlu.reading import Reading
from nlu.second_reader import Candidate, ClauseOpinion
from nlu.signals import is_closed

SURE_SIGNAL = 0.25
SURE_DEED = 0.0
SURE_DECIDER = 0.0
"""Log-odds from which the second reader is heard where the rules are silent."""
DOUBTED_SIGNAL = -5.0
DOUBTED_DECIDER = -3.0
DOUBTED_DEED = -2.5
"""Below this a deed that only the rules see is left out."""
_OTHER_KIND = 1.0


def add_signals(
    reading: Reading, found: tuple[Fact, ...], opinions: Sequence[ClauseOpinion]
) -> tuple[Fact, ...]:
    """The signals found, and of the others the clause where each is surest."""
    if not opinions:
        return found
    found = tuple(fact for fact in found if _seems_so(reading, fact, opinions))
    known = {fact.value for fact in found}
    closed = is_closed(reading)
    added = []
    for signal in Signal:
        if signal.value in known or (signal is Signal.INTENT and closed):
            continue
        scores = [opinion.signals[signal] for opinion in opinions]
        score = max(scores)
        if score > SURE_SIGNAL:
            best = scores.index(score)
            place = reading.clauses[best]
            added.append(
                reading.fact(
                    Field.SIGNAL, signal, place.start, place.end,
                    rule=f"signals.learned.{signal}", confidence=chance(score),
                )
            )  # fmt: skip
    return tuple(sorted([*found, *added], key=lambda fact: fact.span))


def _seems_so(reading: Reading, fact: Fact, opinions: Sequence[ClauseOpinion]) -> bool:
    """Whether the clauses that hold the words of a signal do not speak clearly against it."""
    signal = Signal(fact.value)
    here = [
        opinion.signals[signal]
        for clause, opinion in zip(reading.clauses, opinions, strict=True)
        if reading.script.span(clause.start, clause.end).start < fact.span.end
        and fact.span.start < reading.script.span(clause.start, clause.end).end
    ]
    return not here or max(here) > DOUBTED_SIGNAL


def weigh_deeds(
    reading: Reading, found: list[FoundAction], opinions: Sequence[ClauseOpinion]
) -> list[FoundAction]:
    """The deeds found, less the doubted, and those of clauses that surely say one."""
    alone = {clause for clause, count in Counter(deed.clause for deed in found).items() if count == 1}
    kept = [
        _with_likelier_kind(deed, opinions[deed.clause])
        if deed.clause in alone and deed.start >= reading.clauses[deed.clause].start
        else deed
        for deed in found
        if opinions[deed.clause].opens > DOUBTED_DEED
    ]
    busy = {deed.clause for deed in found}
    for number, opinion in enumerate(opinions):
        if number in busy or opinion.opens <= SURE_DEED:
            continue
        kind = opinion.kind()
        beside = [deed.kind for deed in kept if abs(deed.clause - number) == 1]
        clause = reading.clauses[number]
        body = clause.end - clause.deed_from
        if kind in beside or body < _SHORTEST or is_called_off_later(reading, number):
            continue
        deed = Deed(kind=kind, start=0, end=body, rule=f"actions.learned.{kind}")
        kept.append(cut_deed(reading, number, clause, deed, clause.deed_from))
    return sorted(kept, key=lambda deed: (deed.clause, deed.start))


_SHORTEST = 2


def _with_likelier_kind(deed: FoundAction, opinion: ClauseOpinion) -> FoundAction:
    kind = opinion.kind()
    if deed.kind is ActionKind.OTHER:  # moon cakes and flowers are told by their names
        return deed
    if opinion.kinds[kind] - opinion.kinds[deed.kind] > _OTHER_KIND:
        return replace(deed, kind=kind, rule=f"actions.learned.{kind}")
    return deed


def add_deciders(
    reading: Reading, found: tuple[Fact, ...], candidates: Sequence[tuple[Candidate, float]]
) -> tuple[Fact, ...]:
    """The deciders found, and who else surely decides, at the first place where they are named."""
    facts = [_in_full(reading, fact, candidates) for fact in found]
    for candidate, score in sorted(candidates, key=lambda pair: -pair[1]):
        value = reading.text[candidate.start : candidate.end]
        if score <= SURE_DECIDER or any(value in fact.value or fact.value in value for fact in facts):
            continue
        if has_decided(reading.text, candidate.end):
            continue
        if candidate.kind != "person" and is_told_of_us(reading, candidate.start):
            continue
        kind = {"office": "noun"}.get(candidate.kind, candidate.kind)
        facts.append(
            reading.fact(
                Field.DECISION_MAKER, value, candidate.said_from, candidate.end,
                rule=f"decision_makers.{kind}", confidence=chance(score),
            )
        )  # fmt: skip
    return tuple(sorted(facts, key=lambda fact: fact.span))


def _in_full(reading: Reading, fact: Fact, candidates: Sequence[tuple[Candidate, float]]) -> Fact:
    """技术质量部 where the rules saw 质量部: an office or body by its whole name."""
    for candidate, score in candidates:
        value = reading.text[candidate.start : candidate.end]
        more = value.removesuffix(fact.value)
        longer = more != value and len(more) in (1, 2) and not more.endswith(("里", "公司", "我们", "他们"))
        if longer and candidate.kind != "person" and score > DOUBTED_DECIDER:
            span = reading.script.span(candidate.start, candidate.end)
            if span.end == fact.span.end:
                said = reading.script.said(candidate.start, candidate.end)
                return replace(fact, value=value, span=span, said=said)
    return fact


def chance(score: float) -> float:
    """Log-odds as a confidence that is shown as sure: what is added at all is never only asked."""
    return max(0.6, 1 / (1 + math.exp(-score)))
