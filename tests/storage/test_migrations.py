"""The schema goes forward and back on both databases, and is what the program's tables say."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest
from sqlalchemy import inspect, text

from bot.domain.errors import ConfigError
from storage.database import Database, open_database
from storage.migrations import check, current, downgrade, pending, upgrade
from storage.nudges import NUDGE_COLUMNS
from storage.schema import metadata
from tests.storage.samples import NOW, found_company, make_visit


def tables_of(database: Database) -> set[str]:
    """The tables that are there."""
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def test_the_database_is_what_the_tables_say(database: Database) -> None:
    check(database)
    assert not pending(database)


def test_the_same_indexes_are_partial(database: Database) -> None:
    """Alembic does not compare an index's condition."""
    dialect = "sqlite" if database.is_sqlite else "postgresql"
    meant = {
        str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %' "
        "AND schemaname = 'public'",
    }[dialect]
    with database.read() as connection:
        assert set(connection.execute(text(found)).scalars()) == meant
    assert "ix_nudges_planned" in meant


def test_back_to_nothing_and_forward_again_with_data_in_it(database: Database) -> None:
    found_company(database)
    head = current(database)
    downgrade(database, "base")
    assert tables_of(database) == {"alembic_version"}
    assert current(database) is None
    assert pending(database)
    upgrade(database)
    assert current(database) == head
    check(database)
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        assert uow.visits.save(make_visit(company)).number == "V1001"


def test_upgrading_again_keeps_everything(database: Database) -> None:
    company = found_company(database)
    upgrade(database)
    with database.unit_of_work("m", NOW) as uow:
        assert uow.members.get(company.rep.id) == company.rep


def test_foreign_keys_hold_after_migrating(sqlite: Database) -> None:
    with sqlite.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_processes_that_migrate_at_once_all_succeed(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        emptied = open_database(database_url)
        downgrade(emptied, "base")
        emptied.close()
    program = (
        "import sys; from storage.database import open_database; from storage.migrations import upgrade; "
        "database = open_database(sys.argv[1]); upgrade(database); database.close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, database_url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    database = open_database(database_url)
    check(database)
    database.close()


def test_every_noun_has_a_column_for_each_field(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        for repository in (
            uow.members,
            uow.customers,
            uow.contacts,
            uow.opportunities,
            uow.visits,
            uow.next_actions,
            uow.node_items,
            uow.talk_tracks,
        ):
            ledger = repository.ledger
            assert {field.name for field in fields(ledger.kind)} == set(ledger.table.c.keys())
    assert "sent_at" not in {column.name for column in NUDGE_COLUMNS}


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    assert pending(database)
    with pytest.raises(ConfigError, match="from_the_future"):
        upgrade(database)
