"""The page of the simulator and the small HTTP API that it speaks, for this machine only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.console_ports import DemoClock, ShippedSamples
from bot.platforms.console.guard import guard
from tests.fakes.wecom_page.people import PERSONAS
from tests.fakes.wecom_page.phones import Phones

STATIC = Path(__file__).with_name("static")
MAX_MOVE = timedelta(days=31)
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
"""First bytes of what a phone sends as a photo."""
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

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
            web.post("/chats/{user}/photo", guard(self._take_photo)),
            *(web.post(f"/chats/{{user}}/{name}", guard(self._acting(act))) for name, act in acts.items()),
            web.post("/clock", guard(self._move_clock)),
        ]

    async def _serve_static(self, request: web.Request) -> web.Response:
        return await serve_static(request, STATIC)

    async def _list_people(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(persona) for persona in PERSONAS])

    async def _list_samples(self, request: web.Request) -> web.Response:
        samples = await asyncio.to_thread(ShippedSamples().samples)
        return web.json_response([asdict(sample) for sample in samples])

    async def _serve_media(self, request: web.Request) -> web.Response:
        stored = self.phones.books.read_media(request.match_info["id"])
        if stored is None or stored.content_type not in PICTURES.values():
            raise web.HTTPNotFound
        return web.Response(body=stored.data, content_type=stored.content_type)

    async def _show_chat(self, request: web.Request) -> web.Response:
        coming = await self.clock.next_event()
        shown = {
            "messages": self.phones.screen(read_user(request)),
            "now": self.clock.now().isoformat(),
            "next": coming.isoformat() if coming else None,
            "complaints": self.phones.books.violations,
            "dropped": len(self.phones.books.dropped()),
        }
        return web.json_response(shown)

    async def _take_photo(self, request: web.Request) -> web.Response:
        user, picture = read_user(request), await request.read()
        kinds = [kind for start, kind in PICTURES.items() if picture.startswith(start)]
        if not kinds:
            raise web.HTTPUnsupportedMediaType
        sent = await self.phones.photograph(user, picture, content_type=kinds[0])
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
        return await self.phones.type(user, str(wanted["text"]))

    async def _speak(self, user: str, wanted: dict[str, Any]) -> bool:
        return await self.phones.speak(user, str(wanted["sample"]))

    async def _press(self, user: str, wanted: dict[str, Any]) -> bool:
        answers = {str(question): [str(chosen)] for question, chosen in wanted["answers"].items()}
        return await self.phones.press(user, str(wanted["message"]), str(wanted["key"]), answers)

    async def _move_clock(self, request: web.Request) -> web.Response:
        return await move_clock(request, self.clock)


async def serve_static(request: web.Request, *folders: Path) -> web.Response:
    """A file of the page, out of the first folder that has it."""
    name = Path(request.match_info.get("name", "index.html")).name
    found = [folder / name for folder in folders if (folder / name).is_file()]
    suffix = Path(name).suffix
    if suffix not in _TYPES or not found:
        raise web.HTTPNotFound
    body = await asyncio.to_thread(found[0].read_bytes)
    headers = {"Cache-Control": "no-cache"}
    return web.Response(body=body, content_type=_TYPES[suffix], charset="utf-8", headers=headers)


async def move_clock(request: web.Request, clock: DemoClock) -> web.Response:
    """Go forward by `{"hours": n}`, or to the next reminder by `{}`."""
    hours = json.loads(await request.text()).get("hours")
    if hours is None:
        coming = await clock.next_event()
        by = max(coming - clock.now(), timedelta(0)) if coming else timedelta(0)
    else:
        by = timedelta(hours=float(hours))
    if not timedelta(0) <= by <= MAX_MOVE:
        raise web.HTTPBadRequest
    await clock.move(by)
    return web.json_response({"now": clock.now().isoformat()})


def read_user(request: web.Request) -> str:
    """Who is meant; 404 for nobody of ours."""
    user = request.match_info["user"]
    if user not in {persona.id for persona in PERSONAS}:
        raise web.HTTPNotFound
    return user
