"""Serves the console with the story bot for trying it by hand: `python -m tests.browser.play [port]`."""

from __future__ import annotations

import sys

from aiohttp import web

from tests.browser.story_bot import StoryBot

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8091
    web.run_app(StoryBot(think_seconds=0.7).app(), host="127.0.0.1", port=port)
