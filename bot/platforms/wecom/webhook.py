"""The callback URL: answers the console's check, takes messages in, and refuses all that is not genuine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import web

from bot.platforms.base import Accept, QueueFull
from bot.platforms.wecom.codec import BadCallback, Codec, Reason, Seal
from bot.platforms.wecom.inbound import Decoded, decode_callback
from bot.platforms.wecom.ports import WeComPorts

log = logging.getLogger(__name__)

PATH = "/wecom/callback"
MAX_BODY_BYTES = 1024 * 1024


class Webhook:
    """Receives callbacks. Nothing crosses into the program before signature, age and recipient are right."""

    def __init__(self, codec: Codec, ports: WeComPorts) -> None:
        self._codec = codec
        self._ports = ports
        self._accept: Accept | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """GET checks the URL, POST delivers."""
        return [web.get(PATH, self._check_url, allow_head=False), web.post(PATH, self._receive)]

    def open(self, accept: Accept) -> None:
        """Take messages in from now on."""
        self._accept = accept

    def close(self) -> None:
        """Answer 503 from now on, so that the platform sends again."""
        self._accept = None

    async def _check_url(self, request: web.Request) -> web.Response:
        try:
            echo = request.query.get("echostr", "")
            plain = self._codec.open_echo(read_seal(request), echo, now=self._ports.clock.now())
        except BadCallback as error:
            return self._refuse(error.reason)
        # Bare bytes: the console compares them one by one [D90930].
        return web.Response(body=plain, content_type="text/plain")

    async def _receive(self, request: web.Request) -> web.Response:
        now = self._ports.clock.now()
        try:
            message = self._codec.open_message(read_seal(request), await read_body(request), now=now)
        except BadCallback as error:
            return self._refuse(error.reason)
        decoded = decode_callback(message, now=now)
        try:
            await self._take(decoded)
        except QueueFull:
            return web.Response(status=503)
        return web.Response()

    async def _take(self, decoded: Decoded) -> None:
        """Store it; the answer to the platform follows the commit."""
        if decoded.incoming is None:
            self._ports.meter.callback_ignored(decoded.kind)
            return
        if self._accept is None:
            raise QueueFull
        if decoded.response_code and decoded.incoming.card_key:
            # Before the message: its answer may be ready a moment later, and needs the code.
            await asyncio.to_thread(
                self._ports.codes.remember,
                decoded.incoming.sender,
                decoded.incoming.card_key,
                decoded.response_code,
                now=self._ports.clock.now(),
            )
        await self._accept(decoded.incoming)

    def _refuse(self, reason: Reason) -> web.Response:
        log.warning("callback refused: %s", reason)
        self._ports.meter.callback_refused(reason)
        return web.Response(status=413 if reason is Reason.TOO_LARGE else 403)


def read_seal(request: web.Request) -> Seal:
    """The three query fields that seal a callback; a missing one is empty and fails the check."""
    query = request.query
    return Seal(
        signature=query.get("msg_signature", ""),
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
    )


async def read_body(request: web.Request) -> bytes:
    """The whole body. Raises BadCallback as soon as it passes 1 MiB, whatever its header says."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BadCallback(Reason.TOO_LARGE)
    return bytes(body)
