"""Finds organisations nobody told us of: by what they end in and by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.homophones import is_han
from nlu.names import KIND_WORDS
from nlu.persons import DEPARTMENT, ROLE, TITLE
from nlu.proper import run_before
from nlu.tables import any_of, read_table, words_of
from nlu.tokens import Words

_TABLE = read_table("organisations")
_GENERIC = frozenset(words_of(_TABLE["generic"]))
_STOPS = words_of(_TABLE["left_stops"])
_CORPORATE = any_of(_TABLE["corporate"])
_HAN = "\u4e00-\u9fff"
_KIND = re.compile(rf"(?=(?P<kinds>(?:{KIND_WORDS}(?![部处室组科]|中心))+))")
_OFFICE_OF_PERSON = re.compile(rf"(?P<office>{DEPARTMENT})$")
_LATIN_FIRM = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+)+(?![A-Za-z])")
_POSITION = re.compile(
    rf"(?:(?<=^)|(?<=[,。;!?\s])|(?<=今天去)|(?<=上午去)|(?<=下午去)|(?<=去了)|(?<=到了)|(?<=拜访了)|(?<=拜访)|(?<=刚从)|(?<=跟)|(?<=和))"
    rf"(?P<name>[{_HAN}]{{2,8}}?)(?:的|那边的?)(?=(?:{DEPARTMENT}|{ROLE})|[{_HAN}]{{1,2}}(?:{TITLE})|[小老阿][{_HAN}](?:说|要|问|让|讲|来|打))"
)
_PLACES = frozenset(words_of(_TABLE["places"]))
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationHit:
    """An unknown organisation at `start` to `end`; `sure` where it ends in what organisations end in."""

    name: str
    start: int
    end: int
    rule: str


def find_organisations(
    text: str, *, taken: list[tuple[int, int]], words: Words
) -> tuple[OrganisationHit, ...]:
    """Organisations outside the taken spans, in order."""
    cuts = words.cuts(text)
    hits: list[OrganisationHit] = []
    for hit in (*_by_kind(text, taken, cuts, words), *_latin_firms(text), *_by_position(text, taken, words)):
        if all(hit.end <= a or b <= hit.start for a, b in (*taken, *((h.start, h.end) for h in hits))):
            hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: hit.start))


def _by_kind(
    text: str, taken: list[tuple[int, int]], cuts: tuple[tuple[int, int], ...], words: Words
) -> Iterator[OrganisationHit]:
    for match in _KIND.finditer(text):
        end = _without_office(text, match.start(), match.end("kinds"))
        start = _left_edge(text, match.start(), taken, cuts, words)
        name, proper, kind = text[start:end], text[start : match.start()], text[match.start() : end]
        if not kind or not proper or (len(proper) == 1 and len(kind) < 3) or name in _GENERIC:
            continue
        of_person = _PERSON_AFTER.match(text, end)
        if not of_person and (words.frequency(proper) >= 2_000 or words.frequency(name) >= 100):
            continue
        yield OrganisationHit(name=name, start=start, end=end, rule="organisations.kind")


_PERSON_AFTER = re.compile(
    rf"(?:的|那边的?)?(?:{DEPARTMENT})?(?:{ROLE})?[{_HAN}]{{0,2}}(?:总|工|经理|主任|科长|部长|会计|老板|姐|哥|老师|校长|院长)"
)
_ROLE_AFTER = re.compile(ROLE)


def _without_office(text: str, start: int, end: int) -> int:
    """晨光冷饮物流主管: 物流 is the office of the person, not what the firm does."""
    office = _OFFICE_OF_PERSON.search(text, start, end)
    return office.start() if office and office.start() > start and _ROLE_AFTER.match(text, end) else end


def _left_edge(
    text: str, end: int, taken: list[tuple[int, int]], cuts: tuple[tuple[int, int], ...], words: Words
) -> int:
    """Where the proper part begins: after punctuation, a function word, a verb or another name."""
    start = end
    least = max([0, end - _MOST, *(b for _, b in taken if b <= end)])
    words_before = [(a, b) for a, b in cuts if a < end and a >= least]
    for a, b in reversed(words_before):
        word = text[a : min(b, end)]
        opens = a == 0 or not is_han(text[a - 1])
        if opens and word in _PLACE_FRONT:
            start = a
            break
        if (
            not re.fullmatch(rf"[{_HAN}A-Z]+", word)
            or word in _STOP_SET
            or (len(word) > 1 and word in words.closed)
            or (a > 0 and word[0] in "的了")
        ):
            break
        start = a
    return start


_PLACE_FRONT = frozenset("上下前后中东西南北新老大小")
_STOP_SET = frozenset(_STOPS)


def _latin_firms(text: str) -> Iterator[OrganisationHit]:
    for match in _LATIN_FIRM.finditer(text):
        yield OrganisationHit(
            name=match.group(), start=match.start(), end=match.end(), rule="organisations.latin"
        )


_PREPOSITION = re.compile(r"^(?:跟|和|去了?|到|见了?|找|给|陪|从|在|约|今天|上午|下午)+")
_NO_FIRM = re.compile(
    rf"[他她我你们这那的了说是个]|{DEPARTMENT}$|{ROLE}$|展会|会上|客户|接手|新来|新任|重点|原来|以前|现在|负责"
)


def _by_position(text: str, taken: list[tuple[int, int]], words: Words) -> Iterator[OrganisationHit]:
    for match in _POSITION.finditer(text):
        name = match["name"]
        start, end = match.span("name")
        bare = _PREPOSITION.sub("", name)
        start += len(name) - len(bare)
        if (
            len(bare) < 2
            or bare in _PLACES
            or _NO_FIRM.search(bare)
            or any(start < b and a < end for a, b in taken)
        ):
            continue
        if run_before(text, end, words=words, longest=8) == start and words.frequency(bare) < 500:
            yield OrganisationHit(name=bare, start=start, end=end, rule="organisations.position")
