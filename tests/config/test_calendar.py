"""The working calendar: published years, computed years and the company's own table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.domain.calendar import Festival, Holiday
from bot.domain.errors import ConfigError
from config.calendar import festival_day, load_calendar


def holiday(festival: Festival, year: int) -> Holiday:
    (found,) = [h for h in load_calendar(year, year).holidays if h.festival is festival]
    return found


def days(found: Holiday) -> tuple[date, date, date]:
    return found.first, found.day, found.last


def test_a_published_year_has_its_seven_holidays_and_make_up_days() -> None:
    calendar = load_calendar(2026, 2026)
    assert {h.festival for h in calendar.holidays} == set(Festival)
    assert days(holiday(Festival.SPRING_FESTIVAL, 2026)) == (
        date(2026, 2, 15),
        date(2026, 2, 17),
        date(2026, 2, 23),
    )
    assert days(holiday(Festival.LABOUR_DAY, 2026)) == (date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 5))
    assert calendar.is_workday(date(2026, 5, 9))
    assert not calendar.is_workday(date(2026, 10, 7))
    assert calendar.knows(date(2026, 12, 31))


def test_festivals_that_share_their_days_off_are_two_holidays() -> None:
    shared = (date(2025, 10, 1), date(2025, 10, 8))
    for festival, day in (
        (Festival.NATIONAL_DAY, date(2025, 10, 1)),
        (Festival.MID_AUTUMN, date(2025, 10, 6)),
    ):
        found = holiday(festival, 2025)
        assert (found.first, found.last, found.day) == (*shared, day)


def test_a_new_year_break_may_begin_in_december() -> None:
    expected = (date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2))
    assert days(holiday(Festival.NEW_YEAR, 2023)) == expected


def test_an_unpublished_year_is_computed_and_says_so() -> None:
    calendar = load_calendar(2026, 2050)
    assert calendar.known_years == {2026}
    found = holiday(Festival.SPRING_FESTIVAL, 2049)
    assert days(found) == (date(2049, 2, 1), date(2049, 2, 2), date(2049, 2, 4))
    assert not found.official


@pytest.mark.parametrize(
    ("festival", "day"),
    [
        (Festival.SPRING_FESTIVAL, date(2027, 2, 6)),
        (Festival.DRAGON_BOAT, date(2027, 6, 9)),
        (Festival.MID_AUTUMN, date(2027, 9, 15)),
        (Festival.TOMB_SWEEPING, date(2027, 4, 5)),
        (Festival.TOMB_SWEEPING, date(2028, 4, 4)),
        (Festival.NATIONAL_DAY, date(2030, 10, 1)),
    ],
)
def test_festival_days_by_sun_and_moon(festival: Festival, day: date) -> None:
    assert festival_day(festival, day.year) == day


def test_a_company_adds_a_year(tmp_path: Path) -> None:
    table = tmp_path / "holidays.toml"
    table.write_text(
        '[2031]\nholidays = [{ festival = "labour_day", first = 2031-05-01, last = 2031-05-05 }]\n'
        "makeup_workdays = [2031-04-27]\n"
    )
    calendar = load_calendar(2030, 2031, overrides=table)
    assert calendar.known_years == {2031}
    assert calendar.is_workday(date(2031, 4, 27))
    assert not calendar.is_workday(date(2031, 5, 5))
    assert [h.festival for h in calendar.holidays if h.first.year == 2031] == [Festival.LABOUR_DAY]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("[2031\n", "line 1"),
        ("[soon]\nholidays = []\n", "[soon]"),
        ("[2031]\nmakeup_workdays = []\n", "holidays"),
        ("[2031]\nholidays = []\nextra = 1\n", "extra"),
        ("[2031]\nholidays = []\nmakeup_workdays = ['2031-04-27']\n", "makeup_workdays, entry 1"),
        ("[2031]\nholidays = []\nmakeup_workdays = 5\n", "makeup_workdays"),
        ("[2031]\nholidays = []\nmakeup_workdays = [2035-04-27]\n", "outside 2031"),
        ("[2031]\nholidays = [{ festival = 'labour_day', first = 2031-05-01 }]\n", "holidays, entry 1"),
        ("[2031]\nholidays = [{ festival = 'xmas', first = 2031-05-01, last = 2031-05-02 }]\n", "xmas"),
        (
            "[2031]\nholidays = [{ festival = 'labour_day', first = 2031-05-02, last = 2031-05-03 }]\n",
            "2031-05-01",
        ),
        (
            "[2031]\nholidays = [{ festival = 'labour_day', first = 2031-05-01, last = 2031-05-01 },"
            " { festival = 'labour_day', first = 2031-05-01, last = 2031-05-01 }]\n",
            "twice",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, content: str, names: str) -> None:
    table = tmp_path / "holidays.toml"
    table.write_text(content)
    with pytest.raises(ConfigError) as error:
        load_calendar(2031, 2031, overrides=table)
    assert str(table) in str(error.value)
    assert names in str(error.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_calendar(2031, 2031, overrides=tmp_path / "none.toml")


def test_years_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ConfigError, match="after last year"):
        load_calendar(2027, 2026)
