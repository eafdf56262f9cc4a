"""The real WeCom webhook over the real intake, alone in a process, for the benchmark of callbacks."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from aiohttp import web

from bot.app import open_intake
from bot.clock import SystemClock
from bot.doorbell import Doorbell
from bot.house import Bells
from bot.metrics import Metrics
from bot.platforms.wecom import WeComPorts, open_channel
from bot.wecom_ports import CountedEvents
from config.settings import Settings
from storage.card_codes import CardCodes
from storage.database import Database, open_database
from storage.inbox import Inbox
from tests.fakes.console_ports import MemoryMedia
from tests.fakes.wecom_server import FakeSettings


def build_doors(settings: Settings, database: Database) -> web.Application:
    """`/wecom/callback` as the program serves it: verified, decrypted, committed, answered."""
    clock, metrics = SystemClock(), Metrics()
    bells = Bells(fast=Doorbell(), voice=Doorbell(), sender=Doorbell())
    intake = open_intake(settings, Inbox(database), clock, bells, metrics)
    ports = WeComPorts(
        clock=clock,
        codes=CardCodes(database, lifetime=timedelta(hours=72)),
        media=MemoryMedia(),
        meter=CountedEvents(metrics=metrics),
    )
    channel = open_channel(FakeSettings(wecom_api_base="http://127.0.0.1:9"), ports)

    async def listen(_app: web.Application) -> None:
        await channel.start(intake.accept)

    async def tell_ready(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([*channel.routes(), web.get("/readyz", tell_ready)])
    app.on_startup.append(listen)
    return app


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    with closing(open_database(settings.database())) as database:
        app = build_doors(settings, database)
        web.run_app(app, host=settings.host, port=settings.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
