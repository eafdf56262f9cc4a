"""The running console for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.platforms.console.simulated import Console, simulated
from tests.fakes.console_ports import Inbox


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def console(inbox: Inbox) -> AsyncIterator[Console]:
    async with simulated(inbox.accept) as running:
        yield running
