"""The simulated WeCom, driven through its page's API: callbacks to the real program, cards that it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from typer.testing import CliRunner

from bot.__main__ import build_cli
from bot.commands.simulate import import_simulator
from bot.demo import open_demo_database
from bot.domain.errors import ConfigError
from bot.serve import serving
from config.settings import Settings
from tests.conftest import REPOSITORY
from tests.fakes.wecom_page.simulator import Simulation, move_in, simulating

NOTE = "刚拜访完杭州康联，张总让我周五前发三份报价"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
PATIENCE = 60

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Speaks the page's API as the page does."""

    session: ClientSession
    simulation: Simulation

    async def read(self, user: str) -> list[Shown]:
        async with self.session.get(f"/chats/{user}") as answer:
            shown = await answer.json()
        assert shown["complaints"] == []
        messages: list[Shown] = shown["messages"]
        return messages

    async def act(self, user: str, action: str, **wanted: Any) -> None:
        async with self.session.post(f"/chats/{user}/{action}", json=wanted) as answer:
            assert await answer.json() == {"acknowledged": True}

    async def see(self, user: str, *words: str, fits: Callable[[Shown], bool] = lambda _: True) -> Shown:
        """Wait until one message of the bot says all of this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for each in await self.read(user):
                    if not each["mine"] and all(word in str(each) for word in words) and fits(each):
                        return each
                await asyncio.sleep(0.02)


def button(card: Shown, label: str) -> str:
    """The key of a button."""
    [key] = [each["key"] for each in card["content"]["button_list"] if each["text"] == label]
    return str(key)


def settings_in(folder: Path) -> Settings:
    return move_in(
        Settings(_env_file=None, var_dir=folder, port=0, speech_weights=REPOSITORY / "var" / "weights")
    )


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    own = settings_in(tmp_path)
    with closing(open_demo_database(own)) as database:
        async with (
            simulating(own, database, page_port=0) as simulation,
            serving(simulation.parts),
            ClientSession(base_url=simulation.page) as session,
        ):
            yield Browser(session=session, simulation=simulation)


async def test_typed_note_becomes_a_card_that_is_saved_in_place(browser: Browser) -> None:
    await browser.act("liming", "text", text=NOTE)
    card = await browser.see("liming", "确认", "发送报价")
    assert card["content"]["card_type"] == "button_interaction"
    await browser.act("liming", "press", message=card["id"], key=button(card, "确认"), answers={})
    saved = await browser.see("liming", "✅ 已保存")
    assert (saved["id"], saved["updates"]) == (card["id"], 1)
    [said] = [each for each in await browser.read("liming") if each["mine"]]
    assert (said["text"], said["acknowledged"]) == (NOTE, True)
    assert await browser.read("zhouqian") == []


async def test_drop_down_is_submitted(browser: Browser) -> None:
    await browser.act("liming", "text", text=NOTE)
    card = await browser.see("liming", "确认", "发送报价")
    await browser.act("liming", "press", message=card["id"], key=button(card, "确认"), answers={})
    await browser.see("liming", "✅ 已保存")
    await browser.act("liming", "text", text="今日")
    asking = await browser.see("liming", "option_list")
    content = asking["content"]
    question = content.get("button_selection") or content["select_list"][0]
    submit = content.get("submit_button") or content["button_list"][-1]
    [offer] = [each for each in question["option_list"] if "发送报价" in each["text"]]
    before = {each["id"] for each in await browser.read("liming")}
    chosen = {question["question_key"]: offer["id"]}
    await browser.act("liming", "press", message=asking["id"], key=submit["key"], answers=chosen)
    opened = await browser.see("liming", "发送报价", fits=lambda each: each["id"] not in before)
    assert "发送报价" in opened["content"]["main_title"]["title"]


async def test_unknown_member_is_greeted_by_name(browser: Browser) -> None:
    await browser.act("chenxin", "text", text="你好")
    await browser.see("chenxin", "陈新", "王姐")


async def test_sample_reaches_the_program_as_voice_and_photo_as_picture(browser: Browser) -> None:
    await browser.act("liming", "voice", sample="01")
    async with browser.session.post("/chats/liming/photo", data=JPEG) as answer:
        assert await answer.json() == {"acknowledged": True}
    spoken, photo = [each for each in await browser.read("liming") if each["mine"]]
    assert spoken["kind"] == "voice"
    async with browser.session.get(f"/media/{photo['text']}") as answer:
        assert await answer.read() == JPEG
    async with browser.session.post("/chats/liming/photo", data=b"no picture") as answer:
        assert answer.status == 415
    async with asyncio.timeout(PATIENCE):
        while browser.simulation.server.calls["media/get"] < 2:  # noqa: ASYNC110 - the fake rings no bell
            await asyncio.sleep(0.02)


@pytest.mark.heavy
async def test_sample_note_is_heard_and_becomes_a_card(browser: Browser, weights_dir: Path) -> None:
    await browser.act("liming", "voice", sample="01")
    card = await browser.see("liming", "杭州康联医疗科技有限公司", "确认")
    assert card["kind"] == "template_card"


async def test_clock_goes_to_the_next_reminder(browser: Browser) -> None:
    await browser.act("liming", "text", text=NOTE)
    card = await browser.see("liming", "确认", "发送报价")
    await browser.act("liming", "press", message=card["id"], key=button(card, "确认"), answers={})
    await browser.see("liming", "✅ 已保存")
    before = browser.simulation.parts.clock.now()
    async with browser.session.post("/clock", json={}) as answer:
        assert answer.status == 200
    assert (browser.simulation.parts.clock.now() - before).total_seconds() > 60


@pytest.mark.parametrize(
    ("path", "status"),
    [("/chats/nobody/text", 404), ("/chats/liming/press", 400), ("/chats/liming/voice", 400)],
)
async def test_nonsense_is_refused(browser: Browser, path: str, status: int) -> None:
    wanted = {"text": "x", "message": "m0", "key": "k", "answers": {}, "sample": "../01"}
    async with browser.session.post(path, json=wanted) as answer:
        assert answer.status == status


async def test_page_answers_to_this_machine_only(browser: Browser) -> None:
    async with browser.session.get("/", headers={"Host": "rebound.example.com"}) as answer:
        assert answer.status == 403
    async with browser.session.get("/") as answer:
        assert "企业微信" in await answer.text()
    async with browser.session.get("/static/%2e%2e%2fpages.py") as answer:
        assert answer.status == 404


async def test_second_start_gives_new_names(tmp_path: Path) -> None:
    own, names = settings_in(tmp_path), list[str]()
    for _ in range(2):
        with closing(open_demo_database(own)) as database:
            async with simulating(own, database, page_port=0) as simulation:
                names.append(simulation.server.books.next_name("m"))
    assert len(set(names)) == 2


async def test_taken_port_is_named(browser: Browser, tmp_path: Path) -> None:
    taken = int(browser.simulation.page.rpartition(":")[2])
    own = settings_in(tmp_path / "second")
    with closing(open_demo_database(own)) as database, pytest.raises(ConfigError, match=f"port {taken} of"):
        async with simulating(own, database, page_port=taken):
            pass


def test_without_the_repository_the_command_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="come with the repository"):
        import_simulator("wecom", checkout=tmp_path)


def test_command_is_there() -> None:
    shown = CliRunner().invoke(build_cli(), ["simulate", "wecom", "--help"])
    assert shown.exit_code == 0
    assert "chat page" in shown.output
