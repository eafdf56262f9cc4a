"""Plays steps on a running console and keeps pictures of it.

`python -m tests.browser.screenshots --url URL --out DIR [--step STEP ...] [--look LOOK ...]`
A step is `verb:argument`; several are played in order:
  as:USER      open the page as this person      say:TEXT      type and send a text
  sample:ID    send a sample note                press:LABEL   press it on the newest card that has it
  wait:TEXT    wait until the chat shows this    move:WHAT     move the clock by 3600, 86400 or to `next`
  later:TEXT   move it from reminder to reminder until the chat shows this
  shot:NAME    keep NAME.png                     tray:         open the tray of the input bar
  samples:     open the sheet of sample notes    panel:        open the panel on a narrow page
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

from tests.browser.chromium import find_browser, running_browser

MOST_REMINDERS = 20

STORY = (
    "as:liming",
    "sample:01",
    "wait:确认",
    "shot:draft",
    "say:不对，是这周五，还有决策人是采购部王主任",
    "wait:王主任",
    "shot:corrected",
    "press:确认",
    "wait:已保存",
    "shot:saved",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One shape of the page."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look(name="desk-light", width=1280, height=860, scheme="light"),
    Look(name="desk-dark", width=1280, height=860, scheme="dark"),
    Look(name="phone-light", width=375, height=812, scheme="light"),
    Look(name="phone-dark", width=375, height=812, scheme="dark"),
)


async def play_step(page: Page, step: str, *, url: str, out: Path, look: Look) -> None:
    """Do one step. Raises ValueError for an unknown verb."""
    verb, _, what = step.partition(":")
    match verb:
        case "as":
            await page.goto(f"{url}?as={what}")
            await page.locator("[data-connection=open]").wait_for()
        case "say":
            await page.get_by_label("输入消息").fill(what)
            await page.keyboard.press("Enter")
        case "tray":
            await page.locator("#more").click()
        case "samples":
            await page.locator("#more").click()
            await page.get_by_role("button", name="示例语音", exact=True).click()
            await page.locator("#samples li").first.wait_for()
        case "sample":
            await play_step(page, "samples:", url=url, out=out, look=look)
            await page.locator(f'[data-sample="{what}"] button.primary').click()
        case "panel":
            await page.locator("#open-panel").click()
        case "press":
            await page.locator(".card button:visible", has_text=what).last.click()
        case "wait":
            await page.locator("#log .theirs", has_text=what).last.wait_for(timeout=60_000)
        case "move":
            narrow = await page.locator("#open-panel").is_visible()
            if narrow:
                await page.locator("#open-panel").click()
            await page.locator(f'[data-move="{what}"]').click()
            if narrow:
                await page.locator("#close-panel").click()
        case "later":
            for _ in range(MOST_REMINDERS):
                await play_step(page, "move:next", url=url, out=out, look=look)
                await page.wait_for_timeout(1500)
                if await page.locator("#log .theirs", has_text=what).count():
                    return
            raise LookupError(what)
        case "shot":
            # Off every button, and long enough for the page to ask once more when the next nudge is.
            await page.mouse.move(0, 0)
            await page.wait_for_timeout(1200)
            await page.screenshot(path=out / f"{what}-{look.name}.png", animations="disabled")
        case _:
            raise ValueError(f"unknown step {step!r}")


async def keep_screenshots(url: str, out: Path, *, steps: tuple[str, ...], looks: tuple[Look, ...]) -> None:
    """Play all steps once for each look and write the pictures into `out`."""
    path = find_browser()
    if path is None:
        raise SystemExit("no browser; install chromium or set CHROMIUM")
    async with running_browser(path) as browser:
        for look in looks:
            context = await browser.new_context(
                viewport={"width": look.width, "height": look.height},
                color_scheme=look.scheme,
                device_scale_factor=2,
                locale="zh-CN",
            )
            page = await context.new_page()
            for step in steps:
                await play_step(page, step, url=url, out=out, look=look)
            await context.close()


def main() -> None:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--step", action="append", help="a step; repeat for more; default: the first story")
    parser.add_argument("--look", action="append", choices=[look.name for look in LOOKS])
    wanted = parser.parse_args()
    looks = tuple(look for look in LOOKS if not wanted.look or look.name in wanted.look)
    steps = tuple(wanted.step or STORY)
    wanted.out.mkdir(parents=True, exist_ok=True)
    asyncio.run(keep_screenshots(wanted.url, wanted.out, steps=steps, looks=looks))


if __name__ == "__main__":
    main()
