"""How the program feels, over HTTP, and what it says when it cannot start."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from bot.app import Parts, open_parts
from bot.clock import SystemClock
from bot.domain.errors import ConfigError
from bot.serve import serving
from bot.web import build_web
from config.calendar import load_calendar
from config.settings import Settings
from nlu.understand import Understander
from storage.database import open_database
from storage.migrations import upgrade


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander.load(load_calendar(2024, 2029))


@pytest.fixture
async def parts(tmp_path: Path, understander: Understander) -> AsyncIterator[Parts]:
    """A program that is not running yet."""
    settings = Settings(_env_file=None, var_dir=tmp_path, port=0)
    with closing(open_database(settings.database())) as database:
        upgrade(database)
        yield open_parts(settings, database, SystemClock(), understander=understander)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_well_program_says_so(parts: Parts, path: str) -> None:
    async with TestClient(TestServer(build_web(parts))) as client:
        response = await client.get(path)
        assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_without_its_database_it_is_alive_but_not_ready(parts: Parts, tmp_path: Path) -> None:
    with closing(open_database("postgresql://127.0.0.1:1/nothing")) as gone:
        async with TestClient(TestServer(build_web(replace(parts, database=gone)))) as client:
            assert (await client.get("/healthz")).status == 200
            response = await client.get("/readyz")
            assert (response.status, await response.json()) == (503, {"status": "database"})


async def test_metrics_are_plain_text_for_prometheus(parts: Parts) -> None:
    parts.metrics.accepted.inc(3)
    async with TestClient(TestServer(build_web(parts))) as client:
        response = await client.get("/metrics")
        assert response.content_type == "text/plain"
        page = await response.text()
    assert "genjin_messages_accepted_total 3.0" in page.splitlines()
    assert "# TYPE genjin_turn_seconds histogram" in page


async def test_an_unknown_page_is_none(parts: Parts) -> None:
    async with TestClient(TestServer(build_web(parts))) as client:
        assert (await client.get("/nothing-here")).status == 404


async def test_a_taken_port_is_told_in_one_sentence(parts: Parts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = parts.settings.model_copy(update={"port": port})
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1 is taken; set PORT"):
            async with serving(replace(parts, settings=settings)):
                pass


async def test_a_running_program_answers_and_stops_cleanly(parts: Parts) -> None:
    async with (
        serving(parts) as address,
        ClientSession() as session,
        session.get(f"{address}/readyz") as answer,
    ):
        assert answer.status == 200
        with parts.database.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM inbox")).scalar() == 0
