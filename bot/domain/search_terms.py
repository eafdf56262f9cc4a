"""What the library is searched by: words and how they sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Words and their toneless readings, all of them of letters, digits and Han characters only."""

    words: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()


CutTerms = Callable[[str, bool], Terms]
"""Cuts a text; the flag asks for every part of it, as names are searched by their parts."""
