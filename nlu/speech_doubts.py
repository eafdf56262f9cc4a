"""Whether words can be believed: noise and singing come back as loops, mumbling, or the primed names."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from nlu.simplify import simplify
from nlu.speech_engines import MAX_COMPRESSION, MIN_LOGPROB
from nlu.speech_filters import keep_words
from nlu.speech_prompt import PRIMING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlu.speech_engines import Heard
    from nlu.speech_prompt import Prompt

MAX_CHARACTERS_A_SECOND = 9.0
"""Quick Mandarin is 6 to 7 characters a second of speech."""


MAX_NO_SPEECH = 0.6
ECHO_LENGTH = 6
ECHOED_WORDS = 4
OTHER_CHARACTERS = 3
MUMBLE_LENGTH = 4


class Doubt(StrEnum):
    """Why a window's words are not believed."""

    LOOPED = "looped"
    TOO_FAST = "too_fast"
    ECHOED = "echoed"
    NAMES_ONLY = "names_only"
    MUMBLED = "mumbled"
    UNSURE = "unsure"


def find_doubt(heard: Heard, *, speech_seconds: float, prompt: Prompt | None = None) -> Doubt | None:
    """Find the first reason to distrust what was heard with `prompt` in `speech_seconds` of speech."""
    if heard.compression > MAX_COMPRESSION:
        return Doubt.LOOPED
    text = keep_words(simplify(heard.text))
    if len(text) > MAX_CHARACTERS_A_SECOND * max(speech_seconds, 1.0):
        return Doubt.TOO_FAST
    names = [keep_words(name) for name in prompt.names] if prompt else []
    if prompt and _echoes(text, prompt, names):
        return Doubt.ECHOED
    if heard.logprob < MIN_LOGPROB or heard.no_speech > MAX_NO_SPEECH:
        return Doubt.UNSURE
    if len(text) >= MUMBLE_LENGTH and len(set(text)) <= 2:
        return Doubt.MUMBLED
    return Doubt.NAMES_ONLY if _holds_names_only(text, names) else None


def _echoes(text: str, prompt: Prompt, names: Sequence[str]) -> bool:
    runs = (PRIMING[start : start + ECHO_LENGTH] for start in range(len(PRIMING) - ECHO_LENGTH + 1))
    return any(run in text for run in runs) or _lists(text, prompt.words) or _lists(text, names)


def _lists(text: str, words: Sequence[str]) -> bool:
    # Several neighbours of the prompt with nothing between them.
    rows = ("".join(words[start : start + ECHOED_WORDS]) for start in range(len(words) - ECHOED_WORDS + 1))
    return any(row in text for row in rows)


def _holds_names_only(text: str, names: Sequence[str]) -> bool:
    rest = text
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest != text and len(rest) < OTHER_CHARACTERS
