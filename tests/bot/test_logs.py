"""Logs hold ids and numbers: never what people said, whoever they are, and whatever went wrong."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import set_up_logs
from storage.database import open_database

SECRET = "张总说下周和财务碰预算"


def quote_it() -> None:
    try:
        raise ValueError(f"not a date: {SECRET}")
    except ValueError as error:
        raise RuntimeError(SECRET) from error


@pytest.mark.parametrize("as_json", [True, False])
def test_a_trace_tells_where_and_what_kind_but_not_what_was_said(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    set_up_logs(level="INFO", as_json=as_json)
    try:
        quote_it()
    except RuntimeError:
        structlog.get_logger().exception("turn failed", inbox_id=7)
    told = capsys.readouterr().err
    assert SECRET not in told
    for clue in ("turn failed", "7", "quote_it", "test_logs.py", "RuntimeError", "ValueError"):
        assert clue in told


def test_a_json_line_is_one_object_with_time_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="INFO", as_json=True)
    structlog.get_logger().info("nudges due", count=3)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["count"], line["level"]) == ("nudges due", 3, "info")
    assert line["timestamp"]


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="WARNING", as_json=True)
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    told = capsys.readouterr().err
    assert "quiet" not in told
    assert "loud" in told


def test_a_database_error_does_not_quote_what_was_to_be_stored() -> None:
    with closing(open_database("sqlite://")) as database, database.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT UNIQUE)"))
        insert = text("INSERT INTO notes VALUES (:words)")
        connection.execute(insert, {"words": SECRET})
        with pytest.raises(SQLAlchemyError) as caught:
            connection.execute(insert, {"words": SECRET})
    assert SECRET not in str(caught.value)
