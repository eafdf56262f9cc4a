"""The chat page of the simulated WeCom: a note is typed, a button pressed, and the card changes in place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo import open_demo_database
from bot.serve import serving
from config.settings import Settings
from tests.conftest import REPOSITORY
from tests.fakes.wecom_page.simulator import move_in, simulating

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]

NOTE = "刚拜访完杭州康联，张总让我周五前发三份报价"


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    weights = REPOSITORY / "var" / "weights"
    own = move_in(Settings(_env_file=None, var_dir=tmp_path, port=0, speech_weights=weights))
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1000, "height": 860})
    mistakes: list[str] = []
    with closing(open_demo_database(own)) as database:
        async with simulating(own, database, page_port=0) as simulation, serving(simulation.parts):
            page = await context.new_page()
            page.on("pageerror", lambda error: mistakes.append(str(error)))
            page.on("console", lambda line: mistakes.append(line.text))
            await page.goto(simulation.page)
            yield page
            await context.close()
    assert mistakes == []


async def test_note_card_and_press(page: Page) -> None:
    await page.get_by_label("消息", exact=True).fill(NOTE)
    await page.get_by_role("button", name="发送").click()
    card = page.locator(".card")
    await expect(card).to_contain_text("发送报价（三份）", timeout=20_000)
    await card.get_by_role("button", name="确认").click()
    await expect(card.locator("h3")).to_contain_text("✅ 已保存", timeout=20_000)
    await expect(page.get_by_text("卡片已更新 1 次")).to_be_visible()
    await expect(card).to_have_count(1)

    await page.get_by_label("消息", exact=True).fill("今日")
    await page.get_by_role("button", name="发送").click()
    choice = page.get_by_label("处理哪一项")
    await choice.select_option(index=1)
    await page.get_by_role("button", name="提交").click()
    await expect(card).to_have_count(3)
    await expect(card.last).to_contain_text("发送报价")


async def test_one_may_be_somebody_the_bot_does_not_know(page: Page) -> None:
    await page.get_by_role("link", name="陈新").click()
    await page.get_by_label("消息", exact=True).fill("你好")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble", has_text="你的上级是 王姐")).to_be_visible()
    await page.get_by_role("link", name="李明").click()
    await expect(page.locator("#chat li")).to_have_count(0)


async def test_page_fits_a_narrow_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 667})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
