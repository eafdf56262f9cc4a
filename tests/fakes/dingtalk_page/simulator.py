"""Puts the fake platform, the real program and the page together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

from bot.app import Parts, open_movable_clock, open_parts
from bot.demo import open_demo_database
from bot.serve import serve_until_stopped
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.fakes.dingtalk_page.pages import Pages
from tests.fakes.dingtalk_page.people import open_books
from tests.fakes.dingtalk_page.phones import WEBHOOK, Phones
from tests.fakes.dingtalk_server import CLIENT_ID, GROUP_SECRET, SECRET, TEMPLATE_ID, DingTalkServer
from tests.fakes.dingtalk_server import serving as platform_serving
from tests.fakes.wecom_page.people import give_accounts
from tests.fakes.wecom_page.simulator import HOST, open_clock, page_serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The program, not served yet, between the platform and the page at address `page`."""

    parts: Parts
    server: DingTalkServer
    page: str


async def simulate(
    settings: Settings, *, page_port: int, with_cards: bool, announce: Callable[[str], None]
) -> None:
    """Run it all until SIGINT or SIGTERM; `announce` gets the page's address once the program answers."""
    own = move_in(settings, with_cards=with_cards)
    with closing(open_demo_database(own)) as database:
        async with simulating(own, database, page_port=page_port) as simulation:
            await serve_until_stopped(simulation.parts, announce=lambda _: announce(simulation.page))


def move_in(settings: Settings, *, with_cards: bool) -> Settings:
    """The settings of a simulation: its own folder, nothing but DingTalk, only this machine."""
    return settings.model_copy(
        update={
            "var_dir": settings.var_dir / "simulate-dingtalk",
            "database_url": "",
            "redis_url": "",
            "speech_weights": settings.weights_dir,
            "host": HOST,
            # Nobody calls it: a second simulator may run beside this one.
            "port": 0,
            "platforms": "dingtalk",
            "public_url": "",
            "dingtalk_client_id": CLIENT_ID,
            "dingtalk_client_secret": SECRET,
            "dingtalk_robot_code": "",
            "dingtalk_corp_id": "",
            "dingtalk_mode": "stream",
            "dingtalk_card_template_id": TEMPLATE_ID if with_cards else "",
            "dingtalk_group_webhook_secret": GROUP_SECRET,
            "dingtalk_fallback_supervisor": "",
        }
    )


@asynccontextmanager
async def simulating(
    settings: Settings, database: Database, *, page_port: int, understander: Understander | None = None
) -> AsyncIterator[Simulation]:
    """The platform and the page at work inside the block; whoever opens it serves the program."""
    clock = open_movable_clock(database)
    give_accounts(database, clock.now(), platform="dingtalk")
    async with platform_serving(DingTalkServer(books=open_books(clock.now))) as server:
        connected = settings.model_copy(
            update={
                "dingtalk_api_base": server.base,
                "dingtalk_oapi_base": server.base,
                "dingtalk_group_webhook": f"{server.base}/robot/send?access_token={WEBHOOK}",
            }
        )
        parts = open_parts(connected, database, clock, understander=understander)
        pages = Pages(phones=Phones(server=server), clock=open_clock(parts, clock))
        async with page_serving(pages.routes(), page_port) as page:
            yield Simulation(parts=parts, server=server, page=page)
