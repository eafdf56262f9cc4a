"""The simulated DingTalk, driven through its page's API: frames to the real program, cards that it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from typer.testing import CliRunner

from bot.__main__ import build_cli
from bot.demo import open_demo_database
from bot.serve import serving
from config.settings import Settings
from tests.conftest import REPOSITORY
from tests.fakes.dingtalk_page.simulator import Simulation, move_in, simulating

NOTE = "刚拜访完杭州康联，张总让我周五前发三份报价"
PDF = b"%PDF-1.7\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
PATIENCE = 60

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Speaks the page's API as the page does."""

    session: ClientSession
    simulation: Simulation

    async def read(self, chat: str) -> list[Shown]:
        async with self.session.get(f"/chats/{chat}") as answer:
            shown = await answer.json()
        assert shown["complaints"] == []
        messages: list[Shown] = shown["messages"]
        return messages

    async def act(self, user: str, action: str, **wanted: Any) -> None:
        async with self.session.post(f"/chats/{user}/{action}", json=wanted) as answer:
            assert await answer.json() == {"acknowledged": True}

    async def see(self, chat: str, *words: str) -> Shown:
        """Wait until one message of the bot says all of this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for each in await self.read(chat):
                    if not each["mine"] and all(word in str(each) for word in words):
                        return each
                await asyncio.sleep(0.02)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    weights = REPOSITORY / "var" / "weights"
    own = move_in(Settings(_env_file=None, var_dir=tmp_path, speech_weights=weights), with_cards=False)
    with closing(open_demo_database(own)) as database:
        async with (
            simulating(own, database, page_port=0) as simulation,
            serving(simulation.parts),
            ClientSession(base_url=simulation.page) as session,
        ):
            await simulation.server.gateway.connection()
            yield Browser(session=session, simulation=simulation)


async def test_a_heard_note_a_tap_and_words_under_a_quote(browser: Browser) -> None:
    await browser.act("liming", "voice", sample="01", recognised=True)
    card = await browser.see("liming", "杭州康联", "确认")
    await browser.act("liming", "press", message=card["id"], label="确认")
    saved = await browser.see("liming", "✅ 已保存")
    await browser.act("liming", "text", text="不对，决策人是采购部王主任", quoted=saved["id"])
    await browser.see("liming", "王主任")


async def test_group_and_outsider(browser: Browser) -> None:
    await browser.act("liming", "text", text=NOTE, room=True)
    told = await browser.see("liming?room", "单聊")
    assert told["text"].startswith("@李明 ")
    assert (await browser.read("zhouqian?room"))[0]["who"] == "李明"
    await browser.see("liming", "杭州康联", "确认")
    await browser.act("guest", "text", text="你好")
    await browser.see("guest", "本公司")


async def test_pictures_and_files_are_taken(browser: Browser) -> None:
    for data, name in ((JPEG, "photo.jpg"), (PDF, "报价单.pdf")):
        async with browser.session.post("/chats/liming/file", params={"name": name}, data=data) as answer:
            assert await answer.json() == {"acknowledged": True}
    picture, file = [each for each in await browser.read("liming") if each["mine"]]
    assert (picture["kind"], file["kind"], file["text"]) == ("picture", "file", "报价单.pdf")
    async with browser.session.get(f"/media/{picture['text']}") as answer:
        assert await answer.read() == JPEG
    await browser.see("liming", "收到「报价单.pdf」")


@pytest.mark.heavy
async def test_a_note_that_only_we_hear_becomes_a_card(browser: Browser, weights_dir: Path) -> None:
    await browser.act("liming", "voice", sample="01", recognised=False)
    await browser.see("liming", "杭州康联医疗科技有限公司", "确认")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/chats/nobody/text", 404), ("/chats/liming/press", 400), ("/chats/liming/voice", 400)],
)
async def test_nonsense_is_refused(browser: Browser, path: str, status: int) -> None:
    wanted = {"text": "x", "message": "99", "label": "k", "sample": "../01", "recognised": True}
    async with browser.session.post(path, json=wanted) as answer:
        assert answer.status == status


async def test_page_answers_to_this_machine_only(browser: Browser) -> None:
    async with browser.session.get("/", headers={"Host": "rebound.example.com"}) as answer:
        assert answer.status == 403
    for path in ("/", "/static/chat_view.js", "/static/frame.css"):
        async with browser.session.get(path) as answer:
            assert answer.status == 200
    async with browser.session.get("/static/%2e%2e%2fpages.py") as answer:
        assert answer.status == 404


def test_command_is_there() -> None:
    shown = CliRunner().invoke(build_cli(), ["simulate", "dingtalk", "--help"])
    assert shown.exit_code == 0
    assert "--cards" in shown.output
