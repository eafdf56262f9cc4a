"""Nothing is lost and nothing doubled when the connection, the page or the server goes away."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk, mine, say, theirs
from tests.fakes.console_ports import text_to

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]


async def test_message_written_while_the_server_is_away_is_sent_once(desk: Desk) -> None:
    page = await desk.open()
    await say(page, "第一条")
    await expect(theirs(page)).to_have_count(1)
    await desk.server.close()
    await expect(page.locator("#banner")).to_contain_text("正在重连")
    await say(page, "第二条")
    await expect(mine(page).last).to_contain_text("发送中")
    await desk.restart()
    await expect(theirs(page)).to_have_count(2)
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(mine(page).last).not_to_contain_text("发送中")
    assert [message.text for message in desk.bot.inbox.messages.values()] == ["第一条", "第二条"]
    await expect(mine(page)).to_have_count(2)


async def test_unacknowledged_message_survives_a_reload(desk: Desk) -> None:
    page = await desk.open()
    desk.bot.inbox.full = True
    await say(page, "别丢了我")
    await expect(mine(page)).to_contain_text("发送中")
    await page.reload()
    await expect(mine(page)).to_contain_text("别丢了我")
    desk.bot.inbox.full = False
    await expect(theirs(page)).to_contain_text("收到：别丢了我")
    await page.reload()
    await expect(theirs(page)).to_have_count(1)
    assert desk.bot.inbox.deliveries == 1


async def test_what_came_meanwhile_is_there_after_reconnecting(desk: Desk) -> None:
    page = await desk.open()
    await say(page, "在吗")
    await expect(theirs(page)).to_have_count(1)
    await desk.server.close()
    await desk.bot.say(text_to("liming", "你不在的时候", key="meanwhile"))
    await desk.restart()
    await expect(theirs(page).last).to_contain_text("你不在的时候")
    await expect(theirs(page)).to_have_count(2)


async def test_failed_upload_can_be_sent_again(desk: Desk) -> None:
    page = await desk.open()
    await page.route("**/console/media?*", lambda route: route.abort())
    await page.locator("#more").click()
    await page.get_by_role("button", name="示例语音", exact=True).click()
    await page.locator('[data-sample="01"]').get_by_role("button", name="发送").click()
    again = page.get_by_role("button", name="重发")
    await expect(again).to_be_visible()
    await page.unroute("**/console/media?*")
    await again.click()
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
    assert len(desk.bot.inbox.messages) == 1
    desk.complaints.clear()


async def test_recording_that_could_not_be_uploaded_survives_a_reload(desk: Desk) -> None:
    page = await desk.open()
    await page.route("**/console/media?*", lambda route: route.abort())
    await page.locator("#mic").click()
    await expect(page.locator("#elapsed")).to_have_text("0:01")
    await page.locator("#mic").click()
    await expect(page.get_by_role("button", name="重发")).to_be_visible()
    await page.unroute("**/console/media?*")
    await page.reload()
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
    await page.reload()
    await expect(theirs(page)).to_have_count(1)
    [incoming] = desk.bot.inbox.messages.values()
    assert incoming.voice is not None
    assert desk.bot.ports.media.get(incoming.voice.media_ref).data
    desk.complaints.clear()


async def test_second_window_shows_no_message_twice(desk: Desk) -> None:
    first = await desk.open()
    desk.bot.inbox.full = True
    await say(first, "一次就好")
    second = await desk.open()
    await expect(mine(second)).to_have_count(1)
    desk.bot.inbox.full = False
    for page in (first, second):
        await expect(theirs(page)).to_have_count(1)
        await expect(mine(page)).to_have_count(1)
        await expect(mine(page)).not_to_contain_text("发送中")
    assert len(desk.bot.inbox.messages) == 1
