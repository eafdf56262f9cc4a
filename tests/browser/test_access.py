"""Everything can be done by keyboard, is read by a screen reader, and fits a narrow screen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.domain.messages import Address, Card, Outgoing, Row
from tests.browser.desk import Desk, mine, say, send_sample, theirs

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await focused.count() and name in await focused.evaluate("e => e.ariaLabel ?? e.textContent"):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


async def test_the_story_by_keyboard_alone(desk: Desk) -> None:
    page = await desk.open()
    await tab_to(page, "发送文件和示例语音")
    await page.keyboard.press("Enter")
    await tab_to(page, "示例语音")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="示例语音")).to_be_visible()
    await tab_to(page, "发送")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
    await tab_to(page, "阶段")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator(".opener")).to_be_focused()
    await tab_to(page, "确认")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="已保存")).to_be_visible()
    # The card was replaced under the focus, which must not fall back to the top of the page.
    await expect(page.get_by_role("button", name="1 撤销")).to_be_focused()


async def test_recording_by_keyboard(desk: Desk) -> None:
    page = await desk.open()
    mic = page.get_by_role("button", name="录音")
    await mic.focus()
    await page.keyboard.press("Enter")
    await expect(mic).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#elapsed")).to_have_text("0:01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="杭州康联")).to_be_visible()
    await mic.focus()
    await page.keyboard.press("Enter")
    await expect(mic).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Escape")
    await expect(mic).to_have_attribute("aria-pressed", "false")
    await expect(mine(page)).to_have_count(1)


async def test_focus_is_visible(desk: Desk) -> None:
    page = await desk.open()
    await tab_to(page, "录音")
    assert await page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


async def test_what_a_screen_reader_is_told(desk: Desk) -> None:
    page = await desk.open()
    await send_sample(page, "01")
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    snapshot = await page.locator("body").aria_snapshot()
    for line in (
        'heading "跟进助手" [level=1]',
        'log "消息"',
        'button "播放语音，1 秒"',
        'article "杭州康联 · 报价与预算"',
        "blockquote",
        "term: 决策人",
        'button "1 确认"',
        'button "阶段 预算讨论"',
        'textbox "输入消息"',
        'complementary "人员与时钟"',
    ):
        assert line in snapshot, f"{line} not in\n{snapshot}"
    unnamed = re.findall(r"^\s*- (?:button|link|textbox)(?: \[.*\])?:?$", snapshot, re.MULTILINE)
    assert unnamed == []


@pytest.mark.parametrize("width", [320, 375, 900, 1280])
async def test_no_horizontal_scrolling(desk: Desk, width: int) -> None:
    page = await desk.open(width=width, height=740)
    await say(page, "https://example.com/" + "a" * 300)
    await send_sample(page, "01")
    long = "Siemens" * 20
    row = Row(label="很长很长很长的标签", value=long, was=long, said=long)
    await desk.bot.say(
        Outgoing(to=Address(platform="console", user_id="liming"), card=Card(title=long, rows=(row,)))
    )
    await expect(theirs(page)).to_have_count(3)
    for element in ("document.documentElement", "document.getElementById('scroll')"):
        assert await page.evaluate(f"{element}.scrollWidth - {element}.clientWidth") == 0
    outside = await page.evaluate(OUTSIDE)
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast(desk: Desk, scheme: str) -> None:
    page = await desk.open()
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await send_sample(page, "01")
    await say(page, "今日")
    await expect(theirs(page)).to_have_count(2)
    weak = await page.evaluate(CONTRAST)
    assert weak == []


async def test_touch_targets_are_large_enough(desk: Desk) -> None:
    page = await desk.open(width=375, height=740)
    await send_sample(page, "01")
    await page.locator("#more").click()
    small = await page.evaluate(SMALL)
    assert small == []


async def test_panel_opens_and_closes_on_a_narrow_page(desk: Desk) -> None:
    page = await desk.open(width=375, height=740)
    await expect(page.get_by_role("button", name="+1 小时")).to_be_hidden()
    await page.get_by_role("button", name="人员与时钟").click()
    await page.get_by_role("button", name="+1 小时").click()
    await expect(page.locator("#now")).to_contain_text("16:00")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="人员与时钟")).to_be_focused()


async def test_reduced_motion_is_respected(desk: Desk) -> None:
    page = await desk.open()
    await page.emulate_media(reduced_motion="reduce")
    await send_sample(page, "01")
    running = await page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length")
    assert running == 0


OUTSIDE = """() => [...document.querySelectorAll(".phone *")]
  .filter((each) => each.checkVisibility() && !each.classList.contains("unseen"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
  .map((each) => each.outerHTML)"""

SMALL = """() => [...document.querySelectorAll("button, textarea")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < 44)
  .map((each) => each.outerHTML)"""

# Every text against the grounds below it, by the formula of WCAG 2.2: 4.5, and 3 for large text.
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const weak = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !node.checkVisibility({ visibilityProperty: true })) continue;
    if (node.closest(".unseen, noscript, script")) continue;
    const grounds = [];
    for (let up = node; up; up = up.parentElement) grounds.unshift(getComputedStyle(up).backgroundColor);
    const style = getComputedStyle(node);
    const [ink, ground] = [light(paint([...grounds, style.color])), light(paint(grounds))];
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) weak.push(`${ratio.toFixed(2)} ${texts.currentNode.data}`);
  }
  return weak;
}"""
