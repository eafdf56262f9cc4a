"""Text inside a platform's limits: cut by characters, split by bytes, never inside a character or a link."""

from __future__ import annotations

import re
import unicodedata

MAX_BYTES = 2048
"""WeCom cuts a text message beyond this many bytes of UTF-8 (document 90236); others take more."""
ELLIPSIS = "…"

_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?；;…]+[”」』）)]*|\.(?=\s)"),
    re.compile(r"[，,、：:]"),
    re.compile(r"\s"),
)
"""Where a text may end, the best places first: paragraphs, lines, sentences, clauses, words."""
_WHOLE = re.compile(
    r"<a\s[^>]*>.*?</a>|<font\s[^>]*>.*?</font>|\[[^\]\n]*\]\([^)\s]*\)|https?://[!-~]+", re.S
)
"""What makes no sense in two halves: links and coloured words."""
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
"""Zero-width joiner, variation selectors and the keycap: they belong to the character before."""
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_SPARE_SHARE = 0.5
"""A better kind of end is not worth leaving more than half of a message empty."""


def size_of(text: str) -> int:
    """Length in bytes of UTF-8."""
    return len(text.encode())


def cut(text: str, characters: int) -> str:
    """The text in at most so many characters; what is cut ends in 「…」."""
    if len(text) <= characters:
        return text
    return text[: _before_joined(text, characters - len(ELLIPSIS))].rstrip() + ELLIPSIS


def split_text(text: str, *, limit: int = MAX_BYTES) -> list[str]:
    """Parts of at most `limit` bytes each, cut at ends of sentences; put together they say all of the text.

    Blank space around a cut is dropped. A text of nothing but blank space has no part.
    """
    parts, rest = [], text.strip()
    while size_of(rest) > limit:
        end = _find_end(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in [*parts, rest] if part]


def _find_end(text: str, limit: int) -> int:
    """Where the first part ends: at the best place inside the limit."""
    furthest = len(text.encode()[:limit].decode(errors="ignore"))
    wholes = [found.span() for found in _WHOLE.finditer(text)]
    for pattern in _ENDS:
        ends = [found.end() for found in pattern.finditer(text, 0, furthest)]
        fitting = [end for end in ends if end and not _inside(end, wholes)]
        if fitting and fitting[-1] >= furthest * _SPARE_SHARE:
            return fitting[-1]
    broken = next((start for start, end in wholes if start < furthest < end), 0)
    return broken or max(1, _before_joined(text, furthest))


def _inside(place: int, wholes: list[tuple[int, int]]) -> bool:
    return any(start < place < end for start, end in wholes)


def _before_joined(text: str, place: int) -> int:
    """The same place, or the nearest one before it that divides no emoji and no accented letter."""
    while 0 < place < len(text) and (_joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place


def _joins(character: str) -> bool:
    return character in _JOINERS or character in _SKIN_TONES or bool(unicodedata.combining(character))
