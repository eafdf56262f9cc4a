"""The nearest of a few known words to what somebody typed: by its characters, and by how it sounds."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from nlu.homophones import syllable

_CLOSE = 60.0
_SURE = 80.0
"""Percent; a word without a slash may be anything, so it has to be this near."""
_LONGEST = 24


def find_near(said: str, names: Sequence[str], *, sure: bool, limit: int) -> tuple[str, ...]:
    """The names nearest to `said`, best first; with `sure` only those that can hardly mean anything else."""
    said = said.strip().lower()[:_LONGEST]
    least = _SURE if sure else _CLOSE
    scored = [(_nearness(said, name), name) for name in dict.fromkeys(names)]
    found = [each for each in scored if each[0] >= least]
    return tuple(name for _, name in sorted(found, key=lambda each: -each[0])[:limit])


def _nearness(said: str, name: str) -> float:
    by_look = fuzz.ratio(said, name.lower())
    # What is heard alike was meant, but what is written alike comes first.
    by_sound = fuzz.ratio(_sound(said), _sound(name)) - 1.0
    # Two short readings share letters by chance: 合同 and 和他.
    return max(by_look, by_sound if by_sound >= _SURE and abs(len(said) - len(name)) <= 1 else 0.0)


def _sound(text: str) -> str:
    return "".join(map(syllable, text))
