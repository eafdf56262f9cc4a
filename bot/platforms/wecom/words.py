"""The few words that the WeCom folder itself puts on cards and pages, from its own file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")


@cache
def load_words() -> dict[str, str]:
    """The words by their names."""
    words: dict[str, str] = json.loads((STATIC / "words.json").read_text(encoding="utf-8"))
    return words
