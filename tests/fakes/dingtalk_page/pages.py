"""The page of the simulator and the small HTTP API that it speaks, for this machine only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.console_ports import DemoClock, ShippedSamples
from bot.platforms.console.guard import guard
from tests.fakes.dingtalk_page.people import PERSONAS
from tests.fakes.dingtalk_page.phones import Phones
from tests.fakes.wecom_page.pages import PICTURES, move_clock, serve_static
from tests.fakes.wecom_page.pages import STATIC as SHARED

STATIC = Path(__file__).with_name("static")

Act = Callable[[str, dict[str, Any]], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Everything that the browser asks for."""

    phones: Phones
    clock: DemoClock

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """All routes, guarded."""
        acts: dict[str, Act] = {"text": self._type, "voice": self._speak, "press": self._press}
        return [
            web.get("/", guard(self._serve_static)),
            web.get("/static/{name}", guard(self._serve_static)),
            web.get("/people", guard(self._list_people)),
            web.get("/samples", guard(self._list_samples)),
            web.get("/media/{id}", guard(self._serve_media)),
            web.get("/chats/{user}", guard(self._show_chat)),
            web.post("/chats/{user}/file", guard(self._take_file)),
            *(web.post(f"/chats/{{user}}/{name}", guard(self._acting(act))) for name, act in acts.items()),
            web.post("/clock", guard(self._move_clock)),
        ]

    async def _serve_static(self, request: web.Request) -> web.Response:
        # What looks the same on both platforms' pages is kept once.
        return await serve_static(request, STATIC, SHARED)

    async def _list_people(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(persona) for persona in PERSONAS])

    async def _list_samples(self, request: web.Request) -> web.Response:
        samples = await asyncio.to_thread(ShippedSamples().samples)
        return web.json_response([asdict(sample) for sample in samples])

    async def _serve_media(self, request: web.Request) -> web.Response:
        books, name = self.phones.server.books, request.match_info["id"]
        data = books.files.get(name) or books.uploads.get(name, ("", b""))[1]
        kinds = [kind for first, kind in PICTURES.items() if data.startswith(first)]
        if not kinds:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type=kinds[0])

    async def _show_chat(self, request: web.Request) -> web.Response:
        coming = await self.clock.next_event()
        shown = {
            "messages": self.phones.screen(read_user(request), in_room="room" in request.query),
            "now": self.clock.now().isoformat(),
            "next": coming.isoformat() if coming else None,
            "complaints": self.phones.server.books.violations,
            "counted": dict(self.phones.server.books.counted),
        }
        return web.json_response(shown)

    async def _take_file(self, request: web.Request) -> web.Response:
        user, name = read_user(request), request.query.get("name", "")
        sent = await self.phones.attach(user, await request.read(), name=name or "file")
        return web.json_response({"acknowledged": sent})

    def _acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            user = read_user(request)
            try:
                acknowledged = await act(user, json.loads(await request.text()))
            except (KeyError, TypeError, ValueError) as error:
                raise web.HTTPBadRequest from error
            return web.json_response({"acknowledged": acknowledged})

        return handle

    async def _type(self, user: str, wanted: dict[str, Any]) -> bool:
        return await self.phones.type(
            user,
            str(wanted["text"]),
            in_room=bool(wanted.get("room")),
            quoted=str(wanted.get("quoted") or ""),
        )

    async def _speak(self, user: str, wanted: dict[str, Any]) -> bool:
        return await self.phones.speak(user, str(wanted["sample"]), recognised=bool(wanted["recognised"]))

    async def _press(self, user: str, wanted: dict[str, Any]) -> bool:
        return await self.phones.press(user, str(wanted["message"]), str(wanted["label"]))

    async def _move_clock(self, request: web.Request) -> web.Response:
        return await move_clock(request, self.clock)


def read_user(request: web.Request) -> str:
    """Who is meant; 404 for nobody of ours."""
    user = request.match_info["user"]
    if user not in {persona.id for persona in PERSONAS}:
        raise web.HTTPNotFound
    return user
