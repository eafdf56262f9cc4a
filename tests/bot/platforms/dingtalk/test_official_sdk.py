"""The platform's own SDK takes the fake for the platform: so what we are tested against is honest."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import START
from tests.fakes.dingtalk_books import Books
from tests.fakes.dingtalk_server import CLIENT_ID, SECRET, DingTalkServer, serving

ROOT = Path(__file__).parents[4]


@pytest.mark.skipif(find_spec("dingtalk_stream") is None, reason="the SDK is not installed")
async def test_official_sdk_exchanges_a_message_with_the_fake() -> None:
    async with serving(DingTalkServer(books=Books(now=lambda: START))) as server:
        environment = os.environ | {
            "DINGTALK_OPENAPI_ENDPOINT": server.base,
            "NO_PROXY": "127.0.0.1,localhost",
            "PYTHONPATH": str(ROOT),
        }
        sdk = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.fakes.dingtalk_sdk", CLIENT_ID, SECRET),
            env=environment,
            cwd=ROOT,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(60):
                await server.gateway.connection(wait_seconds=60)
                body = bodies.message(
                    "u1",
                    "text",
                    at=START,
                    msg_id="1",
                    session=server.session_url("u1"),
                    **bodies.text("你好"),
                )
                answer = await (await server.gateway.push(body))
        finally:
            sdk.kill()
            await sdk.wait()
        assert answer["code"] == 200
        assert [sent.words() for sent in server.books.screen("u1")] == ["echo: 你好"]
        assert server.gateway.subscriptions[0]
