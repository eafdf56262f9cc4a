"""The upload page on a phone: what was sent, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FilePayload, Page, expect

from bot.platforms.wecom.uploads import MAX_BYTES, UploadPages
from tests.bot.platforms.wecom.test_uploads import PDF, Desk, path
from tests.fakes.console_ports import Inbox

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The open page and the desk behind it."""

    page: Page
    desk: Desk

    async def send(self, data: bytes, *, name: str) -> None:
        """Choose a file and press the button."""
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
        await self.page.locator("#file").set_input_files(file)
        await self.page.get_by_role("button", name="上传").click()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser) -> AsyncIterator[Phone]:
    desk = Desk(inbox=Inbox())
    app = web.Application()
    app.add_routes(UploadPages(desk, clock=desk, accept=desk.inbox.accept).routes())
    server = TestServer(app)
    await server.start_server()
    context = await browser.new_context(locale="zh-CN", viewport={"width": 375, "height": 667})
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    await page.goto(str(server.make_url(path())))
    yield Phone(page=page, desk=desk)
    await context.close()
    await server.close()
    assert mistakes == []


async def test_document_arrives_and_the_page_says_so(phone: Phone) -> None:
    result = phone.page.get_by_role("status")
    await phone.send(PDF.ljust(3_000_000, b" "), name="需求确认单.pdf")
    await expect(result).to_contain_text("已收到")
    assert phone.desk.kept["f1"][1] == "需求确认单.pdf"
    await expect(phone.page.get_by_role("button", name="上传")).to_be_hidden()
    await phone.page.reload()
    await expect(result).to_contain_text("已经用过")


async def test_wrong_file_can_be_replaced(phone: Phone) -> None:
    result = phone.page.get_by_role("status")
    await phone.send(b"hello", name="合同.pdf")
    await expect(result).to_contain_text("只收 PDF 或图片")
    await phone.send(PDF, name="合同.pdf")
    await expect(result).to_contain_text("已收到")


async def test_large_file_is_refused_before_it_is_sent(phone: Phone) -> None:
    file = FilePayload(name="x.pdf", mimeType="application/pdf", buffer=PDF.ljust(MAX_BYTES + 1, b" "))
    await phone.page.locator("#file").set_input_files(file)
    await expect(phone.page.get_by_role("status")).to_contain_text("超过 20 MB")
    await expect(phone.page.get_by_role("button", name="上传")).to_be_disabled()
    assert not phone.desk.kept


async def test_page_fits_a_narrow_screen(phone: Phone) -> None:
    assert await phone.page.evaluate("document.documentElement.scrollWidth") <= 375
    small = await phone.page.evaluate(
        "[...document.querySelectorAll('button, .pick')].filter(e => e.offsetHeight < 44).length"
    )
    assert small == 0
