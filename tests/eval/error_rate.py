"""Character error rate and name recall of a transcript, blind to how numbers and characters are written."""

from __future__ import annotations

import re
import unicodedata

import zhconv
from rapidfuzz.distance import Levenshtein

DIGITS = "零一二三四五六七八九"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
LONG_NUMBER = re.compile(r"\d{4,}")
SPELLINGS = str.maketrans({"两": "二", "〇": "零", "俩": "二"})


def count_errors(reference: str, heard: str) -> tuple[int, int]:
    """Wrong characters, and characters of the reference, under the kindest reading of the digits in both."""
    pairs = [(a, b) for a in _read_aloud(reference) for b in _read_aloud(heard)]
    return min(((Levenshtein.distance(a, b), len(a)) for a, b in pairs), key=lambda pair: pair[0] / pair[1])


def count_names(names: list[str], heard: str) -> int:
    """How many of `names` stand in what was heard."""
    readings = _read_aloud(heard)
    return sum(any(name in reading for name in _read_aloud(each) for reading in readings) for each in names)


def _read_aloud(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", zhconv.convert(text, "zh-cn")).lower()
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    plain = re.sub(r"(\d{1,2}):(\d\d)", r"\1点\2", plain)
    plain = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", plain)
    by_value = NUMBER.sub(lambda match: _read_number(match[0]), plain)
    # Long numbers may be read digit by digit: telephone and contract numbers, years.
    by_digit = LONG_NUMBER.sub(lambda match: _read_digits(match[0]), plain)
    by_digit = NUMBER.sub(lambda match: _read_number(match[0]), by_digit)
    return {_keep_characters(reading) for reading in (by_value, by_digit)}


def _keep_characters(text: str) -> str:
    kept = "".join(character for character in text if character.isalnum()).translate(SPELLINGS)
    return re.sub("点三十(?!分)", "点半", kept)


def _read_number(number: str) -> str:
    whole, _, fraction = number.partition(".")
    read = _read_whole(int(whole)) if len(whole) <= 12 else _read_digits(whole)
    return f"{read}点{_read_digits(fraction)}" if fraction else read


def _read_whole(number: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if rest and rest < unit // 10 else ""
            tail = _read_whole(rest) if rest else ""
            start = "" if unit == 10 and head == 1 else _read_whole(head)
            return f"{start}{name}{gap}{tail}"
    return DIGITS[number]


def _read_digits(digits: str) -> str:
    return "".join("点" if digit == "." else DIGITS[int(digit)] for digit in digits)
