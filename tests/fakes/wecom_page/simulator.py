"""Puts the fake platform, the real program and the page together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientSession, web
from aiohttp.test_utils import unused_port

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import MovableClock
from bot.console_ports import DemoClock
from bot.demo import open_demo_database
from bot.domain.errors import ConfigError
from bot.serve import serve_until_stopped
from config.settings import Settings
from nlu.understand import Understander
from storage.database import Database
from tests.fakes.wecom_callbacks import Callbacks
from tests.fakes.wecom_page.pages import Pages
from tests.fakes.wecom_page.people import give_accounts, open_books
from tests.fakes.wecom_page.phones import Phones
from tests.fakes.wecom_server import AES_KEY, AGENT_ID, CALLBACK_TOKEN, CORP_ID, SECRET, WeComServer
from tests.fakes.wecom_server import serving as platform_serving

HOST = "127.0.0.1"
MAX_PHOTO = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The program, not served yet, between the platform and the page at address `page`."""

    parts: Parts
    server: WeComServer
    page: str


async def simulate(settings: Settings, *, page_port: int, announce: Callable[[str], None]) -> None:
    """Run it all until SIGINT or SIGTERM; `announce` gets the page's address once the program answers."""
    own = move_in(settings)
    with closing(open_demo_database(own)) as database:
        async with simulating(own, database, page_port=page_port) as simulation:
            await serve_until_stopped(simulation.parts, announce=lambda _: announce(simulation.page))


def move_in(settings: Settings) -> Settings:
    """The settings of a simulation: its own folder, nothing but WeCom, only this machine."""
    port = settings.port or unused_port()
    return settings.model_copy(
        update={
            "var_dir": settings.var_dir / "simulate-wecom",
            "database_url": "",
            "redis_url": "",
            "speech_weights": settings.weights_dir,
            "host": HOST,
            "port": port,
            "platforms": "wecom",
            "public_url": f"http://{HOST}:{port}",
            "wecom_corp_id": CORP_ID,
            "wecom_agent_id": AGENT_ID,
            "wecom_secret": SECRET,
            "wecom_token": CALLBACK_TOKEN,
            "wecom_encoding_aes_key": AES_KEY,
            "wecom_group_webhook_key": "",
            "wecom_fallback_supervisor": "",
        }
    )


@asynccontextmanager
async def simulating(
    settings: Settings, database: Database, *, page_port: int, understander: Understander | None = None
) -> AsyncIterator[Simulation]:
    """The platform and the page at work inside the block; whoever opens it serves the program."""
    clock = open_movable_clock(database)
    give_accounts(database, clock.now())
    async with (
        platform_serving(WeComServer(books=open_books(clock.now))) as server,
        ClientSession() as session,
    ):
        connected = settings.model_copy(update={"wecom_api_base": server.base})
        parts = open_parts(connected, database, clock, understander=understander)
        callbacks = Callbacks(session=session, base=settings.public_url, now=clock.now)
        phones = Phones(books=server.books, callbacks=callbacks)
        pages = Pages(phones=phones, clock=open_clock(parts, clock))
        async with page_serving(pages.routes(), page_port) as page:
            yield Simulation(parts=parts, server=server, page=page)


@asynccontextmanager
async def page_serving(routes: Sequence[web.AbstractRouteDef], port: int) -> AsyncIterator[str]:
    """The page on a port of this machine, 0 for a free one; yields its address."""
    app = web.Application(client_max_size=MAX_PHOTO)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise ConfigError(f"port {port} of {HOST} is taken; choose another one with --port") from error
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


def open_clock(parts: Parts, clock: MovableClock) -> DemoClock:
    """The clock of the page: time goes from reminder to reminder."""

    def next_event() -> datetime | None:
        with parts.database.unit_of_work("clock", clock.now()) as uow:
            return uow.nudges.next_at()

    return DemoClock(clock, next_event=next_event, tick=parts.scheduler.tick)
