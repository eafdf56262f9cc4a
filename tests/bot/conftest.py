"""For the tests of the rim: a company in memory, a channel that can fail, a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.logs import set_up_logs
from handlers.context import Deps
from storage.database import Database
from tests.handlers.office import copy_of, founded_database, open_deps


@pytest.fixture(autouse=True)
def quiet_logs() -> None:
    """Plain lines, so that a trace shows no local variables."""
    set_up_logs(level="INFO", as_json=True)


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
def company(founded: Database) -> Iterator[Database]:
    """A company of its own, in memory."""
    with copy_of(founded) as database:
        yield database
