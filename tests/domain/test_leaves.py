"""Days off: which days are meant, who stands in, and never in a circle."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.leaves import Leave, deputies_on, find_receiver, read_days

TODAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("11-23~11-27 代理", "2026-11-23", "2026-11-27"),
        ("11月23日到11月27日 代理", "2026-11-23", "2026-11-27"),
        ("11.23-27", "2026-11-23", "2026-11-27"),
        ("11-23", "2026-11-23", "2026-11-23"),
        ("11-19", "2026-11-19", "2026-11-19"),
        ("11-17~11-20", "2026-11-17", "2026-11-20"),  # began on Tuesday
        ("12-30~1-3", "2026-12-30", "2027-01-03"),
        ("1-4~1-8", "2027-01-04", "2027-01-08"),
        ("2026-11-23~2026-11-27", "2026-11-23", "2026-11-27"),
        ("2026-11-23", "2026-11-23", "2026-11-23"),
    ],
)
def test_days_are_read_as_people_write_them(words: str, first: str, last: str) -> None:
    assert read_days(words, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "words",
    ["", "下周", "13-40", "11-27~11-23~1", "2-30", "11-23~6-27", "2026-11-01~2026-11-02", "1 2 3 4 5 6 7"],
)
def test_what_names_no_days_is_none(words: str) -> None:
    assert read_days(words, TODAY) is None


def leave(member_id: int, deputy_id: int, *, number: int = 1, first: int = 23, last: int = 27) -> Leave:
    return Leave(
        id=number,
        member_id=member_id,
        deputy_id=deputy_id,
        first_on=date(2026, 11, first),
        last_on=date(2026, 11, last),
    )


@pytest.mark.parametrize(("day", "receiver"), [(22, 1), (23, 2), (27, 2), (28, 1)])
def test_a_deputy_stands_in_on_these_days_only(day: int, receiver: int) -> None:
    deputies = deputies_on(date(2026, 11, day), [leave(1, 2)])
    assert find_receiver(1, deputies) == receiver
    assert find_receiver(3, deputies) == 3


def test_a_deputy_who_is_away_too_passes_on_but_never_in_a_circle() -> None:
    assert find_receiver(1, {1: 2, 2: 3}) == 3
    assert find_receiver(1, {1: 2, 2: 1}) == 1
    assert find_receiver(3, {3: 1, 1: 2, 2: 1}) == 3


def test_of_two_leaves_the_newer_counts() -> None:
    leaves = [leave(1, 3, number=2), leave(1, 2, number=1)]
    assert deputies_on(date(2026, 11, 24), leaves) == {1: 3}
    assert leaves[0].overlaps(leaves[1])
    assert not leave(1, 2).overlaps(leave(1, 2, first=28, last=29))
