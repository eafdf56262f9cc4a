"""The few words that whisper is told before it listens: the tone of a visit note and the names to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PRIMING = "以下是普通话的销售拜访记录，用简体字和标点。"
MAX_NAMES = 28
MAX_TOKENS = 190
"""Whisper keeps the last 223 tokens of a prompt; past that its beginning would be lost without a word."""


def choose_names(names: Sequence[str], *, count_tokens: Callable[[str], int]) -> tuple[str, ...]:
    """Take as many of the first different `names` as a prompt holds: 28 names, 190 tokens in all."""
    chosen: list[str] = []
    for name in dict.fromkeys(name.strip() for name in names):
        if not name:
            continue
        if len(chosen) == MAX_NAMES or count_tokens(build_prompt([*chosen, name])) > MAX_TOKENS:
            break
        chosen.append(name)
    return tuple(chosen)


def build_prompt(names: Sequence[str]) -> str:
    """Write the prompt: a priming sentence, then the names."""
    return f"{PRIMING}提到：{'、'.join(names)}。" if names else PRIMING
