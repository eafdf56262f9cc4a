"""Transactions: all or nothing, one after the other, and clear about a database that cannot be used."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from bot.domain.visits import VisitStatus
from storage.database import Database, open_database
from tests.storage.samples import NOW, found_company, make_visit


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "mongodb://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        open_database(url)


def test_check_passes_on_a_good_database(database: Database) -> None:
    database.check()


def test_check_names_the_database_without_its_password() -> None:
    database = open_database("postgresql://genjin:secret@127.0.0.1:1/genjin")
    with pytest.raises(ConfigError, match="does not answer") as raised:
        database.check()
    assert "secret" not in str(raised.value)
    database.close()


def test_an_error_rolls_everything_back(database: Database) -> None:
    company = found_company(database)
    visit_id = 0

    def save_and_fail() -> None:
        nonlocal visit_id
        with database.unit_of_work("m", NOW) as uow:
            visit_id = uow.visits.save(make_visit(company)).id
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        save_and_fail()
    with database.unit_of_work("n", NOW) as uow:
        assert uow.visits.get(visit_id) is None
        assert uow.changes.of("visit", visit_id) == ()


def test_two_presses_of_one_button_come_one_after_the_other(database: Database) -> None:
    """Each thread saves the record only if it finds a draft: exactly one of them may find one."""
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        visit = uow.visits.save(make_visit(company))
    at_once = threading.Barrier(8)

    def press(number: int) -> bool:
        at_once.wait()
        with database.unit_of_work(f"press-{number}", NOW) as uow:
            found = uow.visits.get(visit.id)
            assert found is not None
            if found.status is VisitStatus.SAVED:
                return False
            uow.visits.save(replace(found, status=VisitStatus.SAVED, saved_at=NOW))
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(press, range(8))) == 1


def test_a_second_transaction_in_one_thread_is_an_error_and_not_a_hang(sqlite: Database) -> None:
    with sqlite.begin(), pytest.raises(RuntimeError, match="open already"), sqlite.begin():
        pass


def test_a_sqlite_file_can_be_read_while_it_is_written(sqlite: Database) -> None:
    company = found_company(sqlite)
    with sqlite.unit_of_work("m", NOW) as uow:
        uow.visits.save(make_visit(company))
        sqlite.check()


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'var' / 'data' / 'genjin.db'}")
    database.check()
    database.close()


def test_memory_needs_no_file() -> None:
    database = open_database("sqlite://")
    database.check()
    database.close()
