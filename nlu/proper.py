"""Where an unknown proper name begins or ends: it is made of what is no ordinary speech."""

from __future__ import annotations

from nlu.homophones import is_han
from nlu.tokens import Words

ORDINARY = 700
"""A word of two characters or more seen this often is ordinary speech, not part of a brand."""

_FUNCTION = frozenset(
    "的了和跟与同给去到在从是有要让说为被把对向往见找问比由等叫请陪帮替但也还又就都才刚过完再这那他她它我你们家个位几前后"
    "上下里内外天日号周点年月初末嗯呃啊吧呢吗哦约会想先做用选换讲看听怕嫌买卖报价没不只很挺最太更已曾将着得地所其某每各"
    "可能应该须得除及或而且因使令叫做装试送拿带写签收发交补开办管批定谈聊吃喝住走来回进出打坐站等于差少多贵便当倾惯中成"
)


def run_before(text: str, end: int, *, words: Words, longest: int = 6) -> int:
    """Start of the longest name that ends at `end`; `end` where there is none."""
    start = end
    cuts = words.cuts(text[max(0, end - longest - 4) : end])
    offset = max(0, end - longest - 4)
    for a, b in reversed(cuts):
        word = text[offset + a : offset + b]
        if end - (offset + a) > longest or not _may_belong(word, words):
            break
        start = offset + a
    return start


def run_after(text: str, start: int, *, words: Words, longest: int = 6) -> int:
    """End of the longest name that begins at `start`; `start` where there is none."""
    end = start
    for a, b in words.cuts(text[start : start + longest + 4]):
        if b > longest or not _may_belong(text[start + a : start + b], words):
            break
        end = start + b
    return end


def _may_belong(word: str, words: Words) -> bool:
    if not all(is_han(character) or (character.isascii() and character.isalnum()) for character in word):
        return False
    if len(word) == 1:
        return word not in _FUNCTION and not word.isdigit()
    return word not in words.closed and words.frequency(word) < ORDINARY
