"""The running DingTalk channel for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.dingtalk.link import Timing
from tests.bot.platforms.dingtalk.simulated import DingTalk, simulated
from tests.fakes.console_ports import Inbox

QUICK = Timing(first_wait=0.01, longest_wait=0.05, refused_wait=0.05, draining=5)
"""A stream that comes back at once."""


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def dingtalk(inbox: Inbox) -> AsyncIterator[DingTalk]:
    """Without a card template: cards are action cards."""
    async with simulated(inbox.accept, template_id="", timing=QUICK) as running:
        yield running


@pytest.fixture
async def with_cards(inbox: Inbox) -> AsyncIterator[DingTalk]:
    """With a card template: cards are interactive."""
    async with simulated(inbox.accept, timing=QUICK) as running:
        yield running
