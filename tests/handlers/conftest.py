"""The office of the tests: one migrated database with a company, copied for each test; one understander."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.context import Deps
from storage.database import Database
from tests.handlers.office import Office, copy_of, founded_database, open_deps


@pytest.fixture(scope="session")
def deps() -> Deps:
    """The real parts that every turn needs, loaded once."""
    return open_deps()


@pytest.fixture(scope="session")
def founded() -> Iterator[Database]:
    """A database with the company in it, to be copied."""
    with founded_database() as database:
        yield database


@pytest.fixture
def office(deps: Deps, founded: Database) -> Iterator[Office]:
    """An office of its own, in memory."""
    with copy_of(founded) as database:
        yield Office(database=database, deps=deps)
