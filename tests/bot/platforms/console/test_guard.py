"""Only the page itself, on the loopback address, may speak to the console."""

from __future__ import annotations

import pytest
from aiohttp import WSServerHandshakeError

from bot.platforms.console.guard import is_loopback
from tests.bot.platforms.console.simulated import Console


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("localhost:8090", True),
        ("LOCALHOST:8090", True),
        ("127.0.0.1:8090", True),
        ("127.8.8.8", True),
        ("[::1]:8090", True),
        ("", False),
        ("0.0.0.0:8090", False),
        ("192.168.1.5:8090", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example@localhost:8090", True),
        ("localhost@evil.example", False),
        ("[::1", False),
    ],
)
def test_loopback_hosts(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize("path", ["/", "/console/people", "/console/samples", "/console/ws?user=liming"])
async def test_rebound_name_is_refused(console: Console, path: str) -> None:
    async with console.client.get(path, headers={"Host": "rebound.example"}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost:1",
        "https://127.0.0.1",
        "http://127.0.0.1.evil.example",
    ],
)
async def test_other_origins_are_refused(console: Console, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await console.client.ws_connect("/console/ws", params={"user": "liming"}, headers={"Origin": origin})
    assert refused.value.status == 403
    async with console.client.post("/console/clock", data="{}", headers={"Origin": origin}) as response:
        assert response.status == 403


async def test_own_origin_is_welcome(console: Console) -> None:
    host = f"127.0.0.1:{console.client.port}"
    own = {"Origin": f"http://{host}", "Host": host}
    async with console.client.post("/console/media", data=b"x", headers=own) as response:
        assert response.status == 200


async def test_page_runs_nothing_but_its_own_files(console: Console) -> None:
    async with console.client.get("/") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page
    assert "style=" not in page
    assert " onclick" not in page
    assert "//" not in page.replace("<!doctype html>", "")
