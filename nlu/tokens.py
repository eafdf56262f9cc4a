"""Word evidence from a private jieba tokenizer: it says how common a word is, it never draws a boundary."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    # jieba 0.42 has invalid escapes in its source and imports pkg_resources where setuptools is present.
    warnings.simplefilter("ignore")
    import jieba

RARE = 3
"""Words seen less often than this in jieba's corpus count as unknown: most are names by chance."""

COMMON = 40
"""A word seen this often in jieba's corpus is ordinary speech, not something misheard."""

COMMON_VERB = 1_000
_CLOSED_TAGS = frozenset(
    {"r", "p", "c", "d", "u", "m", "q", "t", "f", "y", "uj", "ul", "uz", "ud", "ug", "mq"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """How often a word was seen, and where jieba would cut."""

    tokenizer: Any
    closed: frozenset[str]
    """Pronouns, particles, numerals, measures, words of time and common verbs: never part of a name."""

    def frequency(self, word: str) -> int:
        """Occurrences in jieba's corpus; 0 for what it does not know."""
        return int(self.tokenizer.FREQ.get(word, 0))

    def cuts(self, text: str) -> tuple[tuple[int, int], ...]:
        """Start and end of every word by dictionary alone, in order."""
        spans = []
        position = 0
        for word in self.tokenizer.cut(text, HMM=False):
            spans.append((position, position + len(word)))
            position += len(word)
        return tuple(spans)


@lru_cache(maxsize=1)
def load_words() -> Words:
    """A tokenizer of our own: no logging, no cache file, no shared state; read once."""
    tokenizer = jieba.Tokenizer()
    frequencies: dict[str, int] = {}
    total = 0
    closed: set[str] = set()
    with tokenizer.get_dict_file() as file:
        for line in file:
            word, count, tag = line.decode("utf-8").split(" ")
            seen = int(count)
            tag = tag.strip()
            if tag in _CLOSED_TAGS or (tag == "v" and seen >= COMMON_VERB and len(word) > 1):
                closed.add(word)
            if seen < RARE or len(word) > 5:
                continue
            frequencies[word] = seen
            total += seen
    for word in list(frequencies):
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, total, True
    return Words(tokenizer, frozenset(closed))
