"""The program between the fake platform and the phones of the demo company's people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import ClientSession
from rich.console import Console

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import MovableClock
from bot.console_ports import DemoClock
from bot.domain.messages import Address
from bot.serve import serving
from bot.story import OPENING, Stage, play_on
from config.settings import Settings
from nlu.understand import Understander
from prompts.story import Story
from storage.database import Database
from tests.fakes.wecom_books import Books, Member
from tests.fakes.wecom_callbacks import Callbacks
from tests.fakes.wecom_person import WeComPerson
from tests.fakes.wecom_server import AES_KEY, AGENT_ID, CALLBACK_TOKEN, CORP_ID, SECRET, WeComServer
from tests.fakes.wecom_server import serving as platform_serving

PHONES = {"liming": "李明", "wangjie": "王姐", "zhouqian": "周倩", "zhaogong": "赵工", "guest": "访客"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The running program between the fake platform and the phones of its members."""

    parts: Parts
    server: WeComServer
    callbacks: Callbacks

    def phone(self, user_id: str) -> WeComPerson:
        """Somebody's phone."""
        return WeComPerson(user_id=user_id, server=self.server, callbacks=self.callbacks)

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

    def _next_event(self) -> datetime | None:
        with self.parts.database.unit_of_work("clock", self.parts.clock.now()) as uow:
            return uow.nudges.next_at()


def as_wecom(settings: Settings, server: WeComServer) -> Settings:
    """The settings of an installation with nothing but WeCom."""
    return settings.model_copy(
        update={
            "platforms": "wecom",
            "public_url": "https://bot.example.com",
            "wecom_corp_id": CORP_ID,
            "wecom_agent_id": AGENT_ID,
            "wecom_secret": SECRET,
            "wecom_token": CALLBACK_TOKEN,
            "wecom_encoding_aes_key": AES_KEY,
            "wecom_api_base": server.base,
        }
    )


def give_phones(database: Database) -> None:
    """Everybody of the demo company has an account on the platform."""
    with database.unit_of_work("phones", OPENING) as uow:
        for member in uow.members.all():
            [address] = member.addresses
            phone = Address(platform="wecom", user_id=address.user_id)
            uow.members.save(replace(member, addresses=(phone,)))


@asynccontextmanager
async def opened(settings: Settings, company: Database, understander: Understander) -> AsyncIterator[Office]:
    """The program and the platform inside the block; at its end the platform has nothing to complain of."""
    clock = open_movable_clock(company, start=OPENING)
    books = Books(now=clock.now)
    books.members |= {user_id: Member(user_id=user_id, name=name) for user_id, name in PHONES.items()}
    async with platform_serving(WeComServer(books=books)) as server:
        parts = open_parts(as_wecom(settings, server), company, clock, understander=understander)
        async with serving(parts) as address, ClientSession() as session:
            yield Office(
                parts=parts,
                server=server,
                callbacks=Callbacks(session=session, base=address, now=clock.now),
            )
    assert books.violations == []
    assert books.dropped() == []
