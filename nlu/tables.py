"""Reads the word lists beside this package: rules that are lists are data, not code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """One TOML file of `nlu/lexicon`."""
    return tomllib.loads(files("nlu").joinpath("lexicon", f"{name}.toml").read_text(encoding="utf-8"))


def words_of(value: str) -> tuple[str, ...]:
    """A white-space separated list, longest words first, each once."""
    return tuple(sorted(dict.fromkeys(value.split()), key=lambda word: (-len(word), word)))


def any_of(words: str | Iterable[str]) -> str:
    """A group of a regular expression that matches any of the words, the longest first."""
    listed = words_of(words) if isinstance(words, str) else sorted(words, key=lambda word: -len(word))
    return "(?:" + "|".join(map(re.escape, listed)) + ")"
