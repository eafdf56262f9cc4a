"""A made-up button whose id no database can hold failed three times and was parked: it is 已处理."""

from __future__ import annotations

import pytest

from handlers.router import read_id


@pytest.mark.parametrize(("argument", "number"), [("1024", 1024), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_an_id_is_read(argument: str, number: int) -> None:
    assert read_id(argument) == number


@pytest.mark.parametrize("argument", ["", "abc", "-1", "²", "١", "1.0", " 1", "9" * 19, "9" * 5000])
def test_what_is_no_id_of_ours_is_nothings_id(argument: str) -> None:
    assert read_id(argument) == 0
