"""Labelled examples for training: from the annotated notes of this repository and from written paradigms."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.calendar import SHANGHAI
from bot.domain.understanding import Field, Lexicon
from nlu.drafts import lexicon_from_lists, read_note
from nlu.reading import Reading
from nlu.second_reader import find_candidates, traits_of
from nlu.traits import clause_traits, mark_plain
from nlu.understand import Understander
from tests.eval.scoring import plain
from tests.training.paradigms import Told, Writer

NOTES = Path(__file__).parents[1] / "data"
FILES = ("visits_dev", "notes_b", "notes_c", "notes_d", "own_notes_dev")
"""Annotated notes that were worked with; those kept aside are never read here."""
_NOW = datetime(2026, 11, 12, 15, 0, tzinfo=SHANGHAI)


@dataclass(slots=True, kw_only=True)
class Example:
    """Traits of one clause or name; `bag` numbers the note whose labels it may share, `weight` its share."""

    traits: set[str]
    labels: set[str]
    weight: float
    bag: int = -1
    kinds: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Bag:
    """A note of which it is known what it shows, and where the rules see it, but for `lost` not where."""

    lost: set[str]
    shown: set[str]


def read_lines(name: str) -> list[dict[str, Any]]:
    """The notes of one file."""
    lines = (NOTES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def paradigm_lexicon() -> Lexicon:
    """The names that stand in the paradigms."""
    fillings = Writer(0).fillings
    return lexicon_from_lists(
        {"customers": [[name] for name in fillings["c"]], "competitors": [[name] for name in fillings["k"]]}
    )


def read_told(understander: Understander, told: Iterable[Told]) -> Iterator[tuple[Told, Reading]]:
    """The sentences read as notes of their own."""
    lexicon = paradigm_lexicon()
    for one in told:
        yield one, understander.read(one.text, now=_NOW, lexicon=lexicon)


def clauses_told(understander: Understander, told: Iterable[Told], weight: float) -> Iterator[Example]:
    """Examples from paradigms: the clause that holds most of what was told has its labels."""
    for one, reading in read_told(understander, told):
        shares = _shares(reading, one.start, one.end)
        if not shares:
            continue
        main = shares.most_common(1)[0][0]
        for number, traits in enumerate(clause_traits(reading)):
            if number == main:
                kinds = {one.kind} if one.kind else set()
                yield Example(traits=traits, labels=set(one.labels), weight=weight, kinds=kinds)
            elif number not in shares:
                yield Example(traits=traits, labels=set(), weight=weight)


def _shares(reading: Reading, start: int, end: int) -> Counter[int]:
    """How many of the raw characters from `start` to `end` each clause holds."""
    origin = reading.script.origin
    return Counter(
        number
        for number, clause in enumerate(reading.clauses)
        for place in range(clause.start, clause.end)
        if start <= origin[place] < end
    )


def clauses_noted(
    understander: Understander, lines: Iterable[Mapping[str, Any]], bags: list[Bag]
) -> Iterator[Example]:
    """Examples from annotated notes: signals where the rules see them, deeds where their words stand."""
    for line in lines:
        note = read_note(line)
        reading = understander.read(note.text, now=note.now, lexicon=note.lexicon)
        labels: list[set[str]] = [set() for _ in reading.clauses]
        kinds: list[set[str]] = [set() for _ in reading.clauses]
        for action in line["gold"]["actions"]:
            number = _clause_of(reading, note.text, action["text"])
            if number is not None:
                labels[number].add("open")
                kinds[number].add(action["kind"])
        wanted = set(line["gold"]["signals"])
        seen = set()
        told = understander.understand(note.text, now=note.now, lexicon=note.lexicon)
        for fact in (fact for visit in told.visits for fact in visit.of(Field.SIGNAL)):
            shares = _shares(reading, fact.span.start, fact.span.end)
            if shares and fact.value in wanted:
                labels[shares.most_common(1)[0][0]].add(fact.value)
                seen.add(fact.value)
        bags.append(Bag(lost=wanted - seen, shown=wanted))
        for number, traits in enumerate(clause_traits(reading)):
            yield Example(
                traits=traits, labels=labels[number], weight=1.0, bag=len(bags) - 1, kinds=kinds[number]
            )


def _clause_of(reading: Reading, text: str, words: str) -> int | None:
    """The clause that holds the words of a deed, the last of those that hold two fifths of them."""
    start = text.find(words)
    shares = _shares(reading, start, start + len(words)) if start >= 0 else Counter[int]()
    most = sum(shares.values()) * 2 / 5
    return max((number for number, count in shares.items() if count >= most), default=None)


def deciders_told(understander: Understander, told: Iterable[Told], weight: float) -> Iterator[Example]:
    """Names in paradigms: what stands in the slot has the label, others none."""
    for one, reading in read_told(understander, told):
        marked = mark_plain(reading)
        for candidate in find_candidates(reading, people=reading.people, words=understander.words):
            span = reading.script.span(candidate.start, candidate.end)
            here = span.start < one.end and one.start < span.end
            yield Example(
                traits=traits_of(marked, candidate), labels=set(one.labels) if here else set(), weight=weight
            )


def deciders_noted(
    understander: Understander, lines: Iterable[Mapping[str, Any]], bags: list[Bag]
) -> Iterator[Example]:
    """Names in annotated notes; one that stands there twice decides at one place, not known which."""
    for line in lines:
        note = read_note(line)
        reading = understander.read(note.text, now=note.now, lexicon=note.lexicon)
        marked = mark_plain(reading)
        wanted = {plain(name) for name in line["gold"]["decision_makers"]}
        bag_of: dict[str, int] = {}
        for candidate in find_candidates(reading, people=reading.people, words=understander.words):
            name = plain(reading.text[candidate.start : candidate.end])
            if name in wanted and name not in bag_of:
                bag_of[name] = len(bags)
                bags.append(Bag(lost={"decides"}, shown={"decides"}))
            yield Example(
                traits=traits_of(marked, candidate), labels=set(), weight=1.0, bag=bag_of.get(name, -1)
            )
