"""A whole program for each script: real storage, real HTTP and websockets, a clock that can be moved."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from rich.console import Console

from bot.app import Parts, open_movable_clock, open_parts
from bot.console_client import ConsolePerson, person_at
from bot.demo import open_demo_database
from bot.serve import serving
from bot.story import OPENING
from config.calendar import load_calendar
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.conftest import REPOSITORY
from tests.scenarios import dingtalk_office
from tests.scenarios.dingtalk_office import Office


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own, whatever the environment says."""
    return Settings(_env_file=None, var_dir=tmp_path, port=0, speech_weights=REPOSITORY / "var" / "weights")


@pytest.fixture
def company(settings: Settings) -> Iterator[Database]:
    """The demo company in an empty database."""
    with closing(open_demo_database(settings)) as database:
        yield database


@pytest.fixture(scope="session")
def understander() -> Understander:
    """Loaded once: it keeps nothing of what it reads."""
    return Understander.load(load_calendar(OPENING.year - 2, OPENING.year + 3))


@pytest.fixture
def parts(settings: Settings, company: Database, understander: Understander) -> Parts:
    """The program, not yet running, on the Thursday of the stories."""
    clock = open_movable_clock(company, start=OPENING)
    return open_parts(settings, company, clock, understander=understander)


@pytest.fixture
def paper() -> Console:
    """Where a script's exchanges are written: shown when a test fails."""
    return Console(file=io.StringIO(), width=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A running program and how to reach it."""

    parts: Parts
    session: ClientSession
    stack: AsyncExitStack

    async def enter(self, user_id: str) -> ConsolePerson:
        """One more window of that person."""
        return await self.stack.enter_async_context(person_at(self.session, user_id))


@asynccontextmanager
async def opened(parts: Parts) -> AsyncIterator[Town]:
    """The program running inside the block."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(parts))
        session = await stack.enter_async_context(ClientSession(base_url=address))
        yield Town(parts=parts, session=session, stack=stack)


@pytest.fixture
async def town(parts: Parts) -> AsyncIterator[Town]:
    """The program at work."""
    async with opened(parts) as town:
        yield town


@pytest.fixture
def dingtalk_company(settings: Settings) -> Iterator[Database]:
    """The demo company, with accounts on DingTalk."""
    with closing(open_demo_database(settings)) as database:
        dingtalk_office.give_phones(database)
        yield database


@pytest.fixture
async def office(
    settings: Settings, dingtalk_company: Database, understander: Understander
) -> AsyncIterator[Office]:
    """The program at work on DingTalk."""
    async with dingtalk_office.opened(settings, dingtalk_company, understander) as office:
        yield office
