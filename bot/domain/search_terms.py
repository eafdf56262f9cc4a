"""What the library is searched by: words and how they sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Words, their toneless readings, and the first letters of these by which people type for short.

    All of them are of letters, digits and Han characters only. What is looked for has no `initials`: letters
    that somebody typed are sounds.
    """

    words: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()


CutTerms = Callable[[str, bool], Terms]
"""Cuts a text; the flag asks for every part of it, as names are searched by their parts."""
