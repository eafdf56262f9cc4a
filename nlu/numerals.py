"""Reads Chinese and Arabic numerals as people say and type them, on raw text and with spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.understanding import Span

FULL_WIDTH = str.maketrans("０１２３４５６７８９．，：／％ＷｗＫｋ", "0123456789.,:/%WwKk")
"""Full-width digits and signs to plain ones, a character for a character, so that spans keep."""

MEASURES = (
    "公斤|千克|克|吨|斤|两(?![块万千百])|公里|千米|厘米|毫米|平方米|平方|平米|米|立方|升|毫升|瓦|千瓦|度电|小时"
    "|个|件|条|台|套|箱|盒|瓶|只|片|张|人|次|月|柜|年|天|户|份|枪|支|颗|粒|块|双|袋|包|桶|罐|卷|根|把|本|册"
    "|辆|部|组|副|对|间|家|座|层|点位|点|车|趟|单|批|期|亩|株|头|针|剂|例|股|位|名|方|平|票|场"
)
"""What prices are reckoned by and things are counted in."""

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"亿": 10**8, "万": 10**4, "w": 10**4, "W": 10**4, "k": 1000, "K": 1000}

_D = "[一二两三四五六七八九]"
# A trailing digit means the next unit down (两千三), but 一 before a measure belongs to it (三千一套).
_TAIL = f"(?:[二两三四五六七八九]|一(?!{MEASURES}))"
_HUNDREDS = f"{_D}百(?:{_D}?十{_D}?|零{_D}|{_TAIL})?"
_SECTION = f"(?:{_D}千(?:零?{_HUNDREDS}|零?{_D}?十{_D}?|零{_D}|{_TAIL})?|{_HUNDREDS}|{_D}?十{_D}?|{_D})"
_RANGE = "(?:一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[百千](?:[1-9](?![\d.]))?)?"
_DECIMAL = f"(?:{_SECTION}|零)点[零一二三四五六七八九]+"
_LOW = f"(?:{_DECIMAL}|{_ARABIC}|{_RANGE}[十百千]?|几[十百千]?|{_D}?十几|{_SECTION})"
_ROUGH = "[多来余几]"
_ONE_EACH = f"一(?:{MEASURES})"
_NUMERAL = re.compile(
    rf"(?<![{''.join(DIGITS)}\d.])"
    rf"{_LOW}"
    rf"(?:{_ROUGH}?(?:万亿|个亿|[万亿]|[wWkK](?![A-Za-z]))(?:{_ROUGH}(?!少))?"
    rf"(?:(?!{_ONE_EACH})零?(?:{_SECTION}|\d{{1,4}}千?(?![\d.]))万?)?"
    rf"|{_ROUGH}(?=[个块件台套条家万]))?"
)
_SPOKEN_DIGITS = re.compile(rf"[{''.join(DIGITS)}〇幺]{{3,}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number with its words; `value` is None where only its size is said (十几, 几万)."""

    span: Span
    said: str
    value: Decimal | None
    approximate: bool = False


def find_numerals(text: str) -> Iterator[Numeral]:
    """The numerals of a text, left to right; digits read out singly (phone numbers, years) are left out."""
    plain = text.translate(FULL_WIDTH)
    at = 0
    while match := _NUMERAL.search(plain, at):
        if spelled := _SPOKEN_DIGITS.match(plain, match.start()):
            at = spelled.end()
            continue
        at = match.end()
        said = text[match.start() : match.end()]
        value = parse_numeral(said)
        rough = any(mark in said for mark in "多来余几") or bool(re.search(_RANGE, said))
        yield Numeral(span=Span(match.start(), match.end()), said=said, value=value, approximate=rough)


def parse_numeral(said: str) -> Decimal | None:
    """The value of a whole numeral: 一百二十八万五 is 1285000, 3.5w is 35000; None where there is no such.

    A trailing digit after 百, 千, 万 or 亿 means the next unit down; of a range (三四百) the higher counts.
    """
    plain = said.translate(FULL_WIDTH).replace(",", "").replace("个亿", "亿")
    if "几" in plain:
        return None
    plain = "".join(c for c in plain if c not in "多来余")
    if plain.endswith("万亿"):
        low = _parse_section(plain[:-2])
        return None if low is None else low * 10**12
    for mark, scale in _BIG.items():
        head, found, tail = plain.rpartition(mark) if mark != "亿" else plain.partition(mark)
        if found:
            low, rest = _parse_section(head), _parse_tail(tail, scale)
            return None if low is None or rest is None else low * scale + rest
    return _parse_section(plain)


def small_number(said: str) -> int | None:
    """A whole number below a hundred, as in days and hours (十五, 廿三, 08), or None."""
    if re.search("[一二三四五六七八九]{2}", said):
        return None
    value = _parse_section(said.replace("廿", "二十").lstrip("零") or "零")
    return int(value) if value is not None and value < 100 and value == int(value) else None


def _parse_tail(tail: str, scale: int) -> Decimal | None:
    if not tail:
        return Decimal(0)
    if len(tail) == 1 and (tail in DIGITS or tail.isdigit()):
        return Decimal(DIGITS[tail] if tail in DIGITS else int(tail)) * scale / 10
    return parse_numeral(tail.lstrip("零〇"))


def _parse_section(said: str) -> Decimal | None:
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)(?:([百千])(\d)?)?", said):
        number, unit, tail = match.groups()
        scale = _UNITS.get(unit or "", 1)
        return Decimal(number) * scale + (Decimal(int(tail)) * scale / 10 if tail else 0)
    whole, point, decimals = said.partition("点")
    if point:
        high = _parse_section(whole)
        if high is None or not all(c in DIGITS for c in decimals):
            return None
        return high + Decimal("0." + "".join(str(DIGITS[c]) for c in decimals))
    return _parse_characters(said)


def _parse_characters(said: str) -> Decimal | None:
    total, digit, last, zero = 0, None, 1, False
    for char in said:
        if char in _UNITS:
            last, zero = _UNITS[char], False
            total += (1 if digit is None else digit) * last
            digit = None
        elif char in "零〇":
            if digit is not None:
                return None
            zero = True
            digit = 0 if said == char else None  # otherwise it only says that a unit is skipped
        elif char in DIGITS:
            if digit is not None and DIGITS[char] <= digit:
                return None
            digit = DIGITS[char]
        else:
            return None
    if digit is not None:
        total += digit * (last // 10 if last >= 100 and not zero else 1)
    return Decimal(total) if said else None
