"""Cuts texts into what they are found by: jieba's words, pairs of characters, and how both sound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.domain.search_terms import Terms
from nlu.homophones import is_han, syllable
from nlu.simplify import simplify
from nlu.tokens import load_words

_RUN = re.compile(r"[\u4e00-\u9fff]+|[0-9a-z]+")
_LONGEST = 40
"""Letters and digits beyond are no word of anybody's."""


# Scenes and tags repeat from entry to entry.
@lru_cache(maxsize=4_096)
def cut_terms(text: str, finely: bool) -> Terms:
    """The words and pairs of a text; `finely` adds single characters and every reading, as for names."""
    words: dict[str, None] = {}
    sounds: dict[str, None] = {}
    initials: dict[str, None] = {}
    runs = _RUN.findall(unicodedata.normalize("NFKC", simplify(text)).lower())
    letters = [run for run in runs if not is_han(run[0])]
    for run in (*letters, *(["".join(letters)] if finely else ())):
        # Who types 「xian gui」 means one word.
        if run:
            words[run[:_LONGEST]] = None
            sounds[run[:_LONGEST]] = None
    for run in (run for run in runs if is_han(run[0])):
        for word in _parts(run, finely=finely):
            words[word] = None
            if finely and len(word) > 1:
                sounds[sound(word)] = None
                initials["".join(syllable(each)[:1] for each in word)] = None
        if finely:
            sounds[sound(run)] = None
            initials["".join(syllable(each)[:1] for each in run)] = None
    return Terms(words=tuple(words), sounds=tuple(sounds), initials=tuple(initials))


def _parts(run: str, *, finely: bool) -> Iterator[str]:
    for start, end in load_words().cuts(run):
        if end - start > 1:
            yield run[start:end]
    if finely or len(run) == 1:
        yield from run
    # 交期 is no word of jieba's; two characters that stand together are one of ours.
    yield from (run[at : at + 2] for at in range(len(run) - 1))


def sound(word: str) -> str:
    """The toneless reading in one piece: 交期 is jiaoqi."""
    return "".join(map(syllable, word))
