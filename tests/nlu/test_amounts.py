"""Sums of money, and the numbers that are none."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from nlu.amounts import AmountExpression, find_amounts

TABLE = tomllib.loads((Path(__file__).parent.parent / "data" / "amounts.toml").read_text(encoding="utf-8"))


def the_one(text: str) -> AmountExpression:
    (found,) = find_amounts(text)
    return found


@pytest.mark.parametrize(("text", "value", "kind"), TABLE["sums"])
def test_a_sum_has_value_and_kind(text: str, value: str, kind: str) -> None:
    found = the_one(text)
    assert (found.value, found.kind) == (Decimal(value), kind)
    assert not (found.foreign or found.difference or found.approximate) or "左右" in text
    assert text[found.span.start : found.span.end] == found.said


@pytest.mark.parametrize("text", TABLE["no_money"])
def test_other_numbers_are_no_money(text: str) -> None:
    assert find_amounts(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("单价从0.42压到0.38", ["0.42", "0.38"]),
        ("从15万降到13万", ["150000", "130000"]),
        ("报的三点五万一年能不能给到三万", ["35000", "30000"]),
        ("报的是96万，最多给到88万", ["960000", "880000"]),
        ("预算大概十五万哦不对十八万", ["150000", "180000"]),
    ],
)
def test_several_sums_in_one_note(text: str, values: list[str]) -> None:
    assert [amount.value for amount in find_amounts(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize("text", ["大概四十来万", "十来万", "预算三百二十万左右", "二三十万", "两千块左右"])
def test_rough_sums_are_marked(text: str) -> None:
    assert the_one(text).approximate


@pytest.mark.parametrize(
    "text", ["一件便宜八块", "贵两千", "让利5000", "报价降3万", "差价三千", "比我们低两万"]
)
def test_differences_are_no_prices(text: str) -> None:
    assert the_one(text).difference


def test_a_bound_of_a_rule_is_marked() -> None:
    assert the_one("50万以上要招标").threshold
    assert not the_one("总共50万").threshold


def test_foreign_money_is_marked_through_the_sentence() -> None:
    found = find_amounts("两万三美金一个柜子想谈到两万一。人民币报15万")
    assert [(amount.value, amount.foreign) for amount in found] == [
        (Decimal(23000), True), (Decimal(21000), True), (Decimal(150000), False),
    ]  # fmt: skip
    assert the_one("目标价$9800").foreign
    assert the_one("9800美元").foreign


@pytest.mark.parametrize("piece", ["一", "1", "一千", "一百二十", "报价", "3万", "块", " "])
def test_a_very_long_note_ends(piece: str) -> None:
    found = find_amounts(piece * (5000 // len(piece)))
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
