"""One window of a note, heard with the names and, where that is doubtful, once more without them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from nlu.speech_doubts import Doubt, find_doubt
from nlu.speech_filters import drop_phantoms, keep_words, tidy_text

if TYPE_CHECKING:
    from nlu.speech_engines import Engine, Heard
    from nlu.speech_prompt import Prompt
    from nlu.speech_vad import Window

SOUNDS_ALIKE = 60.0
"""Per cent of the pinyin that two hearings share; a name and its usual misspelling share over 80."""


class Flag(StrEnum):
    """What is worth knowing of how words came about."""

    UNPRIMED = "unprimed"
    """A part was doubtful with the names and is what was heard without them."""
    PARTIAL = "partial"
    """A part stayed doubtful and was left out."""
    PHANTOM = "phantom"
    """A phrase that nobody says was taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The words of one window; empty where none are believed."""

    text: str
    flags: frozenset[Flag]


def hear_window(engine: Engine, window: Window, *, prompt: Prompt) -> Part:
    """Recognise one window, primed; doubtful words are heard again without the prompt, or left out."""
    heard = engine.hear(window.samples, prompt=prompt.text)
    doubt = find_doubt(heard, speech_seconds=window.speech_seconds, prompt=prompt)
    if doubt is None:
        return _finish(heard, frozenset())
    plain = engine.hear(window.samples, prompt="")
    if not plain.text or find_doubt(plain, speech_seconds=window.speech_seconds):
        return Part(text="", flags=frozenset({Flag.PARTIAL}))
    if doubt is Doubt.NAMES_ONLY and _sound_alike(heard, plain):
        # Somebody answers with a name: without the names it was heard as its homophone.
        return _finish(heard, frozenset())
    return _finish(plain, frozenset({Flag.UNPRIMED}))


def _finish(heard: Heard, flags: frozenset[Flag]) -> Part:
    tidy = tidy_text(heard.text)
    text = drop_phantoms(tidy)
    return Part(text=text, flags=flags if text == tidy else flags | {Flag.PHANTOM})


def _sound_alike(one: Heard, other: Heard) -> bool:
    sounds = [" ".join(lazy_pinyin(keep_words(tidy_text(heard.text)))) for heard in (one, other)]
    return fuzz.ratio(*sounds) >= SOUNDS_ALIKE
