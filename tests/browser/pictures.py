"""Plays the story of the README in the real program, from an empty company, and keeps its pictures.

`python -m tests.browser.pictures [--out docs/screenshots] [--look desk]`; `make pictures` does all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import open_movable_clock, open_parts
from bot.demo import open_demo_database
from bot.serve import serving
from bot.story import OPENING
from config.settings import Settings
from nlu.environment import prepare_environment
from tests.browser.screenshots import Look, keep_screenshots
from tests.rules.source import ROOT

STORY = (
    "as:liming",
    "sample:01",
    "wait:发送报价",
    "shot:card",
    "press:确认",
    "wait:首次需求澄清",
    "shot:saved",
    "sample:06",
    "wait:采购部王主任",
    "shot:corrected",
    "say:撤销",
    "wait:已撤销",
    "sample:03",
    "wait:提交方案",
    "press:确认",
    "wait:风险预判登记",
    "say:今日",
    "wait:今日待办",
    "shot:today",
    "later:首次需求澄清 · 杭州康联",
    "shot:nudge",
    "as:wangjie",
    "later:早上好",
    "shot:digest",
)
LOOKS = (
    Look(name="desk", width=1280, height=1040, scheme="light"),
    Look(name="phone", width=375, height=1120, scheme="light"),
)
"""Higher than most screens, so that a whole card can be seen at once."""


async def keep_pictures(settings: Settings, out: Path, *, look: Look) -> None:
    """Play the story once, in a company that knows nothing of the last time."""
    with TemporaryDirectory(prefix="genjin-pictures-") as folder:
        own = settings.model_copy(
            update={
                "var_dir": Path(folder),
                "database_url": "",
                "port": 0,
                "platforms": "console",
                "speech_weights": settings.weights_dir,
            }
        )
        with closing(open_demo_database(own)) as database:
            parts = open_parts(own, database, open_movable_clock(database, start=OPENING))
            async with serving(parts) as url:
                await parts.listener.ready()
                await keep_screenshots(url, out, steps=STORY, looks=(look,))


def main() -> None:
    """Read the command line and play once for each look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--look", action="append", choices=[look.name for look in LOOKS])
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    prepare_environment(os.environ)
    for look in LOOKS:
        if not wanted.look or look.name in wanted.look:
            asyncio.run(keep_pictures(Settings(), wanted.out, look=look))


if __name__ == "__main__":
    main()
