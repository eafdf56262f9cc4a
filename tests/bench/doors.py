"""The program's way in behind one HTTP route, as a platform's callback has it, and its baseline beside it."""

from __future__ import annotations

import asyncio
from contextlib import closing

from aiohttp import web

from bot.app import open_intake
from bot.clock import SystemClock
from bot.domain.messages import Address, Incoming, Kind
from bot.doorbell import Doorbell
from bot.house import Bells
from bot.metrics import Metrics
from bot.platforms.base import QueueFull
from config.settings import Settings
from storage.database import Database, open_database
from storage.inbox import Inbox


def build_doors(settings: Settings, database: Database) -> web.Application:
    """`/accept` shares transactions as the program does; `/commit` has one for each request."""
    clock, inbox = SystemClock(), Inbox(database)
    bells = Bells(fast=Doorbell(), voice=Doorbell(), sender=Doorbell())
    intake = open_intake(settings, inbox, clock, bells, Metrics())

    def read(row: str) -> Incoming:
        message_id, user_id, text = row.split("\n")
        sender = Address(platform="console", user_id=user_id)
        return Incoming(id=message_id, sender=sender, kind=Kind.TEXT, sent_at=clock.now(), text=text)

    async def accept(request: web.Request) -> web.Response:
        try:
            await intake.accept(read(await request.text()))
        except QueueFull:
            return web.Response(status=503)
        return web.Response(text="ok")

    async def commit(request: web.Request) -> web.Response:
        row = read(await request.text())
        (stored,) = await asyncio.to_thread(inbox.put_many, [row], now=clock.now())
        return web.Response(status=200 if stored is True else 503, text="ok")

    async def tell_ready(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    routes = [web.post("/accept", accept), web.post("/commit", commit), web.get("/readyz", tell_ready)]
    app.add_routes(routes)
    return app


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    with closing(open_database(settings.database())) as database:
        app = build_doors(settings, database)
        web.run_app(app, host=settings.host, port=settings.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
