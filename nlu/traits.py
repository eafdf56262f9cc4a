"""What a trained scorer looks at: the character runs of a clause or a name, and of what stands around it."""

from __future__ import annotations

import re

from nlu.masks import DATE, OURS, THEIRS
from nlu.names import NameKind
from nlu.reading import Reading

_LETTERS = {DATE: "D", OURS: "O", THEIRS: "T"}
_KINDS = {NameKind.CUSTOMER: "C", NameKind.COMPETITOR: "K", NameKind.PRODUCT: "G"}
_RUN = re.compile(r"([DOTCKGMN])\1+")
_NUMBER = re.compile(r"[\d.]+|(?<![一二三四五六七八九十])[一二两三四五六七八九十百千万]{2,}")
_LONGEST_RUN = 4
_BESIDE = 12
"""Characters of the neighbouring clause, or beside a name, that are looked at."""


def mark_plain(reading: Reading) -> str:
    """The masked text, where names, sums and numbers are letters too, position by position."""
    letters = [_LETTERS.get(letter, letter) for letter in reading.masked.lower()]
    marks = [(hit.start, hit.end, _KINDS[hit.kind]) for hit in reading.names if hit.kind in _KINDS]
    marks += [(place.start, place.end, "C") for place in reading.organisations]
    marks += [(amount.span.start, amount.span.end, "M") for amount in reading.amounts]
    for start, end, letter in marks:
        letters[start:end] = letter * (end - start)
    return _NUMBER.sub(lambda match: "N" * len(match[0]), "".join(letters))


def squeeze(marked: str) -> str:
    """Each mark once, however long what it stands for."""
    return _RUN.sub(r"\1", marked)


def clause_traits(reading: Reading) -> list[set[str]]:
    """The traits of every clause: its own runs, those of its neighbours, whose turn it is."""
    marked = mark_plain(reading)
    texts = [squeeze(marked[clause.start : clause.end]) for clause in reading.clauses]
    found = []
    for number, clause in enumerate(reading.clauses):
        before = texts[number - 1] if number else ""
        after = texts[number + 1] if number + 1 < len(texts) else ""
        traits = set(_runs(f"^{texts[number]}$", _LONGEST_RUN))
        traits.update(_gapped(texts[number]))
        traits.update(_runs(before[-_BESIDE:], 2, lead="<"))
        traits.update(_runs(after[:_BESIDE], 2, lead=">"))
        traits.add(f"={clause.owner}{clause.mode}")
        found.append(traits)
    return found


def name_traits(marked: str, start: int, end: int, said_from: int, kind: str) -> set[str]:
    """The traits of a name: its words, and the runs left and right of it, near and anywhere."""
    left = re.split("[。!?;]", squeeze(marked[max(0, said_from - 2 * _BESIDE) : said_from]))[-1][-_BESIDE:]
    right = re.split("[。!?;]", squeeze(marked[end : end + 2 * _BESIDE]))[0][:_BESIDE]
    traits = {f"={kind}"}
    traits.update(f"l{left[cut:]}" for cut in range(max(0, len(left) - 6), len(left)))
    traits.update(f"r{right[:cut]}" for cut in range(1, min(7, len(right) + 1)))
    traits.update(_runs(f"^{left}", 3, lead="<"))
    traits.update(_runs(f"{right}$", 3, lead=">"))
    if kind != "person":
        traits.update(_runs(marked[start:end], 2, lead="n"))
    return traits


def _runs(text: str, longest: int, lead: str = "") -> list[str]:
    return [
        lead + text[start : start + size]
        for size in range(1, longest + 1)
        for start in range(len(text) - size + 1)
    ]


def _gapped(text: str) -> list[str]:
    """Pairs of characters near one another, in order: 没…批."""
    return [
        f"{first}~{second}"
        for start, first in enumerate(text)
        for second in text[start + 2 : start + _WIDEST_GAP]
    ]


_WIDEST_GAP = 7
