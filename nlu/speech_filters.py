"""Words after whisper: phrases that nobody said are taken out, characters simplified, pauses punctuated."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from nlu.simplify import simplify

PHRASES_FILE = Path(__file__).with_name("lexicon") / "speech_phrases.txt"

NOT_WORDS = re.compile(r"[\W_]+")
CLAUSE = re.compile(r"[^，。！？；、,!?;\s]+[，。！？；、,!?;\s]*")
HAN = r"[\u3400-\u9fff]"
PAUSE = re.compile(rf"(?<={HAN})\s+(?={HAN})")
HALF_WIDTH = re.compile(rf"(?<=[\u3400-\u9fff0-9A-Za-z%])\s*([,?!;:])\s*(?={HAN}|$)")
FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")


def tidy_text(text: str) -> str:
    """Simplify, and write pauses and half-width marks behind Chinese as full-width punctuation."""
    plain = PAUSE.sub("，", simplify(text).strip())
    return HALF_WIDTH.sub(lambda match: match[1].translate(FULL_WIDTH), plain)


def drop_phantoms(text: str) -> str:
    """Take out clauses that whisper hears in silence (谢谢观看, 字幕由…提供); the rest may be empty."""
    if _is_phantom(text):
        return ""
    kept = [clause for clause in CLAUSE.findall(text) if not _is_phantom(clause)]
    return "".join(kept).strip()


def keep_words(text: str) -> str:
    """Leave out spaces and punctuation."""
    return NOT_WORDS.sub("", text)


def _is_phantom(clause: str) -> bool:
    plain = keep_words(clause).lower()
    return any(fnmatchcase(plain, pattern) for pattern in _read_phrases())


@cache
def _read_phrases() -> tuple[str, ...]:
    lines = (line.strip() for line in PHRASES_FILE.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
