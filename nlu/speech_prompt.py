"""What whisper is told before it listens: the tone of a visit note, its usual words, the names to expect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS_FILE = Path(__file__).with_name("lexicon") / "speech_words.txt"
PRIMING = "以下是普通话的销售拜访记录"
MAX_NAMES = 28
NAME_TOKENS = 150
"""Names take no more: usual words need room too, for they repair what names cannot (竞品, 采购部)."""
MAX_TOKENS = 195
"""Whisper keeps the last 223 tokens of a prompt; past that its beginning would be lost without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What whisper is primed with, and which names and usual words are in it, in the prompt's order."""

    text: str
    names: tuple[str, ...]
    words: tuple[str, ...]


def build_prompt(names: Sequence[str], *, count_tokens: Callable[[str], int]) -> Prompt:
    """Prime with the first `names`, at most 28 and 125 tokens, and with usual words up to 195 tokens in all.

    `names` come likeliest first.
    """
    first = list(dict.fromkeys(names))[:MAX_NAMES]
    fitting = _take_fitting(
        first, lambda taken: _write_prompt(taken, ()), limit=NAME_TOKENS, count_tokens=count_tokens
    )
    # Whisper listens most to what it was told last: the likeliest name ends the prompt (79 % found, not 68).
    chosen = fitting[::-1]
    words = _take_fitting(
        _read_words(), lambda taken: _write_prompt(chosen, taken), limit=MAX_TOKENS, count_tokens=count_tokens
    )
    return Prompt(text=_write_prompt(chosen, words), names=chosen, words=words)


def _take_fitting(
    words: Sequence[str],
    write: Callable[[tuple[str, ...]], str],
    *,
    limit: int,
    count_tokens: Callable[[str], int],
) -> tuple[str, ...]:
    taken: tuple[str, ...] = ()
    for word in dict.fromkeys(word.strip() for word in words):
        if word and count_tokens(write((*taken, word))) > limit:
            break
        taken = (*taken, word) if word else taken
    return taken


def _write_prompt(names: Sequence[str], words: Sequence[str]) -> str:
    usual = f"，常说{'、'.join(words)}" if words else ""
    known = f"提到的名字有{'、'.join(names)}。" if names else ""
    return f"{PRIMING}{usual}。{known}"


@cache
def _read_words() -> tuple[str, ...]:
    lines = (line.strip() for line in WORDS_FILE.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
