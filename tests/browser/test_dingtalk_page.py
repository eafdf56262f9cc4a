"""The chat page of the simulated DingTalk: single chat and group, taps of both kinds of cards, quotes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo import open_demo_database
from bot.serve import serving
from config.settings import Settings
from tests.conftest import REPOSITORY
from tests.fakes.dingtalk_page.simulator import move_in, simulating

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]

NOTE = "刚拜访完杭州康联，张总让我周五前发三份报价"
WAIT = 60_000


@asynccontextmanager
async def opened(browser: Browser, folder: Path, *, with_cards: bool) -> AsyncIterator[Page]:
    """The page inside the block; at its end nothing was complained of."""
    weights = REPOSITORY / "var" / "weights"
    settings = Settings(_env_file=None, var_dir=folder, port=0, speech_weights=weights)
    own = move_in(settings, with_cards=with_cards)
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1000, "height": 860})
    mistakes: list[str] = []
    with closing(open_demo_database(own)) as database:
        async with simulating(own, database, page_port=0) as simulation, serving(simulation.parts):
            await simulation.server.gateway.connection()
            page = await context.new_page()
            page.on("pageerror", lambda error: mistakes.append(str(error)))
            page.on("console", lambda line: mistakes.append(line.text))
            await page.goto(simulation.page)
            yield page
            await context.close()
        assert simulation.server.books.violations == []
    assert mistakes == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with opened(browser, tmp_path, with_cards=False) as page:
        yield page


async def say(page: Page, words: str) -> None:
    await page.get_by_label("消息", exact=True).fill(words)
    await page.get_by_role("button", name="发送").click()


async def test_a_voice_note_with_its_words_a_tap_and_a_quote(page: Page) -> None:
    await page.get_by_role("button", name="语音").click()
    await page.locator("#samples li button").first.click()
    card = page.locator(".card")
    await expect(card.get_by_role("button", name="确认")).to_be_visible(timeout=WAIT)
    await card.get_by_role("button", name="确认").click()
    await expect(card.locator("h4")).to_contain_text("✅ 已保存", timeout=WAIT)
    # A tap of an action card is a text of whoever taps; the old card is taken back.
    await expect(page.locator(".mine .bubble").last).to_contain_text("确认 #")
    await expect(card).to_have_count(1)
    await page.locator(".theirs .quote").click()
    await expect(page.locator("#quoted")).to_contain_text("引用")
    await say(page, "不对，决策人是采购部王主任")
    await expect(card.last).to_contain_text("王主任", timeout=WAIT)


async def test_the_group_is_answered_and_the_card_is_for_one(page: Page) -> None:
    await page.get_by_role("tab", name="群聊").click()
    await say(page, NOTE)
    await expect(page.locator(".theirs .bubble")).to_contain_text("单聊", timeout=WAIT)
    await expect(page.locator(".card")).to_have_count(0)
    await page.get_by_role("tab", name="单聊").click()
    await expect(page.locator(".card")).to_contain_text("杭州康联", timeout=WAIT)


async def test_somebody_of_another_company_is_told_why(page: Page) -> None:
    await page.get_by_role("link", name="客户小吴").click()
    await say(page, "你好")
    await expect(page.locator(".theirs .bubble")).to_contain_text("本公司", timeout=WAIT)


async def test_a_file_reaches_the_bot(page: Page) -> None:
    file = {"name": "报价单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    await page.get_by_label("文件").set_input_files(file)
    await expect(page.locator(".theirs")).to_contain_text("报价单.pdf", timeout=WAIT)


async def test_an_interactive_card_changes_in_place(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path, with_cards=True) as page:
        await say(page, NOTE)
        card = page.locator(".card")
        await card.get_by_role("button", name="确认").click(timeout=WAIT)
        await expect(card.locator("h4").first).to_contain_text("✅ 已保存", timeout=WAIT)
        await expect(card).to_have_count(1)
        await expect(page.locator(".mine")).to_have_count(1)


async def test_page_fits_a_narrow_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 667})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
