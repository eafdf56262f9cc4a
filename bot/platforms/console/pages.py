"""The page itself, its static files, and the small HTTP API beside the websocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.domain.errors import NotAudio
from bot.platforms.console.codec import MEDIA_REF, encode_person
from bot.platforms.console.guard import guard
from bot.platforms.console.media import TooLarge, read_upload, serve_bytes, tell_type
from bot.platforms.console.ports import ConsolePorts

STATIC = Path(__file__).with_name("static")
MAX_MOVE = timedelta(days=31)
MAX_NAME = 200
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


def load_sentences() -> dict[str, str]:
    """Read what the page says of each problem, by the problem's code."""
    sentences: dict[str, str] = json.loads((STATIC / "sentences.json").read_text(encoding="utf-8"))
    return sentences


class Pages:
    """Everything of the console that is plain HTTP."""

    def __init__(self, ports: ConsolePorts, show_clock: Callable[[], Awaitable[None]]) -> None:
        self._ports = ports
        self._show_clock = show_clock
        self._sentences = load_sentences()
        self._static = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}
        self._moving = asyncio.Lock()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """All routes, guarded."""
        return [
            web.get("/", guard(self._serve_page)),
            web.get("/console/static/{name}", guard(self._serve_static)),
            web.get("/console/people", guard(self._list_people)),
            web.post("/console/media", guard(self._take_media)),
            web.get("/console/media/{ref}", guard(self._serve_media)),
            web.get("/console/samples", guard(self._list_samples)),
            web.get("/console/samples/{id}", guard(self._serve_sample)),
            web.get("/console/clock", guard(self._tell_clock)),
            web.post("/console/clock", guard(self._move_clock)),
        ]

    async def read_clock(self) -> dict[str, str | bool | None]:
        """The present moment and the next planned nudge as ISO moments; whether the clock can be moved."""
        coming = await self._ports.clock.next_event()
        now = self._ports.clock.now()
        return {
            "now": now.isoformat(),
            "next": coming.isoformat() if coming else None,
            "movable": self._ports.clock.movable,
        }

    async def _serve_page(self, request: web.Request) -> web.StreamResponse:
        return await self._serve_file(self._static["index.html"])

    async def _serve_static(self, request: web.Request) -> web.StreamResponse:
        path = self._static.get(request.match_info["name"])
        return await self._serve_file(path) if path else self._refuse("not_found", status=404)

    async def _serve_file(self, path: Path) -> web.Response:
        body = await asyncio.to_thread(path.read_bytes)
        headers = {"Cache-Control": "no-cache"}
        return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)

    async def _list_people(self, request: web.Request) -> web.Response:
        members = await asyncio.to_thread(self._ports.people.members)
        return web.json_response([encode_person(person) for person in members])

    async def _take_media(self, request: web.Request) -> web.Response:
        try:
            data = await read_upload(request)
        except TooLarge:
            return self._refuse("too_large", status=413)
        if not data:
            return self._refuse("empty_file", status=400)
        name = _file_name(request.query.get("name", ""))
        found = tell_type(data, name)
        ref = await asyncio.to_thread(self._ports.media.put, data, name=name, media_type=found.media_type)
        return web.json_response({"ref": ref, "family": found.family.value, "size": len(data)})

    async def _serve_media(self, request: web.Request) -> web.Response:
        ref = request.match_info["ref"]
        if not MEDIA_REF.fullmatch(ref):
            return self._refuse("not_found", status=404)
        try:
            media = await asyncio.to_thread(self._ports.media.get, ref)
        except KeyError:
            return self._refuse("not_found", status=404)
        return await self._serve_sound(request, media.data, name=media.name)

    async def _list_samples(self, request: web.Request) -> web.Response:
        samples = await asyncio.to_thread(self._ports.samples.samples)
        return web.json_response([asdict(sample) for sample in samples])

    async def _serve_sample(self, request: web.Request) -> web.Response:
        sample_id = request.match_info["id"]
        try:
            data = await asyncio.to_thread(self._ports.samples.audio, sample_id)
        except KeyError:
            return self._refuse("not_found", status=404)
        return await self._serve_sound(request, data, name=f"{sample_id}.{tell_type(data).format}")

    async def _serve_sound(self, request: web.Request, data: bytes, *, name: str) -> web.Response:
        if request.query.get("as") != "wav":
            return serve_bytes(request, data, name=name)
        if self._ports.preview is None:
            return self._refuse("no_preview", status=501)
        try:
            wav = await asyncio.to_thread(self._ports.preview.wav, data)
        except NotAudio:
            return self._refuse("not_audio", status=415)
        return serve_bytes(request, wav, name=f"{name}.wav")

    async def _tell_clock(self, request: web.Request) -> web.Response:
        return web.json_response(await self.read_clock())

    async def _move_clock(self, request: web.Request) -> web.Response:
        """Go forward by `{"by_seconds": n}`, or to the next planned nudge by `{"to": "next"}`."""
        if not self._ports.clock.movable:
            return self._refuse("not_found", status=404)
        try:
            wanted = json.loads(await request.text())
        except ValueError:
            return self._refuse("not_json", status=400)
        async with self._moving:
            by = await self._decode_move(wanted)
            if by is None:
                return self._refuse("bad_move", status=400)
            if by > timedelta(0):
                await self._ports.clock.move(by)
                await self._show_clock()
            return web.json_response({**await self.read_clock(), "moved_seconds": by.total_seconds()})

    async def _decode_move(self, wanted: object) -> timedelta | None:
        """How far to go: zero where no nudge is planned, None for what cannot be done."""
        if wanted == {"to": "next"}:
            coming = await self._ports.clock.next_event()
            return max(coming - self._ports.clock.now(), timedelta(0)) if coming else timedelta(0)
        seconds = wanted.get("by_seconds") if isinstance(wanted, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            return None
        return timedelta(seconds=seconds) if 0 < seconds <= MAX_MOVE.total_seconds() else None

    def _refuse(self, code: str, *, status: int) -> web.Response:
        return web.json_response({"code": code, "text": self._sentences[code]}, status=status)


def _file_name(raw: str) -> str:
    """The bare name of a file: no folders, no control characters, not too long."""
    bare = raw.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in bare if letter.isprintable()).strip(". ")[-MAX_NAME:] or "file"
