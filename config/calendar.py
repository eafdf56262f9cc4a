"""Builds the working calendar from published schedules, a company's table and, for later years, the moon."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
from lunardate import LunarDate

from bot.domain.calendar import ONE_DAY, Festival, Holiday, WorkCalendar
from bot.domain.errors import ConfigError

DEFAULT_OVERRIDES = Path(__file__).with_name("holidays.toml")

# Days off before and after the festival day, by the State Council's holiday regulation as amended for 2025.
_STATUTORY = {
    Festival.SPRING_FESTIVAL: (1, 2),
    Festival.LABOUR_DAY: (0, 1),
    Festival.NATIONAL_DAY: (0, 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    holidays: tuple[Holiday, ...]
    makeup_workdays: frozenset[date]
    official: bool


def load_calendar(first_year: int, last_year: int, overrides: Path | None = None) -> WorkCalendar:
    """The calendar of `first_year` to `last_year`, both included.

    A year of the override file wins over the published schedule; a year that neither knows holds only the
    festivals' statutory days, computed from sun and moon, and is left out of `known_years`.
    `ConfigError` names the file and the entry that cannot be used.
    """
    if first_year > last_year:
        raise ConfigError(f"calendar: first year {first_year} is after last year {last_year}")
    company = _read_overrides(overrides or DEFAULT_OVERRIDES)
    years = {year: company.get(year) or _year_of(year) for year in range(first_year, last_year + 1)}
    return WorkCalendar(
        holidays=tuple(holiday for year in years.values() for holiday in year.holidays),
        makeup_workdays=frozenset(day for year in years.values() for day in year.makeup_workdays),
        known_years=frozenset(number for number, year in years.items() if year.official),
    )


def festival_day(festival: Festival, year: int) -> date:
    """The festival itself in that year of the common calendar (1900 to 2099)."""
    match festival:
        case Festival.NEW_YEAR:
            return date(year, 1, 1)
        case Festival.SPRING_FESTIVAL:
            return _from_lunar(year, 1, 1)
        case Festival.TOMB_SWEEPING:
            return date(year, 4, _tomb_sweeping_day(year))
        case Festival.LABOUR_DAY:
            return date(year, 5, 1)
        case Festival.DRAGON_BOAT:
            return _from_lunar(year, 5, 5)
        case Festival.MID_AUTUMN:
            return _from_lunar(year, 8, 15)
        case Festival.NATIONAL_DAY:
            return date(year, 10, 1)


@cache
def _year_of(year: int) -> _Year:
    try:
        chinese_calendar.is_holiday(date(year, 7, 1))
    except NotImplementedError:
        return _computed_year(year)
    return _published_year(year)


def _published_year(year: int) -> _Year:
    runs = list(_runs_of_days_off(year))
    holidays = [
        Holiday(festival=festival, day=day, first=run[0], last=run[-1])
        for festival in Festival
        for day in (festival_day(festival, year),)
        for run in runs
        if run[0] <= day <= run[-1]
    ]
    makeup = frozenset(day for day in chinese_calendar.workdays if day.year == year)
    return _Year(holidays=tuple(holidays), makeup_workdays=makeup, official=True)


def _runs_of_days_off(year: int) -> Iterator[list[date]]:
    """Unbroken runs of days off, weekends included: festivals that follow on each other share one run.

    The walk begins in the old year, since the days off around 1 January may (2023: 31 December to 2 January).
    """
    run: list[date] = []
    day = date(year - 1, 12, 20)
    while day < date(year, 12, 20):
        if _is_day_off(day):
            run.append(day)
        elif run:
            yield run
            run = []
        day += ONE_DAY


def _is_day_off(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= 5


def _computed_year(year: int) -> _Year:
    holidays = []
    for festival in Festival:
        day = festival_day(festival, year)
        before, after = _STATUTORY.get(festival, (0, 0))
        first, last = day - timedelta(days=before), day + timedelta(days=after)
        holidays.append(Holiday(festival=festival, day=day, first=first, last=last, official=False))
    return _Year(holidays=tuple(holidays), makeup_workdays=frozenset(), official=False)


def _from_lunar(year: int, month: int, day: int) -> date:
    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar


def _tomb_sweeping_day(year: int) -> int:
    """The solar term Qingming falls on 4 or 5 April: 0.2422 days later a year, less a day each leap year."""
    century = year % 100
    return int(century * 0.2422 + 4.81) - century // 4


def _read_overrides(path: Path) -> dict[int, _Year]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return {_year_number(path, key): _override_year(path, key, entry) for key, entry in table.items()}


def _year_number(path: Path, key: str) -> int:
    if not (key.isascii() and key.isdigit() and 1900 <= int(key) <= 2099):
        raise ConfigError(f"{path}: [{key}]: not a year")
    return int(key)


def _override_year(path: Path, key: str, entry: object) -> _Year:
    where = f"{path}: [{key}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("holidays"), list):
        raise ConfigError(f"{where}: needs a list `holidays`")
    unknown = sorted(set(entry) - {"holidays", "makeup_workdays"})
    if unknown:
        raise ConfigError(f"{where}: unknown entry {unknown[0]}")
    year = int(key)
    holidays = tuple(
        _override_holiday(f"{where} holidays, entry {index}", row, year)
        for index, row in enumerate(entry["holidays"], start=1)
    )
    seen = [holiday.festival for holiday in holidays]
    twice = next((festival for festival in seen if seen.count(festival) > 1), None)
    if twice:
        raise ConfigError(f"{where}: {twice} is there twice")
    workdays = entry.get("makeup_workdays", [])
    if not isinstance(workdays, list):
        raise ConfigError(f"{where}: makeup_workdays is no list of days")
    makeup = frozenset(
        _plain_date(f"{where} makeup_workdays, entry {index}", day, year)
        for index, day in enumerate(workdays, start=1)
    )
    return _Year(holidays=holidays, makeup_workdays=makeup, official=True)


def _override_holiday(where: str, row: object, year: int) -> Holiday:
    if not isinstance(row, dict) or set(row) != {"festival", "first", "last"}:
        raise ConfigError(f"{where}: needs exactly festival, first and last")
    try:
        festival = Festival(row["festival"])
    except ValueError as error:
        raise ConfigError(f"{where}: {row['festival']!r} is no festival") from error
    first, last = _plain_date(where, row["first"], year), _plain_date(where, row["last"], year)
    day = festival_day(festival, year)
    if not first <= day <= last:
        raise ConfigError(f"{where}: {festival} {day} does not lie between first {first} and last {last}")
    return Holiday(festival=festival, day=day, first=first, last=last)


def _plain_date(where: str, value: object, year: int) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ConfigError(f"{where}: {value!r} is no date such as {year}-01-31")
    if value.year not in (year, year - 1):  # the days off and make-up days of 1 January may begin in December
        raise ConfigError(f"{where}: {value} lies outside {year}")
    return value
