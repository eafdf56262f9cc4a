"""The one-time upload page: for PDF proofs, which a self-built application never receives as messages."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.domain.messages import Address, Incoming, Kind
from bot.platforms.base import Accept, Clock, QueueFull
from bot.platforms.wecom.documents import safe_name, tell_document
from bot.platforms.wecom.links import PATH

log = logging.getLogger(__name__)

STATIC = Path(__file__).with_name("static")
MAX_BYTES = 20 * 1024 * 1024
_FILES: Mapping[str, str] = {"upload.css": "text/css", "upload.js": "text/javascript"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


class UploadState(StrEnum):
    """What became of an address, or of a file that was sent to it."""

    READY = "ready"
    USED = "used"
    CLOSED = "closed"
    """The item was done in another way meanwhile."""
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    RECEIVED = "received"
    TOO_LARGE = "too_large"
    NO_DOCUMENT = "no_document"
    BUSY = "busy"


_STATUS = {
    UploadState.RECEIVED: 200,
    UploadState.READY: 200,
    UploadState.USED: 410,
    UploadState.CLOSED: 410,
    UploadState.EXPIRED: 410,
    UploadState.UNKNOWN: 404,
    UploadState.TOO_LARGE: 413,
    UploadState.NO_DOCUMENT: 415,
    UploadState.BUSY: 503,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What stands behind an address: whose file is wanted for what. Only a ready one has a sender."""

    state: UploadState
    id: str = ""
    title: str = ""
    item_id: int = 0
    sender: Address | None = None


class UploadDesk(Protocol):
    """Knows the addresses and keeps the files; both may block."""

    def read_offer(self, token: str, *, now: datetime) -> Offer:
        """What stands behind the last part of an address."""

    def keep(self, data: bytes, *, name: str, media_type: str) -> str:
        """Keep a file for good and return its reference."""


class UploadPages:
    """The page and what it sends. A file becomes a message of the person: the proof of that item."""

    def __init__(self, desk: UploadDesk, *, clock: Clock, accept: Accept) -> None:
        self._desk = desk
        self._clock = clock
        self._accept = accept
        self._coming: set[str] = set()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its two files, and where the document goes."""
        return [
            web.get(PATH + "/static/{name}", self._serve_static),
            web.get(PATH + "/{token}", self._serve_page, allow_head=False),
            web.post(PATH + "/{token}", self._take_file),
        ]

    async def _serve_static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        body = await asyncio.to_thread((STATIC / name).read_bytes)
        return web.Response(body=body, content_type=_FILES[name], charset="utf-8")

    async def _serve_page(self, request: web.Request) -> web.Response:
        offer = await self._read_offer(request)
        page = await asyncio.to_thread((STATIC / "upload.html").read_text, "utf-8")
        for name, value in (("state", offer.state), ("title", offer.title)):
            page = page.replace("{{" + name + "}}", html.escape(value))
        return web.Response(
            text=page, content_type="text/html", headers=_HEADERS, status=_STATUS[offer.state]
        )

    async def _take_file(self, request: web.Request) -> web.Response:
        offer = await self._read_offer(request)
        if offer.id in self._coming:
            return _answer(UploadState.BUSY)
        if offer.state is not UploadState.READY or offer.sender is None:
            return _answer(offer.state)
        self._coming.add(offer.id)
        try:
            return _answer(await self._receive(request, offer, offer.sender))
        finally:
            self._coming.discard(offer.id)

    async def _receive(self, request: web.Request, offer: Offer, sender: Address) -> UploadState:
        data = await read_file(request)
        if data is None:
            return UploadState.TOO_LARGE
        kind = tell_document(data)
        if kind is None:
            log.info("upload refused: no document")
            return UploadState.NO_DOCUMENT
        name = safe_name(request.query.get("name", ""), kind)
        ref = await asyncio.to_thread(self._desk.keep, data, name=name, media_type=kind.media_type)
        proof = Incoming(
            id=offer.id,
            sender=sender,
            kind=Kind.BUTTON,
            sent_at=self._clock.now(),
            action=f"evidence.put:{offer.item_id}={ref}",
        )
        try:
            # Its id can be taken in once only: that is what makes the address good for one file.
            await self._accept(proof)
        except QueueFull:
            return UploadState.BUSY
        return UploadState.RECEIVED

    async def _read_offer(self, request: web.Request) -> Offer:
        token, now = request.match_info["token"], self._clock.now()
        return await asyncio.to_thread(self._desk.read_offer, token, now=now)


async def read_file(request: web.Request) -> bytes | None:
    """The whole body; None as soon as it is larger than a file may be, whatever its header says."""
    if (request.content_length or 0) > MAX_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(256 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _answer(state: UploadState) -> web.Response:
    return web.json_response({"state": state}, status=_STATUS[state], headers=_HEADERS)
