"""The demo's clock goes forward only and remembers how far."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import open_movable_clock
from bot.clock import MovableClock, SystemClock
from bot.domain.calendar import SHANGHAI
from storage.database import Database
from tests.handlers.office import NOW


def test_the_machines_clock_is_in_shanghai() -> None:
    assert SystemClock().now().tzinfo is SHANGHAI


def test_moving_adds_up_and_is_kept() -> None:
    kept: list[timedelta] = []
    clock = MovableClock(timedelta(hours=1), keep=kept.append)
    before = clock.now()
    clock.move(timedelta(days=1))
    clock.move(timedelta(hours=2))
    assert clock.now() - before >= timedelta(days=1, hours=2)
    assert kept == [timedelta(days=1, hours=1), timedelta(days=1, hours=3)]


def test_it_never_goes_back() -> None:
    kept: list[timedelta] = []
    clock = MovableClock(timedelta(0), keep=kept.append)
    with pytest.raises(ValueError, match="forward only"):
        clock.move(timedelta(seconds=-1))
    assert kept == []


def test_the_offset_survives_a_restart(company: Database) -> None:
    first = open_movable_clock(company, start=NOW)
    first.move(timedelta(days=3))
    second = open_movable_clock(company)
    assert abs(second.now() - first.now()) < timedelta(minutes=5)
    assert second.now() > NOW + timedelta(days=2)
