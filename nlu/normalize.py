"""Brings a dictated note into one plain form; every character remembers where it stood in the raw text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.understanding import Span
from nlu.simplify import simplify

_MATCHABLE_PUNCTUATION = {"，": ",", "：": ":", "；": ";", "！": "!", "？": "?", "（": "(", "）": ")"}
_KEEP = frozenset("、。《》〈〉「」『』“”‘’…—·￥①②③④⑤⑥⑦⑧⑨")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿点幺0-9"
_HAN = "\u4e00-\u9fff"

_FILLERS = re.compile(
    rf"(?:嗯|呃|唔|额(?![{_HAN}]))+[,、。…]*"
    r"|(?:那个|这个)(?=那个|这个|就是|,)"
    r"|(?<![有跟和上下前后的在到把看])那个(?=[嗯呃他她我你])"
    r"|(?<![不也还要只正而可都真])就是(?:说)?(?=就是|那个|[他她我你担怕嫌问想有])"
    r"|(?<=然后)然后|(?:^|(?<=[,。;!]))(?:那个|就是|哎|唉|欸|诶)+(?=[^算])"
)
_GAP = re.compile(rf"(?<=[{_HAN}\dA-Za-z%)]) +(?=[{_HAN}])|(?<=[{_HAN}]) +(?=\d)")
_LEAST_RUN = 4
"""Characters between two spaces, on average, from which on a space is a pause."""
_STUTTER = re.compile(rf"((?:(?![{_NUMERALS}])[{_HAN}]){{2,6}}?)\1+")
_SINGLE_STUTTER = re.compile(r"([我你这那就是要在跟])[,、]?(?=\1)|他(?=他们)|我(?=我们)|她(?=她们)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The plain form of a note.

    `text` is what rules read; `origin[i]` is the raw position of `text[i]`.
    """

    raw: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The raw characters that `text[start:end]` came from."""
        return Span(self.origin[start], self.origin[end - 1] + 1)

    def said(self, start: int, end: int) -> str:
        """The raw words at those positions of the plain form."""
        return self.raw[self.origin[start] : self.origin[end - 1] + 1]


def normalize(raw: str) -> Script:
    """Half width, simplified, without fillers and stutters; nothing is reordered and no word is changed."""
    script = _drop(_spaces_as_stops(_plain(raw)), _FILLERS)
    script = _drop(script, _SINGLE_STUTTER)
    return _drop(script, _STUTTER, keep_group=True)


def _spaces_as_stops(script: Script) -> Script:
    """没见到人 前台说他出差了: a space typed for a comma is one; between single words it is none."""
    gaps = list(_GAP.finditer(script.text))
    if not gaps or len(script.text) < _LEAST_RUN * (len(gaps) + 1):
        return script
    letters = list(script.text)
    for gap in gaps:
        letters[gap.start()] = ","
    return Script(raw=script.raw, text="".join(letters), origin=script.origin)


def _plain(raw: str) -> Script:
    pieces: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(simplify(raw)):
        plain = _plain_character(character)
        if plain:
            pieces.append(plain)
            origin.append(position)
    return Script(raw=raw, text="".join(pieces), origin=tuple(origin))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() else (" " if character.isspace() else "")
    if "\u4e00" <= character <= "\u9fff" or character in _KEEP:
        return character
    if character in _MATCHABLE_PUNCTUATION:
        return _MATCHABLE_PUNCTUATION[character]
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) != 1:
        return character if character.isprintable() else " "
    if unicodedata.category(folded)[0] in "CS" and not folded.isascii():
        return " "
    return folded


def _drop(script: Script, pattern: re.Pattern[str], *, keep_group: bool = False) -> Script:
    """Without the matches of a pattern; with `keep_group` the last copy of a repetition stays."""
    cuts = []
    for match in pattern.finditer(script.text):
        end = match.end() - (len(match.group(1)) if keep_group else 0)
        if end > match.start():
            cuts.append((match.start(), end))
    if not cuts:
        return script
    kept = [True] * len(script.text)
    for start, end in cuts:
        kept[start:end] = [False] * (end - start)
    return Script(
        raw=script.raw,
        text="".join(c for c, keep in zip(script.text, kept, strict=True) if keep),
        origin=tuple(o for o, keep in zip(script.origin, kept, strict=True) if keep),
    )
