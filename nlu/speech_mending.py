"""Puts right what a recogniser writes by sound where only a person can stand: 照公说 becomes 赵工说.

For transcripts only. What somebody typed is never touched: a rare surname may be theirs.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import ahocorasick
from pypinyin import Style, pinyin

from nlu.homophones import is_han, sound_of, sounds_same
from nlu.persons import STRONG_SURNAME
from nlu.tables import read_table, words_of
from nlu.tokens import COMMON, Words

_TABLE = read_table("speech_mending")
_TITLES = words_of(_TABLE["titles"])
_BEFORE = tuple(words_of(_TABLE["before"]))
_AFTER = tuple(words_of(_TABLE["after"]))
_SPEAKS = tuple(words_of(_TABLE["speaks"]))
_AFTER_OTHER_WORD = tuple(words_of(_TABLE["after_other_word"]))
_STRONG = re.compile(STRONG_SURNAME)
OTHER_TONE = 25
"""A surname of another tone counts as this many places less common."""
_TITLE_IS_WORD = re.compile(_TABLE["title_is_word"])
_MARKS = "，。！？；：、,.!?;: \n"
_SPEECHES = tuple((re.compile(wrong), right) for wrong, right in _TABLE["phrases"].items())


def mend_transcript(text: str, words: Words) -> str:
    """The transcript with people called by surname and title, and fillers, written as they are meant.

    Never longer than the text was; a place that may be ordinary words stays.
    """
    for wrong, right in _SPEECHES:
        text = wrong.sub(right, text)
    text = _mend_terms(text, words)
    mended = list(text)
    for start in range(len(text) - 1):
        name = _titled(text, start, words) or _familiar(text, start, words)
        mended[start : start + len(name)] = name
    return _mend_says("".join(mended))


def _mend_terms(text: str, words: Words) -> str:
    """Words of the trade for what merely sounds like them and is no common word."""
    automaton = _terms_by_sound()
    cuts = words.cuts(text)
    mended, until = list(text), 0
    found = [(last + 1 - len(term), last + 1, term) for last, term in automaton.iter(sound_of(text))]
    for start, end, term in sorted(found, key=lambda each: (each[0], -each[1])):
        said = text[start:end]
        if start < until or said == term or not _may_be_term(said, start, end, cuts, words):
            continue
        mended[start:end], until = term, end
    return "".join(mended)


def _may_be_term(said: str, start: int, end: int, cuts: tuple[tuple[int, int], ...], words: Words) -> bool:
    if words.frequency(said) >= COMMON or not all(map(is_han, said)):
        return False
    if any(character in _TABLE["particles"] for character in said):
        return False
    # A common word that reaches across the edge is meant as it stands.
    return not any(b - a > 1 and (a < start < b or a < end < b) for a, b in cuts)


@cache
def _terms_by_sound() -> Any:
    automaton = ahocorasick.Automaton()
    for term in _TABLE["terms"].split():
        automaton.add_word(sound_of(term), term)
    automaton.make_automaton()
    return automaton


def _titled(text: str, start: int, words: Words) -> str:
    """Surname and title as meant where they stand at `start`; empty if nothing is to be mended."""
    for title in _TITLES:
        end = start + 1 + len(title)
        said = text[start:end]
        if len(said) < len(title) + 1 or not sounds_same(said[1:], title):
            continue
        surname = said[0] if _STRONG.fullmatch(said[0]) else _surname_of(said[0])
        if title in _TABLE["after_any_name"] and said[1:] == title:
            continue
        if surname and said != surname + title and _is_person(text, start, end, title, words):
            return surname + title
    return ""


def _is_person(text: str, start: int, end: int, title: str, words: Words) -> bool:
    said = text[start:end]
    opens, goes_on = _opens(text, start), text.startswith(_AFTER, end)
    if _TITLE_IS_WORD.match(text, end - len(title)):
        return False
    if said[1:] == title:
        if words.frequency(said) >= COMMON:
            return text[start - 1 : start] == "的" and text.startswith(_SPEAKS, end)
        return opens or (len(title) == 1 and goes_on)
    if len(title) > 1:
        surname = bool(_STRONG.fullmatch(said[0]))
        return (surname or opens) and not text.startswith(_AFTER_OTHER_WORD, end)
    if words.frequency(said) >= COMMON:
        return text[start - 1 : start] == "的" and text.startswith(_SPEAKS, end)
    return opens and goes_on


def _familiar(text: str, start: int, words: Words) -> str:
    """老唐 where 老堂 was written: between what opens and what follows a person."""
    said = text[start : start + 2]
    if said[0] not in "老小" or len(said) < 2 or not is_han(said[1]):
        return ""
    if _STRONG.fullmatch(said[1]) or words.frequency(said) >= COMMON:
        return ""
    surname = _surname_of(said[1])
    if surname and _opens(text, start) and text.startswith(_AFTER, start + 2):
        return said[0] + surname
    return ""


def _opens(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in _MARKS or text[:start].endswith(_BEFORE)


def _mend_says(text: str) -> str:
    """书 behind a person is 说: whisper writes the one for the other."""
    return _SAYS.sub("说", text)


_SAYS = re.compile(
    "|".join(f"(?<={title})" for title in _TITLES).join(("(?:", ")")) + f"书(?!{_TABLE['after_book']})"
)


@lru_cache(maxsize=5000)
def _surname_of(character: str) -> str:
    """The likeliest surname of that sound, or empty: a common one, and rather one of the same tone."""
    if not is_han(character) or character in _TABLE["never"]:
        return ""
    toned = pinyin(character, style=Style.TONE3)[0][0]
    chances = [
        (rank + (0 if other == toned else OTHER_TONE), surname)
        for rank, (surname, other) in enumerate(_surnames())
        if other.rstrip("1234") == toned.rstrip("1234")
    ]
    return min(chances)[1] if chances else ""


@cache
def _surnames() -> tuple[tuple[str, str], ...]:
    """The surnames with their toned readings, the commonest first."""
    return tuple((each, pinyin(each, style=Style.TONE3)[0][0]) for each in _TABLE["surnames"].split())
