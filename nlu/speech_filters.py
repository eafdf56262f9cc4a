"""What is done to words after whisper: doubts, phantom phrases taken out, characters simplified."""

from __future__ import annotations

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import zhconv

from nlu.speech_engines import MAX_COMPRESSION
from nlu.speech_prompt import PRIMING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlu.speech_engines import Heard

PHRASES_FILE = Path(__file__).with_name("lexicon") / "speech_phrases.txt"
MAX_CHARACTERS_A_SECOND = 9.0
"""Quick Mandarin is 6 to 7 characters a second of speech."""

ECHO_LENGTH = 6
ECHOED_NAMES = 4

NOT_WORDS = re.compile(r"[\W_]+")
CLAUSE = re.compile(r"[^，。！？；、,!?;\s]+[，。！？；、,!?;\s]*")
HAN = r"[\u3400-\u9fff]"
PAUSE = re.compile(rf"(?<={HAN})\s+(?={HAN})")
HALF_WIDTH = re.compile(rf"(?<=[\u3400-\u9fff0-9A-Za-z%])\s*([,?!;:])\s*(?={HAN}|$)")
FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")


class Doubt(StrEnum):
    """Why a window's words are not believed."""

    LOOPED = "looped"
    TOO_FAST = "too_fast"
    ECHOED = "echoed"


def find_doubt(heard: Heard, *, speech_seconds: float, names: Sequence[str] = ()) -> Doubt | None:
    """Judge a window: does it loop, run faster than anyone speaks, or repeat the prompt with its `names`?"""
    if heard.compression > MAX_COMPRESSION:
        return Doubt.LOOPED
    text = _keep_words(simplify_text(heard.text))
    if len(text) > MAX_CHARACTERS_A_SECOND * max(speech_seconds, 1.0):
        return Doubt.TOO_FAST
    return Doubt.ECHOED if _echoes_prompt(text, names) else None


def drop_phantoms(text: str) -> str:
    """Take out clauses that whisper hears in silence (谢谢观看, 字幕由…提供); the rest may be empty."""
    if _is_phantom(text):
        return ""
    kept = [clause for clause in CLAUSE.findall(text) if not _is_phantom(clause)]
    return "".join(kept).strip()


def simplify_text(text: str) -> str:
    """Write traditional characters simplified; words stay as they were said."""
    _load_characters()
    return str(zhconv.convert(text, "zh-hans"))


def tidy_text(text: str) -> str:
    """Simplify, and write pauses and half-width marks behind Chinese as full-width punctuation."""
    plain = PAUSE.sub("，", simplify_text(text).strip())
    return HALF_WIDTH.sub(lambda match: match[1].translate(FULL_WIDTH), plain)


def _echoes_prompt(text: str, names: Sequence[str]) -> bool:
    priming = _keep_words(PRIMING)
    runs = (priming[start : start + ECHO_LENGTH] for start in range(len(priming) - ECHO_LENGTH + 1))
    if any(run in text for run in runs):
        return True
    # The list of names read out: several neighbours of the prompt with nothing between them.
    plain = [_keep_words(name) for name in names]
    rows = ("".join(plain[start : start + ECHOED_NAMES]) for start in range(len(plain) - ECHOED_NAMES + 1))
    return any(row in text for row in rows)


def _is_phantom(clause: str) -> bool:
    plain = _keep_words(clause).lower()
    return any(fnmatchcase(plain, pattern) for pattern in _read_phrases())


def _keep_words(text: str) -> str:
    return NOT_WORDS.sub("", text)


@cache
def _load_characters() -> None:
    # Left to itself zhconv forgets to close its dictionary; given a path it does not.
    zhconv.loaddict(str(Path(zhconv.__file__).with_name("zhcdict.json")))


@cache
def _read_phrases() -> tuple[str, ...]:
    lines = (line.strip() for line in PHRASES_FILE.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
