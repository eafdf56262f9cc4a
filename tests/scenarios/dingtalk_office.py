"""The whole program on the fake DingTalk, with a phone for everybody of the demo company."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import MovableClock
from bot.console_ports import DemoClock
from bot.domain.messages import Address
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeStatus
from bot.serve import serving
from bot.story import OPENING, Stage, flat, play_on
from config.settings import Settings
from nlu.understand import Understander
from prompts.story import Story
from storage.database import Database
from tests.fakes.dingtalk_books import Books, Person
from tests.fakes.dingtalk_person import DingTalkPerson
from tests.fakes.dingtalk_server import CLIENT_ID, GROUP_SECRET, SECRET, DingTalkServer
from tests.fakes.dingtalk_server import serving as platform_serving

PHONES = {"liming": "李明", "wangjie": "王姐", "zhouqian": "周倩", "zhaogong": "赵工", "guest": "访客"}
NOTE = "刚拜访完杭州康联，张总让我周五前发报价"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The running program between the fake platform and the phones of its members."""

    parts: Parts
    server: DingTalkServer

    def phone(self, user_id: str) -> DingTalkPerson:
        """Somebody's phone."""
        return DingTalkPerson(user_id=user_id, server=self.server)

    async def play(self, story: Story, paper: Console) -> bool:
        """Play a script among the phones."""
        people = {user_id: self.phone(user_id) for user_id in story.people}
        stage = Stage(people=people, move_clock=self.move_clock, out=paper, parts=self.parts)
        return await play_on(stage, story)

    async def move_clock(self, by: timedelta | None) -> datetime:
        """Let time pass, reminder by reminder; without a length, to the next one."""
        clock = self.parts.clock
        assert isinstance(clock, MovableClock)
        demo = DemoClock(clock, next_event=self._next_event, tick=self.parts.scheduler.tick)
        due = self._next_event()
        await demo.move(by if by is not None else (due or clock.now()) - clock.now())
        return clock.now()

    def saved(self) -> int:
        """How many visit records there are."""
        with self.parts.database.unit_of_work("look", self.parts.clock.now()) as uow:
            day = self.parts.clock.now().date()
            return len(uow.visits_between(day - timedelta(days=9), day))

    def _next_event(self) -> datetime | None:
        with self.parts.database.unit_of_work("clock", self.parts.clock.now()) as uow:
            return uow.nudges.next_at()


async def get_nudged(office: Office) -> dict[str, Any]:
    """A saved note, and the first reminder that follows from it."""
    liming = office.phone("liming")
    await liming.type(NOTE)
    await liming.press(await liming.wait_for(lambda shown: "确认" in shown.get("taps", {})), "确认")
    await liming.wait_for(lambda shown: "已保存" in flat(shown))
    await office.move_clock(None)
    nudge = await liming.wait_for(lambda shown: "⏰" in flat(shown))
    await office.parts.settled()
    return nudge


def close_all(office: Office) -> None:
    """Everything that 李明 has open is answered elsewhere."""
    with office.parts.database.unit_of_work("done", office.parts.clock.now()) as uow:
        member = uow.members.at(Address(platform="dingtalk", user_id="liming"))
        assert member is not None
        for item in uow.node_items.open_of(member.id):
            uow.node_items.save(replace(item, status=NodeStatus.CANCELLED))
        for action in uow.next_actions.open_of(member.id):
            uow.next_actions.save(replace(action, status=NextActionStatus.DONE))


def as_dingtalk(settings: Settings, server: DingTalkServer, **other: Any) -> Settings:
    """The settings of an installation with nothing but DingTalk."""
    own = {
        "platforms": "dingtalk",
        "dingtalk_client_id": CLIENT_ID,
        "dingtalk_client_secret": SECRET,
        "dingtalk_api_base": server.base,
        "dingtalk_oapi_base": server.base,
        "dingtalk_monthly_calls": 1_000_000,
        "dingtalk_monthly_pushes": 1_000_000,
    }
    return settings.model_copy(update={**own, **other})


def give_phones(database: Database) -> None:
    """Everybody of the demo company has an account on the platform."""
    with database.unit_of_work("phones", OPENING) as uow:
        for member in uow.members.all():
            [address] = member.addresses
            phone = Address(platform="dingtalk", user_id=address.user_id)
            uow.members.save(replace(member, addresses=(phone,)))


@asynccontextmanager
async def opened(
    settings: Settings, company: Database, understander: Understander, **other: Any
) -> AsyncIterator[Office]:
    """The program and the platform inside the block; at its end the platform has nothing to complain of."""
    clock = open_movable_clock(company, start=OPENING)
    books = Books(now=clock.now)
    books.people |= {user_id: Person(user_id=user_id, name=name) for user_id, name in PHONES.items()}
    async with platform_serving(DingTalkServer(books=books)) as server:
        own = as_dingtalk(settings, server, **other)
        if other.get("dingtalk_group_webhook"):
            own = own.model_copy(
                update={
                    "dingtalk_group_webhook": f"{server.base}/robot/send?access_token=t0",
                    "dingtalk_group_webhook_secret": GROUP_SECRET,
                }
            )
        parts = open_parts(own, company, clock, understander=understander)
        async with serving(parts):
            await server.gateway.connection()
            yield Office(parts=parts, server=server)
    assert books.violations == []
