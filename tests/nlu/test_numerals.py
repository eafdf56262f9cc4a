"""Chinese and Arabic numerals as people say and type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nlu.numerals import find_numerals, parse_numeral, small_number


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("一百二十八万五", "1285000"),
        ("一百零八万五", "1085000"),
        ("二十八万五", "285000"),
        ("两千三", "2300"),
        ("一百二", "120"),
        ("一百零五", "105"),
        ("一万九", "19000"),
        ("一万零五百", "10500"),
        ("一万两千", "12000"),
        ("四十来万", "400000"),
        ("三十多万", "300000"),
        ("四五百", "500"),
        ("3.5w", "35000"),
        ("3.5万", "35000"),
        ("三点五万", "35000"),
        ("128万5", "1285000"),
        ("12万8", "128000"),
        ("3千5", "3500"),
        ("1,280,000", "1280000"),
        ("一亿两千万", "120000000"),
        ("1亿2", "120000000"),
        ("一百二十八万五千", "1285000"),
        ("１２.５", "12.5"),
        ("0.42", "0.42"),
        ("零点三八", "0.38"),
        ("十五", "15"),
        ("二十", "20"),
        ("两百三十八", "238"),
        ("5", "5"),
        ("5k", "5000"),
        ("零", "0"),
    ],
)
def test_a_numeral_has_its_value(said: str, value: str) -> None:
    assert parse_numeral(said) == Decimal(value)


@pytest.mark.parametrize("said", ["十几", "几万", "几十万", "一三八零零", "万万", "好"])
def test_what_is_no_exact_number_has_no_value(said: str) -> None:
    assert parse_numeral(said) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要二十台报了三十六万八一台", ["二十", "三十六万八"]),
        ("三千一套", ["三千"]),
        ("二十八一条", ["二十八"]),
        ("一万九一吨", ["一万九"]),
        ("电话一三八零零一三八零零零", []),
    ],
)
def test_numerals_end_where_the_next_word_begins(text: str, expected: list[str]) -> None:
    found = [numeral for numeral in find_numerals(text) if numeral.value != 1]
    assert [numeral.said for numeral in found] == expected
    assert all(text[n.span.start : n.span.end] == n.said for n in found)


def test_rough_numbers_are_marked() -> None:
    assert [n.approximate for n in find_numerals("四十来万，三四百，二十")] == [True, True, False]


@pytest.mark.parametrize(
    ("said", "value"),
    [("廿三", 23), ("零五", 5), ("08", 8), ("三十一", 31), ("一百", None), ("二三十", None)],
)
def test_small_numbers_of_days_and_hours(said: str, value: int | None) -> None:
    assert small_number(said) == value
