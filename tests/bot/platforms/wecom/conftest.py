"""The running WeCom channel for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.platforms.wecom.simulated import WeCom, simulated
from tests.fakes.console_ports import Inbox


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def wecom(inbox: Inbox) -> AsyncIterator[WeCom]:
    async with simulated(inbox.accept) as running:
        yield running
