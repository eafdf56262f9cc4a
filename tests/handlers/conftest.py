"""The office of the tests: one migrated database with a company, copied for each test; one understander."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from config.calendar import load_calendar
from config.playbook import load_playbook
from handlers.context import CheckResult, Deps
from handlers.ports import UnitOfWork
from nlu.understand import Understander
from prompts.texts import load_texts
from storage.database import Database, open_database
from storage.migrations import upgrade
from tests.handlers.office import NOW, Office, copy_of, found_company


def check_two(_uow: UnitOfWork) -> Sequence[CheckResult]:
    """One part that works and one that does not."""
    return [
        CheckResult(name="数据库", passed=True),
        CheckResult(name="语音识别", passed=False, fix="装上模型"),
    ]


@pytest.fixture(scope="session")
def deps() -> Deps:
    """The real parts that every turn needs."""
    calendar = load_calendar(NOW.year - 2, NOW.year + 3)
    return Deps(
        understand=Understander.load(calendar).understand,
        playbook=load_playbook(),
        calendar=calendar,
        texts=load_texts(),
        check=check_two,
    )


@pytest.fixture(scope="session")
def founded() -> Iterator[Database]:
    """A database with the company in it, to be copied."""
    with closing(open_database("sqlite://")) as database:
        upgrade(database)
        with database.unit_of_work("founding", NOW) as uow:
            found_company(uow)
        yield database


@pytest.fixture
def office(deps: Deps, founded: Database) -> Iterator[Office]:
    """An office of its own, in memory."""
    with copy_of(founded) as database:
        yield Office(database=database, deps=deps)
