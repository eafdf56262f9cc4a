"""What sounds alike: one key per syllable, tolerant of the confusions of southern Mandarin."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_FIRST_KEY = 0xF0000
"""Keys are characters of a private use plane, so that the sound of a name is an ordinary string."""

_READING = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-zü]+)")
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_SAME_FINAL = {"ing": "in", "eng": "en"}
_INITIALS = ("", *"bpmfdtlgkhjqxrzcsyw")
_FINALS = (
    "a",
    "o",
    "e",
    "i",
    "u",
    "v",
    "ai",
    "ei",
    "ui",
    "ao",
    "ou",
    "iu",
    "ie",
    "ve",
    "er",
    "an",
    "en",
    "in",
    "un",
    "vn",
    "ang",
    "ong",
    "ia",
    "iao",
    "ian",
    "iang",
    "iong",
    "ua",
    "uo",
    "uai",
    "uan",
    "uang",
    "ue",
    "ê",
    "n",
    "m",
)


@lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """The toneless reading of one Han character; anything else is itself, in lower case."""
    if not is_han(character):
        return character.lower()
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


@lru_cache(maxsize=20_000)
def _key(character: str) -> str:
    match = _READING.fullmatch(syllable(character))
    if not is_han(character) or match is None:
        return character.lower()[:1]
    initial, final = match[1], match[2].replace("ü", "v")
    initial, final = _SAME_INITIAL.get(initial, initial), _SAME_FINAL.get(final, final)
    if final not in _FINALS:
        return character
    return chr(_FIRST_KEY + _INITIALS.index(initial) * len(_FINALS) + _FINALS.index(final))


def is_han(character: str) -> bool:
    """Whether it is a Han character of the basic block."""
    return "\u4e00" <= character <= "\u9fff"


def sound_of(text: str) -> str:
    """The text as heard: one character a character, equal where two texts may be confused."""
    return "".join(map(_key, text))


def may_name(said: str, name: str) -> bool:
    """Whether `said` can be a way to say `name`: its characters in order (杭州康联 → 康联), or its sound
    (康莲), heard within one syllable.
    """
    rest = iter(name)
    if all(character in rest for character in said):
        return True
    return any(
        _near(sound_of(said), sound_of(name[start : start + len(said)]))
        for start in range(len(name) - len(said) + 1)
    )


def _near(one: str, other: str) -> bool:
    wrong = sum(a != b for a, b in zip(one, other, strict=True))
    return wrong == 0 or (wrong == 1 and len(one) > 2)


def sounds_same(one: str, other: str) -> bool:
    """Whether the toneless readings are equal, syllable by syllable, without any tolerance."""
    return len(one) == len(other) and all(syllable(a) == syllable(b) for a, b in zip(one, other, strict=True))
