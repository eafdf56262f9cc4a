"""A form dictated at once: which words of one sentence belong to which of its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.evidence import FormField

_EDGES = re.compile(r"^[\s,;:，；：。、]+|[\s,;:，；：。、]+$")


def read_form(text: str, fields: Sequence[FormField], *, links: Sequence[str]) -> dict[str, str]:
    """The values of the lines that the words name, by key; `links` may stand between a name and its value.

    A name counts where a clause begins or a link follows it: 交期 in 优势是交期短 names no line. A line's
    value goes up to the next line's name. Of two names at one place the longer one counts, and of two places
    of one line the first.
    """
    places = _places(text, fields, links)
    found: dict[str, str] = {}
    for number, (_, end, key) in enumerate(places):
        stop = places[number + 1][0] if number + 1 < len(places) else len(text)
        value = _trim(text[end:stop], links)
        if value and key not in found:
            found[key] = value
    return found


def _places(text: str, fields: Sequence[FormField], links: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where lines are named: start, end and key, from left to right and without overlaps."""
    hits = [
        (match.start(), match.end(), field.key)
        for field in fields
        for word in (field.name, *field.words)
        for match in re.finditer(re.escape(word), text)
        if _names_line(text, match.start(), match.end(), links)
    ]
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda hit: (hit[0], hit[0] - hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _names_line(text: str, start: int, end: int, links: Sequence[str]) -> bool:
    begins = start == 0 or _EDGES.match(text[start - 1]) is not None
    return begins or text[end:].lstrip(" ").startswith((":", "：", *links))


def _trim(value: str, links: Sequence[str]) -> str:
    value = _EDGES.sub("", value)
    for link in sorted(links, key=len, reverse=True):
        if value.startswith(link):
            return _EDGES.sub("", value[len(link) :])
    return value
