"""A real `genjin serve` on a stream is told to stop amid its work: it leaves soon, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.console_ports import ShippedSamples
from bot.domain.calendar import SHANGHAI
from config.settings import Settings
from storage.database import Database
from tests.conftest import REPOSITORY
from tests.fakes.dingtalk_books import Books, Person
from tests.fakes.dingtalk_messages import message
from tests.fakes.dingtalk_messages import text as words
from tests.fakes.dingtalk_person import DingTalkPerson
from tests.fakes.dingtalk_server import CLIENT_ID, SECRET, DingTalkServer
from tests.fakes.dingtalk_server import serving as platform_serving
from tests.scenarios.dingtalk_office import NOTE, PHONES

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("weights_dir")]

STOP_SECONDS = 10
START_SECONDS = 60
MESSAGES = 40


def now() -> datetime:
    """The real time: a process of its own cannot be given another one."""
    return datetime.now(SHANGHAI)


@asynccontextmanager
async def process_serving(settings: Settings, server: DingTalkServer) -> AsyncIterator[Process]:
    """A `genjin serve` of its own, connected to the platform."""
    before = len(server.gateway.connections)
    environment = os.environ | {
        "VAR_DIR": str(settings.var_dir),
        "PORT": "0",
        "PLATFORMS": "dingtalk",
        "SPEECH_WEIGHTS": str(settings.weights_dir),
        "DINGTALK_CLIENT_ID": CLIENT_ID,
        "DINGTALK_CLIENT_SECRET": SECRET,
        "DINGTALK_API_BASE": server.base,
        "DINGTALK_OAPI_BASE": server.base,
        "DINGTALK_MONTHLY_CALLS": "1000000",
        "DINGTALK_MONTHLY_PUSHES": "1000000",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONPATH": str(REPOSITORY),
    }
    command = (sys.executable, "-m", "bot", "serve")
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=settings.var_dir, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await server.gateway.connection(before + 1, wait_seconds=START_SECONDS)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def stop(process: Process) -> int:
    """SIGTERM; the exit code. TimeoutError where it does not leave."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOP_SECONDS):
        return await process.wait()


def said(number: int) -> dict[str, Any]:
    """A message of one of three people."""
    user_id = ("liming", "zhouqian", "wangjie")[number % 3]
    return message(user_id, "text", at=now(), msg_id=f"msgStop{number}==", **words("你好"))


async def test_sigterm_during_work_loses_and_doubles_nothing(
    settings: Settings, dingtalk_company: Database
) -> None:
    """What was acknowledged is kept, what was not comes again; every message is answered once in the end."""
    books = Books(now=now)
    books.people |= {user_id: Person(user_id=user_id, name=name) for user_id, name in PHONES.items()}
    dingtalk_company.close()
    async with platform_serving(DingTalkServer(books=books)) as server:
        liming = DingTalkPerson(user_id="liming", server=server)
        zhouqian = DingTalkPerson(user_id="zhouqian", server=server)
        # An answer hangs half-way to the platform while the end comes.
        gate = server.script.hold("v1.0/robot/oToMessages/batchSend")
        async with process_serving(settings, server) as first:
            await liming.type(NOTE)
            await gate.reached.wait()
            # Somebody else's note is being heard, or waits for the model: that takes seconds, too.
            await zhouqian.speak(ShippedSamples().audio("01"), name="note.amr")
            acks = [await server.gateway.push(said(number)) for number in range(MESSAGES)]
            assert await stop(first) == 0
            [connection] = server.gateway.connections
            await connection.ended.wait()
        missed = [number for number, ack in enumerate(acks) if ack.cancelled()]
        gate.opened.set()
        async with process_serving(settings, server) as second:
            for number in missed:
                await (await server.gateway.push(said(number)))
            for person in (liming, zhouqian):
                await person.wait_for(lambda shown: "确认" in shown.get("taps", {}))
            await settle(dingtalk_company)
            assert await stop(second) == 0
        rows = read(dingtalk_company, "SELECT status, count(*) FROM inbox GROUP BY status")
        assert rows == [("done", MESSAGES + 2)]
        assert read(dingtalk_company, "SELECT count(*) FROM visits") == [(2,)]
        # One each, and 「正在听」 before the heard note's card.
        answers = read(dingtalk_company, "SELECT count(*) FROM outbox WHERE status = 'done'")
        assert answers == [(MESSAGES + 3,)]


async def settle(database: Database) -> None:
    """Wait until the process has answered everything: only the rows tell."""
    query = "SELECT count(*) FROM {} WHERE status IN ('new', 'claimed')"
    async with asyncio.timeout(START_SECONDS):
        while any(read(database, query.format(table)) != [(0,)] for table in ("inbox", "outbox")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def read(database: Database, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(sql(query))]
