"""Runs the fake platform by hand, with a page of phones: the whole WeCom path without an account.

`make simulate-wecom` starts it and prints the settings for `genjin serve`.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web
from rich.console import Console

from bot.domain.calendar import SHANGHAI
from tests.fakes.wecom_books import Books
from tests.fakes.wecom_callbacks import Callbacks
from tests.fakes.wecom_person import WeComPerson, show
from tests.fakes.wecom_server import AES_KEY, AGENT_ID, CALLBACK_TOKEN, CORP_ID, SECRET, WeComServer

PAGE = Path(__file__).with_name("wecom_phone.html")
SETTINGS = f"""PLATFORMS=wecom
PUBLIC_URL={{bot}}
WECOM_CORP_ID={CORP_ID}
WECOM_AGENT_ID={AGENT_ID}
WECOM_SECRET={SECRET}
WECOM_TOKEN={CALLBACK_TOKEN}
WECOM_ENCODING_AES_KEY={AES_KEY}
WECOM_API_BASE={{api}}"""


@dataclass(slots=True, kw_only=True)
class Phones:
    """The page, and one phone for each member of the fake company."""

    server: WeComServer
    callbacks: Callbacks
    open_phones: dict[str, WeComPerson] = field(default_factory=dict)

    def app(self) -> web.Application:
        """The page and what it asks."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.add_routes(
            [
                web.get("/", self.serve_page),
                web.get("/people", self.list_people),
                web.get("/screen", self.show_screen),
                web.post("/say", self.say),
                web.post("/send", self.send),
                web.post("/press", self.press),
            ]
        )
        return app

    async def serve_page(self, _request: web.Request) -> web.Response:
        return web.Response(text=await asyncio.to_thread(PAGE.read_text, "utf-8"), content_type="text/html")

    async def list_people(self, _request: web.Request) -> web.Response:
        people = [{"id": one.user_id, "name": one.name} for one in self.server.books.members.values()]
        return web.json_response(people)

    async def show_screen(self, request: web.Request) -> web.Response:
        shown = [show(sent) for sent in self.server.books.screen(request.query["user"])]
        known = ("ref", "kind", "text", "card", "page")
        return web.json_response([{key: each[key] for key in known if key in each} for each in shown])

    async def say(self, request: web.Request) -> web.Response:
        asked = await request.json()
        return await self._try(self._phone(asked["user"]).type(asked["text"]))

    async def send(self, request: web.Request) -> web.Response:
        """A sound as a voice note, everything else as a photo."""
        phone, data = self._phone(request.query["user"]), await request.read()
        if request.content_type.startswith("audio/") or request.query["name"].endswith(".amr"):
            return await self._try(phone.speak(data, name=request.query["name"]))
        return await self._try(phone.photograph(data))

    async def press(self, request: web.Request) -> web.Response:
        asked = await request.json()
        sent = next(one for one in self.server.books.sent if one.msgid == asked["ref"])
        return await self._try(self._phone(asked["user"]).press(show(sent), asked["label"]))

    def _phone(self, user_id: str) -> WeComPerson:
        return self.open_phones.setdefault(
            user_id, WeComPerson(user_id=user_id, server=self.server, callbacks=self.callbacks)
        )

    async def _try(self, deed: Any) -> web.Response:
        try:
            await deed
        except (ClientError, AssertionError):
            return web.json_response(
                {"problem": "genjin does not take callbacks; is it running?"}, status=502
            )
        return web.json_response({})


async def simulate(*, bot: str, host: str, port: int, out: Console) -> None:
    """Run until cancelled: the page at `port`, the platform's API at the next one."""
    server = WeComServer(books=Books(now=lambda: datetime.now(SHANGHAI)))
    async with ClientSession() as session:
        callbacks = Callbacks(session=session, base=bot.rstrip("/"), now=server.books.now)
        phones = Phones(server=server, callbacks=callbacks)
        for app, at in ((phones.app(), port), (server.app(), port + 1)):
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, host, at).start()
        out.print(f"phones: http://{host}:{port}\n\nstart genjin with:\n", highlight=False)
        out.print(SETTINGS.format(bot=bot, api=f"http://{host}:{port + 1}"), highlight=False, soft_wrap=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bot", default="http://127.0.0.1:8090", help="where genjin listens")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8095)
    given = options.parse_args()
    try:
        asyncio.run(simulate(bot=given.bot, host=given.host, port=given.port, out=Console()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
