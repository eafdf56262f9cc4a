"""Days off with a deputy: what is meant for somebody goes to the deputy on these days, and on no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MAX_DAYS = 180
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """One member is away from `first_on` to `last_on`, both included; `deputy_id` stands in."""

    id: int
    member_id: int
    deputy_id: int
    first_on: date
    last_on: date

    def covers(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.first_on <= day <= self.last_on

    def overlaps(self, other: Leave) -> bool:
        """Whether both have a day in common."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on


def find_receiver(member_id: int, deputies: Mapping[int, int]) -> int:
    """Who stands in for the member: the deputy's deputy where that one is away too, nobody twice."""
    seen = [member_id]
    while (deputy := deputies.get(seen[-1])) is not None:
        if deputy in seen:
            # Each stands in for the other: better the first one in time than a circle.
            return member_id
        seen.append(deputy)
    return seen[-1]


def deputies_on(day: date, leaves: Iterable[Leave]) -> dict[int, int]:
    """Of everybody who is away on that day, who stands in; of two leaves the newer counts."""
    return {
        leave.member_id: leave.deputy_id
        for leave in sorted(leaves, key=lambda leave: leave.id)
        if leave.covers(day)
    }


def read_days(words: str, today: date) -> tuple[date, date] | None:
    """`11-23~11-27`, `11-23`, `11.23-27` or with years; None for anything else.

    A day without a year that has gone by is next year's. At most half a year.
    """
    numbers = [int(number) for number in _NUMBER.findall(words)]
    try:
        first, last = _two_days(numbers, today)
    except ValueError:
        return None
    if not today <= last or not timedelta(0) <= last - first <= timedelta(days=MAX_DAYS):
        return None
    return first, last


def _two_days(numbers: list[int], today: date) -> tuple[date, date]:
    match numbers:
        case [year, month, day, last_year, last_month, last_day] if year > 31:
            return date(year, month, day), date(last_year, last_month, last_day)
        case [year, month, day] if year > 31:
            return date(year, month, day), date(year, month, day)
        case [month, day]:
            first = _coming(month, day, today)
            return first, first
        case [month, day, last_day]:
            first = _coming(month, day, today)
            return first, first.replace(day=last_day)
        case [month, day, last_month, last_day]:
            last = _coming(last_month, last_day, today)
            first = date(last.year, month, day)
            return (first if first <= last else first.replace(year=last.year - 1)), last
    raise ValueError("no days")


def _coming(month: int, day: int, today: date) -> date:
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)
