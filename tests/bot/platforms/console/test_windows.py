"""A window that lags is cut off, and delays nobody."""

from __future__ import annotations

from aiohttp import web

from bot.domain.messages import Address
from bot.platforms.console.windows import QUEUE_LENGTH, Windows

LIMING = Address(platform="console", user_id="liming")


def test_lagging_window_loses_its_connection() -> None:
    windows, dropped = Windows(), []
    with windows.opened(LIMING, web.WebSocketResponse(), lambda: dropped.append("cut")):
        for _ in range(QUEUE_LENGTH):
            windows.show(LIMING, "event")
        assert dropped == []
        windows.show_all("one too many")
    assert dropped == ["cut"]


def test_closed_window_gets_nothing_more() -> None:
    windows = Windows()
    with windows.opened(LIMING, web.WebSocketResponse(), lambda: None) as window:
        assert windows.of(LIMING) == [window]
    assert windows.of(LIMING) == []
