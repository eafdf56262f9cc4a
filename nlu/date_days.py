"""The values that the time grammar works with, and its plain arithmetic on days, weeks and months."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import WorkCalendar

COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十廿]{1,3})"
"""A small number before a unit of time."""
NOT_IN_NUMBER = r"(?<![\d一二两三四五六七八九十百千万零点.])"

YEAR = r"今年|明年|后年|去年|前年|本年|当年|转年|来年|20\d\d年|(?<!\d)2\d年"
MONTH = (
    rf"{NOT_IN_NUMBER}(?:1[0-2]|0?[1-9]|十[一二]?|[一二两三四五六七八九])月份?"
    r"|(?:这个?|本|当)月|下下个?月|下个?月|次月|上上个?月|上个?月"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What words of time are read against; `today` moves where one date leans on another (周三或者周四)."""

    now: datetime
    today: date
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days that a phrase means; `loose` where it leans on the date said before it (或者周四, 到28号)."""

    start: date
    end: date
    grain: str = "day"
    bound: str = "on"
    at: time | None = None
    loose: bool = False
    same_weekday: bool = False
    """A bare weekday said on that very weekday: a week on, unless a later clock time follows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of phrase: how it looks, and which days it means (None where it is no date after all)."""

    name: str
    pattern: re.Pattern[str]
    resolve: Callable[[re.Match[str], Setting], Days | None]


def one_day(day: date, *, loose: bool = False) -> Days:
    """A single day."""
    return Days(start=day, end=day, loose=loose)


def month_end(day: date) -> date:
    """The last day of that month."""
    return day.replace(day=months.monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def week_start(day: date) -> date:
    """The Monday of that week."""
    return day - timedelta(days=day.weekday())


def year_of(word: str | None, today: date) -> int | None:
    """The year that 明年, 2027年 or 27年 means; None for no word."""
    if not word:
        return None
    if word[0].isdigit():
        number = int(word.rstrip("年"))
        return number if number > 99 else 2000 + number
    shift = {"明": 1, "后": 2, "去": -1, "前": -2, "转": 1, "来": 1}
    return today.year + shift.get(word[0], 0)
