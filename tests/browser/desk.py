"""A running console and the browser windows on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Locator, Page, expect
from yarl import URL

from tests.browser.story_bot import StoryBot


@dataclass(slots=True, kw_only=True)
class Desk:
    """Opens windows, and gathers what their consoles complain about."""

    bot: StoryBot
    server: TestServer
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = str(self.server.make_url("/"))

    async def restart(self) -> None:
        """Serve the same bot at the same address again, after `server` was closed."""
        self.server = TestServer(self.bot.app(), port=URL(self.url).port)
        await self.server.start_server()

    async def open(self, user_id: str = "liming", *, width: int = 1280, height: int = 860) -> Page:
        """A window as this person, connected."""
        page = await self.context.new_page()
        await page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                self.complaints.append(line.text) if line.type == "error" and is_ours(line.text) else None
            ),
        )
        await page.goto(f"{self.url}?as={user_id}")
        await page.locator("[data-connection=open]").wait_for()
        return page


def is_ours(complaint: str) -> bool:
    """Whether the page is to blame: a refused connection is what the reconnecting tests are about."""
    return "WebSocket connection" not in complaint and "ERR_CONNECTION" not in complaint


async def say(page: Page, text: str) -> None:
    """Type a text and send it."""
    await page.get_by_label("输入消息").fill(text)
    await page.keyboard.press("Enter")


def theirs(page: Page) -> Locator:
    """The bot's messages."""
    return page.locator("#log .theirs")


def mine(page: Page) -> Locator:
    """The person's own messages."""
    return page.locator("#log .mine")


async def send_sample(page: Page, sample_id: str) -> None:
    """Send one of the sample notes and wait for its card."""
    await page.locator("#more").click()
    await page.get_by_role("button", name="示例语音", exact=True).click()
    await page.locator(f'[data-sample="{sample_id}"]').get_by_role("button", name="发送").click()
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
