"""Calls of the platform's two APIs: the token in its place, what is busy asked again, every call counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from aiohttp import FormData

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.account import Account, token_name
from bot.platforms.dingtalk.errcodes import (
    BUSY,
    QUOTA_USED_UP,
    Code,
    is_dead_token,
    is_too_fast,
    read_old_code,
    to_error,
)
from bot.platforms.dingtalk.pace import Pace
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket
from bot.platforms.dingtalk.transport import Reply, Transport
from bot.platforms.tokens import MemoryTokens, Token, Tokens, good_until

BUSY_TRIES = 3
FAST_TRIES = 5
"""Twenty calls a second to one API; who is refused waits for a second (contract 7.1)."""
FIRST_WAIT_SECONDS = 0.2
FAST_WAIT_SECONDS = 1.0
Sleep = Callable[[float], Awaitable[object]]
Answer = Mapping[str, Any]


class Calls:
    """Asks the new API (`/v1.0/…`) and the old one. Every method raises PlatformError and its kin."""

    def __init__(
        self, account: Account, ports: DingTalkPorts, *, transport: Transport, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._account = account
        self._ports = ports
        self._sleep = sleep
        self._transport = transport
        self._pace = Pace(sleep=sleep, clock=time.monotonic)
        store, name = ports.tokens or MemoryTokens(), token_name(account)
        self._tokens = Tokens(name, self.fetch_token, clock=ports.clock, store=store)
        # The old API is said to refuse the new token now and then; then it gets its own (contract 4.2).
        self._old_tokens = Tokens(f"{name}:old", self._fetch_old_token, clock=ports.clock, store=store)
        self._prefers_old = False

    async def fetch_token(self) -> Token:
        """Ask for an access token, past every cache."""
        path = "/v1.0/oauth2/accessToken"
        body = {"appKey": self._account.client_id, "appSecret": self._account.client_secret}
        reply = await self._transport.exchange("POST", f"{self._account.api_base}{path}", body=body)
        answer = _require_answer(path, reply)
        if reply.status >= 400:
            raise _without_token(to_error(path, str(answer.get("code") or reply.status), answer))
        return self._read_token(path, answer.get("accessToken"), answer.get("expireIn"))

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        is_card: bool = False,
        is_send: bool = False,
    ) -> Answer:
        """Call the new API. A send is not asked again where it may have gone through."""

        async def ask(token: str) -> tuple[Code, Answer]:
            headers = {"x-acs-dingtalk-access-token": token}
            url = f"{self._account.api_base}{path}"
            reply = await self._transport.exchange(method, url, params=params, headers=headers, body=body)
            answer = reply.answer()
            if reply.status >= 400:
                return str((answer or {}).get("code") or reply.status), answer or {}
            return 0, _require_answer(path, reply)

        sources = (self._tokens, self._tokens)
        return await self._persist(path, ask, sources, is_card=is_card, is_send=is_send)

    async def call_old(
        self,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        form: Callable[[], FormData] | None = None,
        is_counted: bool = True,
    ) -> Answer:
        """Call the old API; asking for people and departments is not counted by the platform."""

        async def ask(token: str) -> tuple[Code, Answer]:
            query = {**(params or {}), "access_token": token}
            url = f"{self._account.oapi_base}{path}"
            reply = await self._transport.exchange("POST", url, params=query, body=body, form=form)
            if reply.status >= 400:
                return reply.status, {}
            answer = _require_answer(path, reply)
            code = read_old_code(answer)
            self._prefers_old ^= is_dead_token(code)
            return code, answer

        sources = (self._tokens, self._old_tokens)
        return await self._persist(
            path, ask, sources[::-1] if self._prefers_old else sources, is_counted=is_counted
        )

    async def _persist(
        self,
        path: str,
        ask: Callable[[str], Awaitable[tuple[Code, Answer]]],
        sources: tuple[Tokens, Tokens],
        *,
        is_counted: bool = True,
        is_card: bool = False,
        is_send: bool = False,
    ) -> Answer:
        renewed, busy, fast = False, 0, 0
        while True:
            source = sources[renewed]
            token = await source.get()
            await self._pace.take(path)
            code, answer = await ask(token)
            if is_counted and not is_too_fast(code) and not is_dead_token(code):
                await asyncio.to_thread(self._ports.quotas.spend, Bucket.API)
            if not code:
                return answer
            if is_dead_token(code) and not renewed:
                renewed = True
                await source.drop(token)
            elif is_too_fast(code) and fast < FAST_TRIES - 1:
                fast += 1
                await self._sleep(FAST_WAIT_SECONDS + random.uniform(0, 1))
            elif code in BUSY and not is_send and busy < BUSY_TRIES - 1:
                await self._sleep(FIRST_WAIT_SECONDS * 2**busy * random.uniform(0.5, 1.5))
                busy += 1
            else:
                if code in QUOTA_USED_UP:
                    await asyncio.to_thread(self._ports.quotas.note_used_up, Bucket.API)
                raise to_error(path, code, answer, is_card=is_card)

    async def _fetch_old_token(self) -> Token:
        path = "/gettoken"
        params = {"appkey": self._account.client_id, "appsecret": self._account.client_secret}
        reply = await self._transport.exchange("GET", f"{self._account.oapi_base}{path}", params=params)
        answer = _require_answer(path, reply)
        if code := read_old_code(answer):
            raise _without_token(to_error(path, code, answer))
        return self._read_token(path, answer.get("access_token"), answer.get("expires_in"))

    def _read_token(self, path: str, value: object, seconds: object) -> Token:
        if not isinstance(value, str) or not value or not isinstance(seconds, int):
            raise PlatformError(f"{path}: an answer without a token", code="bad_answer")
        self._ports.meter.token_refreshed()
        lifetime = timedelta(seconds=seconds)
        return Token(value=value, good_until=good_until(self._ports.clock.now(), lifetime))


def _require_answer(path: str, reply: Reply) -> Answer:
    answer = reply.answer()
    if answer is None:
        # Such as the page with which a flood from one address is blocked (contract 4.3).
        raise PlatformError(f"{path}: an answer that is no JSON object", code="bad_answer")
    return answer


def _without_token(error: PlatformError) -> PlatformError:
    """A wrong client id or secret is no dead token: a new one would not help."""
    return PlatformError(str(error), code=error.code, permanent=error.permanent)
