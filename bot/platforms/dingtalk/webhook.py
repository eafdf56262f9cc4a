"""The callback URLs of HTTP mode: what is genuine is stored and answered, all else refused (contract 1)."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.platforms.base import QueueFull
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.card_calls import CARD_PATH, card_secret
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.reception import Reception
from bot.platforms.dingtalk.signatures import BadCallback, Reason, check_signature, sign, sign_card

log = logging.getLogger(__name__)

PATH = "/dingtalk/callback"
MAX_BODY_BYTES = 1024 * 1024
Take = Callable[[Mapping[str, Any]], Awaitable[None]]


class Webhook:
    """Receives callbacks. The signature does not cover the body: duplicates are judged by its ids."""

    def __init__(self, account: Account, ports: DingTalkPorts, reception: Reception) -> None:
        self._secret = account.client_secret
        self._card_secret = card_secret(account)
        self._ports = ports
        self._reception = reception

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """One for messages, one for presses on interactive cards."""
        return [web.post(PATH, self._receive_message), web.post(CARD_PATH, self._receive_press)]

    async def _receive_message(self, request: web.Request) -> web.Response:
        timestamp = request.headers.get("timestamp", "")
        given, expected = request.headers.get("sign", ""), sign(self._secret, timestamp)
        return await self._receive(
            request, given=given, expected=expected, timestamp=timestamp, take=self._reception.take_message
        )

    async def _receive_press(self, request: web.Request) -> web.Response:
        timestamp = request.headers.get("x-ddpaas-signature-timestamp", "")
        given = request.headers.get("x-ddpaas-signature", "")
        expected = sign_card(self._card_secret, timestamp)
        return await self._receive(
            request, given=given, expected=expected, timestamp=timestamp, take=self._reception.take_press
        )

    async def _receive(
        self, request: web.Request, *, given: str, expected: str, timestamp: str, take: Take
    ) -> web.Response:
        try:
            check_signature(given, expected, timestamp, now=self._ports.clock.now())
            body = await read_body(request)
        except BadCallback as error:
            log.warning("callback refused: %s", error.reason)
            self._ports.meter.callback_refused(error.reason)
            return web.Response(status=413 if error.reason is Reason.TOO_LARGE else 403)
        try:
            await take(body)
        except QueueFull:
            return web.Response(status=503)
        # Answers leave on their own, so nothing is said here.
        return web.json_response({})


async def read_body(request: web.Request) -> Mapping[str, Any]:
    """The JSON object. Raises BadCallback as soon as it passes 1 MiB, whatever its header says."""
    raw = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise BadCallback(Reason.TOO_LARGE)
    try:
        body = json.loads(bytes(raw))
    except (ValueError, RecursionError):
        raise BadCallback(Reason.CONTENT) from None
    if not isinstance(body, dict):
        raise BadCallback(Reason.CONTENT)
    return body
