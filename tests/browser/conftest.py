"""A headless browser on the console with the story bot behind it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext

from tests.browser.chromium import find_browser, running_browser
from tests.browser.desk import Desk
from tests.browser.story_bot import StoryBot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = find_browser()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("no browser; install chromium or set CHROMIUM")
        pytest.skip("no browser; install chromium or set CHROMIUM")
    async with running_browser(path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    bot = StoryBot()
    server = TestServer(bot.app())
    await server.start_server()
    context: BrowserContext = await browser.new_context(locale="zh-CN", permissions=["microphone"])
    desk = Desk(bot=bot, server=server, context=context)
    yield desk
    await context.close()
    await desk.server.close()
    assert desk.complaints == []
