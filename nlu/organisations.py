"""Finds organisations nobody told us of: by what they end in and by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.names import KIND_WORDS
from nlu.people import DEPARTMENT, ROLE
from nlu.tables import any_of, read_table, words_of
from nlu.tokens import Words

_TABLE = read_table("organisations")
_GENERIC = frozenset(words_of(_TABLE["generic"]))
_STOPS = words_of(_TABLE["left_stops"])
_CORPORATE = any_of(_TABLE["corporate"])
_HAN = "\u4e00-\u9fff"
_KIND = re.compile(rf"(?:{KIND_WORDS})+")
_LATIN_FIRM = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+)+(?![A-Za-z])")
_POSITION = re.compile(
    rf"(?:(?<=^)|(?<=[,。;!?\s])|(?<=今天去)|(?<=上午去)|(?<=下午去)|(?<=去了)|(?<=到了)|(?<=拜访了)|(?<=拜访)|(?<=刚从)|(?<=跟)|(?<=和))"
    rf"(?P<name>[{_HAN}]{{2,8}}?)(?:的|那边的?)(?=(?:{DEPARTMENT}|{ROLE})|[{_HAN}]{{1,2}}(?:总|工|经理|主任|科长|部长|老板|姐|哥))"
)
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationHit:
    """An unknown organisation at `start` to `end`; `sure` where it ends in what organisations end in."""

    name: str
    start: int
    end: int
    rule: str


def find_organisations(text: str, *, taken: list[tuple[int, int]], words: Words) -> tuple[OrganisationHit, ...]:
    """Organisations outside the taken spans, in order."""
    cuts = words.cuts(text)
    hits: list[OrganisationHit] = []
    for hit in (*_by_kind(text, taken, cuts, words), *_latin_firms(text), *_by_position(text, words)):
        if all(hit.end <= a or b <= hit.start for a, b in (*taken, *((h.start, h.end) for h in hits))):
            hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: hit.start))


def _by_kind(
    text: str, taken: list[tuple[int, int]], cuts: tuple[tuple[int, int], ...], words: Words
) -> Iterator[OrganisationHit]:
    for match in _KIND.finditer(text):
        start = _left_edge(text, match.start(), taken, cuts)
        name = text[start : match.end()]
        proper = text[start : match.start()]
        if len(proper) < 1 or (len(proper) == 1 and len(match.group()) < 3) or name in _GENERIC:
            continue
        if (len(proper) <= 4 and words.frequency(proper) >= 2_000) or words.frequency(name) >= 100:
            continue
        yield OrganisationHit(name=name, start=start, end=match.end(), rule="organisations.kind")


def _left_edge(text: str, end: int, taken: list[tuple[int, int]], cuts: tuple[tuple[int, int], ...]) -> int:
    """How far the proper part reaches to the left: to punctuation, a function word, a verb or another name."""
    start = end
    least = max([0, end - _MOST, *(b for _, b in taken if b <= end)])
    words_before = [(a, b) for a, b in cuts if a < end and a >= least]
    for a, b in reversed(words_before):
        word = text[a : min(b, end)]
        if not re.fullmatch(rf"[{_HAN}A-Z]+", word) or word in _STOP_SET or (a > 0 and word[0] in "的了"):
            break
        start = a
    return start


_STOP_SET = frozenset(_STOPS)


def _latin_firms(text: str) -> Iterator[OrganisationHit]:
    for match in _LATIN_FIRM.finditer(text):
        yield OrganisationHit(name=match.group(), start=match.start(), end=match.end(), rule="organisations.latin")


def _by_position(text: str, words: Words) -> Iterator[OrganisationHit]:
    for match in _POSITION.finditer(text):
        name = match["name"]
        if re.search(rf"[他她我你们这那的了说是个]|{DEPARTMENT}$|{ROLE}$", name) or words.frequency(name) >= 500:
            continue
        yield OrganisationHit(name=name, start=match.start("name"), end=match.end("name"), rule="organisations.position")
