"""Stories that a chat script cannot tell: repeats, restarts, two windows, odd input."""

from __future__ import annotations

import asyncio
import io
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import SystemClock
from bot.commands.run import offer_admin_code
from bot.console_client import ConsolePerson, Message
from bot.console_ports import ShippedSamples
from bot.demo import open_demo_database
from bot.domain.people import Role
from bot.domain.visits import VisitStatus
from bot.story import flat
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from storage.tables import node_items, visits
from tests.scenarios.conftest import Town, opened

NOTE = "刚拜访完杭州康联，张总说要走招标，让我周五前发三份报价"


def shows(*words: str) -> Any:
    """A predicate: the bot's message with all these words."""
    return lambda message: message["from"] == "bot" and all(word in flat(message) for word in words)


def count(database: Database, table: Any, *conditions: Any) -> int:
    """How many rows."""
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()


async def answers(person: ConsolePerson) -> list[Message]:
    """What the bot has on the screen."""
    return [message for message in person.screen.values() if message["from"] == "bot"]


async def test_a_repeated_callback_makes_one_record(town: Town, company: Database) -> None:
    """D-3: the same message id three times gives one record and one card."""
    liming = await town.enter("liming")
    note = {"type": "send", "id": str(uuid4()), "kind": "text", "text": NOTE}
    for _ in range(3):
        await liming.socket.send_json(note)
    await liming.wait_for(shows("[1 确认]"))
    await town.parts.settled()
    assert count(company, visits) == 1
    assert len(await answers(liming)) == 1


async def test_the_early_answer_comes_before_the_work(
    settings: Settings, company: Database, understander: Understander
) -> None:
    """D-2: 「收到」 comes before recognition: here there are no weights, and it comes all the same."""
    deaf = settings.model_copy(update={"speech_weights": settings.var_dir / "none"})
    parts = open_parts(deaf, company, open_movable_clock(company), understander=understander)
    async with opened(parts) as town:
        liming = await town.enter("liming")
        await liming.speak(ShippedSamples().audio("01"), name="01.amr")
        await liming.wait_for(shows("收到，正在听"))


async def test_what_is_on_the_screen_survives_a_restart(
    settings: Settings, parts: Parts, company: Database, understander: Understander
) -> None:
    """T-1: after a restart the card is there as it was, and its buttons work."""
    async with opened(parts) as town:
        liming = await town.enter("liming")
        await liming.type(NOTE)
        await liming.wait_for(shows("[1 确认]"))
        await town.parts.settled()
    again = open_parts(settings, company, open_movable_clock(company), understander=understander)
    async with opened(again) as town:
        liming = await town.enter("liming")
        card = await liming.wait_for(shows("[1 确认]"))
        await liming.press(card, "确认")
        await liming.wait_for(shows("✅ 已保存 #V1001"))


async def test_two_windows_pressing_at_once(town: Town, company: Database) -> None:
    """T-4: the second press of the same button is told 已处理, and changes nothing."""
    left, right = await town.enter("liming"), await town.enter("liming")
    await left.type(NOTE)
    card = await left.wait_for(shows("[1 确认]"))
    await right.wait_for(shows("[1 确认]"))
    await asyncio.gather(left.press(card, "确认"), right.press(card, "确认"))
    await left.wait_for(shows("✅ 已保存"))
    await right.wait_for(shows("已处理"))
    assert count(company, visits, visits.c.status == VisitStatus.SAVED) == 1
    assert count(company, node_items) == 2


async def test_a_button_from_yesterday(town: Town, company: Database) -> None:
    """A card that was undone and a day old says so when it is pressed, and does nothing."""
    liming = await town.enter("liming")
    await liming.type(NOTE)
    card = await liming.wait_for(shows("[1 确认]"))
    await liming.type("撤销")
    await liming.wait_for(shows("没有保存"))
    async with town.session.post("/console/clock", json={"by_seconds": 86400}) as response:
        response.raise_for_status()
    await liming.press(card, "确认")
    await liming.wait_for(shows("已处理"))
    assert count(company, visits, visits.c.status == VisitStatus.SAVED) == 0


@pytest.mark.parametrize(
    "action", ["visit.confirm:999999", "visit.confirm:", "no.such:1", "visit.set:1001/due"]
)
async def test_a_made_up_button(town: Town, action: str) -> None:
    """Anybody may send any action: it is answered, and has no effect."""
    liming = await town.enter("liming")
    note = {"type": "send", "id": str(uuid4()), "kind": "button", "action": action}
    await liming.socket.send_json(note)
    await liming.wait_for(shows("已处理"))


async def test_another_reps_card_is_out_of_reach(town: Town, company: Database) -> None:
    """A button with the id of another rep's record does nothing."""
    liming, zhouqian = await town.enter("liming"), await town.enter("zhouqian")
    await liming.type(NOTE)
    await liming.wait_for(shows("[1 确认]"))
    note = {"type": "send", "id": str(uuid4()), "kind": "button", "action": "visit.confirm:1001"}
    await zhouqian.socket.send_json(note)
    await zhouqian.wait_for(shows("已处理"))
    assert count(company, visits, visits.c.status == VisitStatus.DRAFT) == 1


@pytest.mark.parametrize(("length", "answer"), [(5000, "[1 确认]"), (5001, "分几条发")])
async def test_long_notes(town: Town, length: int, answer: str) -> None:
    """5,000 characters are a note, one more is told kindly that it is too many."""
    liming = await town.enter("liming")
    filler = "我们聊了很久天气。" * 600
    await liming.type((NOTE + "。" + filler)[:length])
    await liming.wait_for(shows(answer))


async def test_a_file_of_twenty_mebibytes(town: Town) -> None:
    """Up to 20 MiB is kept; more is refused by a sentence before it is stored."""
    liming = await town.enter("liming")
    whole = b"%PDF-1.4\n" + secrets.token_bytes(20 * 1024 * 1024 - 9)
    await liming.attach(whole, name="方案.pdf")
    await liming.wait_for(shows("方案.pdf", "20.0 MB"))
    async with town.session.post(
        "/console/media", params={"name": "b.pdf"}, data=io.BytesIO(whole + b"x")
    ) as response:
        assert response.status == 413
        assert "20" in (await response.json())["text"]


async def test_the_first_admin(settings: Settings, understander: Understander, capsys: Any) -> None:
    """A-2: the code that the server prints makes its user the admin, once and within fifteen minutes."""
    database = open_demo_database(settings)
    now = SystemClock().now()
    with database.unit_of_work("no-admin", now) as uow:
        admin = uow.members.named("赵工")
        assert admin is not None
        uow.members.save(replace(admin, role=Role.REP))
    offer_admin_code(settings, database)
    command = capsys.readouterr().out.split(":", 1)[1].strip()
    parts = open_parts(settings, database, open_movable_clock(database), understander=understander)
    async with opened(parts) as town:
        guest = await town.enter("guest")
        await guest.type("你好")
        await guest.wait_for(shows("/管理员"))
        await guest.type(command)
        await guest.wait_for(shows("你现在是管理员"))
        await guest.type("/检查")
        await guest.wait_for(shows("检查结果"))
        liming = await town.enter("liming")
        await liming.type(command)
        await liming.wait_for(shows("这个码不对"))
    database.close()


async def test_an_admin_code_grows_old(settings: Settings, understander: Understander, capsys: Any) -> None:
    """A-2: after fifteen minutes the code is no good."""
    database = open_demo_database(settings)
    with database.unit_of_work("code", SystemClock().now()) as uow:
        code = uow.admin_codes.create("12345678", now=SystemClock().now(), minutes=15)
    clock = open_movable_clock(database)
    clock.move(timedelta(minutes=16))
    parts = open_parts(settings, database, clock, understander=understander)
    async with opened(parts) as town:
        guest = await town.enter("guest")
        await guest.type(f"/管理员 {code}")
        await guest.wait_for(shows("这个码不对"))
    database.close()
