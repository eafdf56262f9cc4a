"""Spoken dates against tables of what was said and which day it means."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.domain.calendar import SHANGHAI, WorkCalendar
from config.calendar import load_calendar
from nlu.dates import DateExpression, dates_record, find_dates

DATA = Path(__file__).parent.parent / "data"
SIXTY = tomllib.loads((DATA / "dates_60.toml").read_text(encoding="utf-8"))
GROUPS = tomllib.loads((DATA / "dates_more.toml").read_text(encoding="utf-8"))["group"]
NOW = datetime(2026, 3, 18, 17, 42, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return load_calendar(2024, 2029)


def rows(key: str) -> list[Any]:
    return [
        pytest.param(group["now"], row, id=f"{group['now'][:10]} {row if isinstance(row, str) else row[0]}")
        for group in GROUPS
        for row in group[key]
    ]


def said(text: str, calendar: WorkCalendar, now: datetime = NOW) -> list[tuple[str, str]]:
    found = find_dates(text, now=now, calendar=calendar)
    return [(expression.said, expression.as_deadline().iso()) for expression in found]


def the_one(text: str, now: str, calendar: WorkCalendar) -> DateExpression:
    (found,) = find_dates(text, now=datetime.fromisoformat(now), calendar=calendar)
    return found


@pytest.mark.parametrize(("text", "due"), SIXTY["cases"], ids=[text for text, _ in SIXTY["cases"]])
def test_sixty_spoken_deadlines(text: str, due: str, calendar: WorkCalendar) -> None:
    assert the_one(text, SIXTY["now"], calendar).as_deadline().iso() == due


def test_the_table_of_sixty_is_whole() -> None:
    assert len({text for text, _ in SIXTY["cases"]}) == 60


@pytest.mark.parametrize("text", SIXTY["unclear"])
def test_unclear_words_tell_no_date(text: str, calendar: WorkCalendar) -> None:
    assert find_dates(text, now=NOW, calendar=calendar) == ()


@pytest.mark.parametrize(("now", "row"), rows("cases"))
def test_more_spoken_dates(now: str, row: list[str], calendar: WorkCalendar) -> None:
    text, due, *bound = row
    found = the_one(text, now, calendar)
    assert (found.as_deadline().iso(), found.bound) == (due, *(bound or ["on"]))
    assert not found.past


@pytest.mark.parametrize(("now", "row"), rows("past"))
def test_past_dates_are_known_as_past(now: str, row: list[str], calendar: WorkCalendar) -> None:
    found = the_one(row[0], now, calendar)
    assert (found.as_deadline().iso(), found.past) == (row[1], True)


@pytest.mark.parametrize(("now", "text"), rows("silent"))
def test_what_only_looks_like_a_date_stays_silent(now: str, text: str, calendar: WorkCalendar) -> None:
    assert find_dates(text, now=datetime.fromisoformat(now), calendar=calendar) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下周三,哦不对,下周四", [("下周三", "2026-03-25"), ("下周四", "2026-03-26")]),
        ("明天下午三点,不对,四点", [("明天下午三点", "2026-03-19T15:00"), ("四点", "2026-03-19T16:00")]),
        ("晚上八点不对九点", [("晚上八点", "2026-03-18T20:00"), ("九点", "2026-03-18T21:00")]),
        ("明天先去A厂,下午去B厂", [("明天", "2026-03-19"), ("下午", "2026-03-19")]),
        ("昨天见了张总,晚上把报价发他", [("昨天", "2026-03-17"), ("晚上", "2026-03-18")]),
        ("昨天上午去A厂,下午去B厂", [("昨天上午", "2026-03-17"), ("下午", "2026-03-17")]),
        (
            "周五四点前改好,四点半他去过会",
            [("周五四点前", "2026-03-20T16:00"), ("四点半", "2026-03-20T16:30")],
        ),
        ("明天去。四点半打给他", [("明天", "2026-03-19"), ("四点半", "2026-03-19T16:30")]),
        ("预算八十万,两周内给他三份报价", [("两周内", "2026-04-01")]),
        ("今天一点进展都没有", [("今天", "2026-03-18")]),
        ("周五前往工厂", [("周五", "2026-03-20")]),
    ],
)
def test_several_dates_in_one_note(
    text: str, expected: list[tuple[str, str]], calendar: WorkCalendar
) -> None:
    assert said(text, calendar) == expected


def test_spans_are_those_of_the_raw_text(calendar: WorkCalendar) -> None:
    text = "嗯那个４月１５号上午先去德力，下周二下午３点再去康联"
    found = find_dates(text, now=NOW, calendar=calendar)
    assert [text[f.span.start : f.span.end] for f in found] == [f.said for f in found]
    assert [f.said for f in found] == ["４月１５号上午", "下周二下午３点"]


def test_a_range_keeps_its_first_day(calendar: WorkCalendar) -> None:
    (week,) = find_dates("下周", now=NOW, calendar=calendar)
    assert (week.start, week.end, week.grain) == (date(2026, 3, 23), date(2026, 3, 29), "week")


def test_a_record_has_iso_days_and_minutes(calendar: WorkCalendar) -> None:
    assert dates_record("下周，周五下午四点前", now=NOW, calendar=calendar) == [
        {"text": "下周", "start": "2026-03-23", "end": "2026-03-29", "grain": "week", "bound": "on"},
        {
            "text": "周五下午四点前",
            "start": "2026-03-20T16:00",
            "end": "2026-03-20T16:00",
            "grain": "hour",
            "bound": "by",
        },
    ]


def test_without_a_schedule_festivals_are_silent_and_weekdays_still_known() -> None:
    assert said("国庆前，周五", WorkCalendar()) == [("周五", "2026-03-20")]


@pytest.mark.parametrize(
    "piece", ["下周", "三点", "10月", "一百二十", "周一、", "年前", "每", "1", " ", "🙂", "a"]
)
def test_a_very_long_note_ends(piece: str, calendar: WorkCalendar) -> None:
    text = piece * (5000 // len(piece))
    found = find_dates(text, now=NOW, calendar=calendar)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


def test_days_are_those_of_shanghai(calendar: WorkCalendar) -> None:
    late = datetime(2026, 3, 18, 20, 0, tzinfo=UTC)
    assert said("明天", calendar, late) == [("明天", "2026-03-20")]
