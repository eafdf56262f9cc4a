"""Finds the names that the company knows: exact over characters, else by sound, never over a common word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import ahocorasick

from bot.domain.understanding import Lexicon, LexiconEntry
from nlu.homophones import is_han, sound_of, sounds_same
from nlu.normalize import normalize
from nlu.tables import any_of, read_table, words_of
from nlu.tokens import COMMON, Words

_TABLE = read_table("organisations")
_CORPORATE = words_of(_TABLE["corporate"])
_KINDS = words_of(_TABLE["kinds"])
_KIND_SET = frozenset(_KINDS)
_LONGEST_KIND = len(_KINDS[0])
_PLACES = words_of(_TABLE["places"])
KIND_WORDS = any_of((*_KINDS, *_CORPORATE))
COMMON_WORD = 400
"""What `COMMON` is where the words stand as only an organisation does: before 的 and a person."""
_OF_PEOPLE = re.compile(
    r"(?:的|那边的?)(?:[^\W\d_]{1,6})?(?:总|工|经理|主任|科长|部长|老板|老师|院长|校长|姐|哥)"
)


class NameKind(StrEnum):
    """Which of the company's lists a name stands in."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    COMPETITOR = "competitor"
    PRODUCT = "product"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHit:
    """A known name at `start` to `end` of the plain text; several entries where the words fit several."""

    kind: NameKind
    entries: tuple[LexiconEntry, ...]
    start: int
    end: int
    rule: str

    @property
    def length(self) -> int:
        """Characters it covers."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Two automata over one lexicon: its names as written, and as heard."""

    written: Any
    heard: Any


def index_names(lexicon: Lexicon, words: Words) -> NameIndex:
    """Build the automata; a name that several entries share keeps them all."""
    written: dict[str, list[tuple[NameKind, LexiconEntry, str]]] = defaultdict(list)
    for kind, entries in _listed(lexicon):
        for entry in entries:
            for name, rule in _spoken_forms(kind, entry, words):
                if (kind, entry, "names.exact") not in written[name]:
                    written[name].append((kind, entry, rule))
    heard: dict[str, list[str]] = defaultdict(list)
    for name in written:
        certain = any(rule == "names.exact" for _, _, rule in written[name])
        if certain and len(name) > 1 and all(map(is_han, name)):
            heard[sound_of(name)].append(name)
    return NameIndex(
        _automaton(written), _automaton({s: [(n, written[n]) for n in ns] for s, ns in heard.items()})
    )


def find_names(text: str, *, index: NameIndex, words: Words) -> tuple[NameHit, ...]:
    """Known names in order, without overlaps: exact before heard, longer before shorter."""
    taken: list[NameHit] = []
    hits = [*_exact_hits(text, index), *_heard_hits(text, index, words)]
    for hit in sorted(hits, key=lambda hit: (_CERTAINTY[hit.rule], -hit.length, hit.start)):
        if all(
            hit.end <= other.start or other.end <= hit.start or _same_place(hit, other) for other in taken
        ):
            taken.append(hit)
    return tuple(sorted(taken, key=lambda hit: (hit.start, hit.kind)))


_CERTAINTY = {"names.exact": 0, "names.shortened": 1, "names.heard": 2}


def _same_place(one: NameHit, other: NameHit) -> bool:
    return (one.start, one.end) == (other.start, other.end) and one.kind is not other.kind


def _listed(lexicon: Lexicon) -> Iterator[tuple[NameKind, tuple[LexiconEntry, ...]]]:
    yield NameKind.CUSTOMER, lexicon.customers
    yield NameKind.COMPETITOR, lexicon.competitors
    yield NameKind.PRODUCT, lexicon.products
    yield NameKind.CONTACT, lexicon.contacts
    yield NameKind.COLLEAGUE, lexicon.colleagues


def _spoken_forms(kind: NameKind, entry: LexiconEntry, words: Words) -> Iterator[tuple[str, str]]:
    names = [plain for name in entry.names if len(plain := normalize(name).text.lower().strip()) > 1]
    yield from ((name, "names.exact") for name in names)
    if kind not in (NameKind.CUSTOMER, NameKind.COMPETITOR):
        return
    for name in names:
        for short in _shortened(name):
            if short not in names and words.frequency(short) < COMMON:
                yield short, "names.shortened"


def _shortened(name: str) -> Iterator[str]:
    """What people say of a full name: without the form of company, the place, and what it does."""
    base = name
    for form in _CORPORATE:
        base = base.removesuffix(form)
    yield from _if_long(base, 3)
    for place in _PLACES:
        if base.startswith(place) and len(base) > len(place) + 1:
            base = base.removeprefix(place).removeprefix("市")
            yield from _if_long(base, 3)
            break
    core = base
    for _ in range(3):
        longest = min(_LONGEST_KIND, len(core) - 2)
        size = next((size for size in range(longest, 1, -1) if core[-size:] in _KIND_SET), 0)
        core = core[: len(core) - size]
    if core != base and 2 <= len(core) <= 3:
        yield core


def _if_long(name: str, least: int) -> Iterator[str]:
    if len(name) >= least:
        yield name


def _automaton(table: dict[str, Any]) -> Any:
    automaton = ahocorasick.Automaton()
    for word, payload in table.items():
        automaton.add_word(word, (len(word), payload))
    automaton.make_automaton()
    return automaton


def _scan(automaton: Any, text: str) -> Iterable[tuple[int, tuple[int, Any]]]:
    return automaton.iter(text) if len(automaton) else ()


def _exact_hits(text: str, index: NameIndex) -> Iterator[NameHit]:
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    for last, (length, payload) in _scan(index.written, lowered):
        start, end = last + 1 - length, last + 1
        if not _cuts_latin(text, start, end):
            yield from _grouped(text, start, end, payload)


def _cuts_latin(text: str, start: int, end: int) -> bool:
    before = start and text[start - 1].isascii() and text[start - 1].isalnum()
    after = end < len(text) and text[end].isascii() and text[end].isalpha()
    return bool((before and text[start].isascii()) or (after and text[end - 1].isascii()))


def _grouped(
    text: str, start: int, end: int, payload: list[tuple[NameKind, LexiconEntry, str]], *, heard: bool = False
) -> Iterator[NameHit]:
    for kind in dict.fromkeys(kind for kind, _, _ in payload):
        own = [(entry, rule) for of, entry, rule in payload if of is kind]
        certain = [entry for entry, rule in own if rule == "names.exact"]
        entries = tuple(dict.fromkeys(certain or [entry for entry, _ in own]))
        grown = _grow(text, end, entries) if kind is NameKind.CUSTOMER else end
        if kind is NameKind.CUSTOMER and grown == end and _other_firm(text, start, end, entries):
            continue
        rule = "names.heard" if heard else ("names.exact" if certain else "names.shortened")
        yield NameHit(kind=kind, entries=entries, start=start, end=grown, rule=rule)


def _grow(text: str, end: int, entries: tuple[LexiconEntry, ...]) -> int:
    """Take in what follows an alias where the full name has it too: 永固 in 永固模具."""
    for word in (*_KINDS, *_CORPORATE):
        if text.startswith(word, end) and any(word in name for entry in entries for name in entry.names):
            return end + len(word)
    return end


_OFFICE_ENDS = ("部", "科", "处", "室", "组")


def _other_firm(text: str, start: int, end: int, entries: tuple[LexiconEntry, ...]) -> bool:
    """康联 in 康联物流 is another firm than 康联医疗: what follows contradicts every full name."""
    if end - start > 3 or any(text[start:end] == entry.name for entry in entries):
        return False
    follows = next((word for word in _KINDS if text.startswith(word, end)), "")
    if text[end + len(follows) : end + len(follows) + 1] in _OFFICE_ENDS:
        return False
    return bool(follows) and not any(follows in name for entry in entries for name in entry.names)


def _heard_hits(text: str, index: NameIndex, words: Words) -> Iterator[NameHit]:
    sound = sound_of(text)
    if not len(index.heard) or len(sound) != len(text):
        return
    cuts = words.cuts(text)
    for last, (length, candidates) in _scan(index.heard, sound):
        start, end = last + 1 - length, last + 1
        said = text[start:end]
        in_place = bool(_OF_PEOPLE.match(text, end))
        fits = [
            (name, payload)
            for name, payload in candidates
            if name != said and _plausible(said, name, start, end, cuts=cuts, words=words, in_place=in_place)
        ]
        same = [payload for name, payload in fits if sounds_same(said, name)]
        heard = same or [payload for _, payload in fits]
        yield from _grouped(text, start, end, [row for rows in heard for row in rows], heard=True)


_PARTICLES = frozenset("的了是在我你他她们说要让不就都也和跟给这那有没去来到")


def _plausible(
    said: str,
    name: str,
    start: int,
    end: int,
    *,
    cuts: tuple[tuple[int, int], ...],
    words: Words,
    in_place: bool,
) -> bool:
    """Whether it is a misheard name rather than ordinary words: a common word is never repaired."""
    if any(a != b and a in _PARTICLES for a, b in zip(said, name, strict=True)):
        return False
    if not all(map(is_han, said)) or words.frequency(said) >= (COMMON_WORD if in_place else COMMON):
        return False
    touching = [(a, b) for a, b in cuts if a < end and b > start]
    straddles = any(b - a > 1 and (a < start or b > end) for a, b in touching)
    if len(said) == 2:
        return not straddles and sounds_same(said, name)
    if len(said) == 3:
        return not straddles and sum(b - a > 1 for a, b in touching) < 2
    return True
