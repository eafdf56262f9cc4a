"""A trained second opinion: what each clause shows and who decides; it only points at words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.understanding import ActionKind, Signal
from nlu.persons import PersonHit, Side
from nlu.reading import Reading
from nlu.scorer import Scorer, load_scorers
from nlu.tables import any_of, read_table
from nlu.tokens import Words
from nlu.traits import clause_traits, mark_plain, name_traits

OPEN = "open"
"""The label of a clause that says a deed of ours that is still to be done."""
CLAUSE, DECIDER = "clause", "decider"
"""The names of the two scorers."""
KINDS = tuple(ActionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseOpinion:
    """Log-odds of what one clause shows."""

    signals: dict[Signal, float]
    opens: float
    kinds: dict[ActionKind, float]

    def kind(self) -> ActionKind:
        """The likeliest kind, were it a deed."""
        return max(KINDS, key=self.kinds.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person, office or body at `start` to `end` that might decide."""

    start: int
    end: int
    said_from: int
    kind: str


class SecondReader:
    """Scores clauses and names; safe to share between threads."""

    def __init__(self, scorers: dict[str, Scorer]) -> None:
        self._clause, self._decider = scorers[CLAUSE], scorers[DECIDER]
        place = {label: number for number, label in enumerate(self._clause.labels)}
        self._signals = [(signal, place[signal.value]) for signal in Signal]
        self._kinds = [(kind, place[f"kind.{kind}"]) for kind in KINDS]
        self._open = place[OPEN]

    @classmethod
    def load(cls) -> SecondReader:
        """The shipped model."""
        return cls(load_scorers())

    def clauses(self, reading: Reading) -> tuple[ClauseOpinion, ...]:
        """One opinion a clause."""
        return tuple(map(self._opinion, self._clause.score(clause_traits(reading))))

    def _opinion(self, scores: list[float]) -> ClauseOpinion:
        return ClauseOpinion(
            signals={signal: scores[number] for signal, number in self._signals},
            opens=scores[self._open],
            kinds={kind: scores[number] for kind, number in self._kinds},
        )

    def deciders(
        self, reading: Reading, *, people: tuple[PersonHit, ...], words: Words
    ) -> tuple[tuple[Candidate, float], ...]:
        """Everybody who might decide, with the log-odds that they do."""
        marked = mark_plain(reading)
        candidates = tuple(find_candidates(reading, people=people, words=words))
        scores = self._decider.score([traits_of(marked, candidate) for candidate in candidates])
        return tuple((candidate, score) for candidate, (score,) in zip(candidates, scores, strict=True))


def traits_of(marked: str, candidate: Candidate) -> set[str]:
    """The traits of a candidate in the marked text."""
    return name_traits(marked, candidate.start, candidate.end, candidate.said_from, candidate.kind)


_TABLE = read_table("decisions")
_ENDS = re.compile(any_of(_TABLE["body_ends"]))
_NO_PART = frozenset(_TABLE["no_part_of_body"].split())
_OFFICE = re.compile(any_of(_TABLE["offices"]))


def find_candidates(reading: Reading, *, people: tuple[PersonHit, ...], words: Words) -> Iterator[Candidate]:
    """People of the customer's side, then offices and bodies by what their names end in."""
    taken = [(hit.start, hit.end) for hit in people]
    for hit in people:
        if hit.side is Side.CUSTOMER:
            yield Candidate(start=hit.start, end=hit.end, said_from=hit.said_from, kind="person")
    text = reading.text
    people_at = list(taken)
    taken += [(date.span.start, date.span.end) for date in reading.dates]
    for start, end in _bodies(text, words):
        if all(end <= a or b <= start for a, b in taken):
            if any(a == end for a, _ in people_at):
                continue
            kind = "office" if _OFFICE.fullmatch(text[start:end]) else "body"
            yield Candidate(start=start, end=end, said_from=start, kind=kind)


def _bodies(text: str, words: Words) -> Iterator[tuple[int, int]]:
    """Runs of words that end as offices and bodies do: 药剂与耗材会, 技术质量部."""
    cuts = words.cuts(text)
    done = 0
    for match in _ENDS.finditer(text):
        if match.start() < done or text[match.end() : match.end() + 1] in ("儿", "员", "议", "长"):
            continue
        start = match.start()
        if match.group() == "部" and text[start - 1 : start] in _NO_OFFICE:
            continue
        for a, b in reversed([cut for cut in cuts if done <= cut[0] < match.start()][-4:]):
            word = text[a:b]
            if b < start or not _belongs(word, words):
                break
            start = min(start, a)
        if match.end() - start >= 2 and match.end() - start <= _LONGEST_NAME:
            yield start, match.end()
            done = match.end()


_LONGEST_NAME = 12
_NO_OFFICE = frozenset("全内外局干底头顶尾背腰中")
"""全部, 内部, 干部: no office."""


def _belongs(word: str, words: Words) -> bool:
    if word in _NO_PART or not all("\u4e00" <= letter <= "\u9fff" for letter in word):
        return False
    return word in _ADMINISTRATIVE or (len(word) > 1 and word not in words.closed)


_ADMINISTRATIVE = frozenset("与市县区省镇街州院校厂局")
