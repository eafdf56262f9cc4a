"""A WeCom platform over real HTTP, by section 13 of the contract; it can be told to misbehave."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.wecom_books import Books
from tests.fakes.wecom_desk import Answer, Desk, refuse

CORP_ID = "ww0a1b2c3d4e5f6789"
AGENT_ID = 1000017
SECRET = "FakeSecretForLocalTestsOnly"
CALLBACK_TOKEN = "FakeToken01"
AES_KEY = "FakeAesKeyForLocalTests0123456789abcdefghiQ"
ROBOT_KEY = "5f0e8f8a-0000-4000-8000-fakefakefake"


@dataclass(slots=True, kw_only=True)
class Slip:
    """One planned misbehaviour: an error code, an HTTP status, or a connection that breaks."""

    code: int = 0
    errmsg: str = "told to"
    status: int = 200
    drops: bool = False
    after_work: bool = False
    """The work is done first, so that the caller does not know."""


@dataclass(slots=True, kw_only=True)
class Gate:
    """Holds answers back until it is opened; `reached` once somebody waits."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def pass_through(self) -> None:
        self.reached.set()
        await self.opened.wait()


@dataclass(slots=True, kw_only=True)
class Script:
    """What goes wrong next, by path; each slip once."""

    slips: defaultdict[str, deque[Slip]] = field(default_factory=lambda: defaultdict(deque))
    gates: dict[str, Gate] = field(default_factory=dict)
    always_dead_token: bool = False
    refused_ip: str = ""

    def hold(self, path: str) -> Gate:
        """Answer nothing at this path until the gate is opened."""
        self.gates[path] = Gate()
        return self.gates[path]

    def next_error(self, path: str, code: int, *, times: int = 1, errmsg: str = "told to") -> None:
        self.slips[path].extend(Slip(code=code, errmsg=errmsg) for _ in range(times))

    def next_status(self, path: str, status: int, *, times: int = 1) -> None:
        self.slips[path].extend(Slip(status=status) for _ in range(times))

    def drop_connection(self, path: str, *, times: int = 1, after_work: bool = False) -> None:
        self.slips[path].extend(Slip(drops=True, after_work=after_work) for _ in range(times))

    def take(self, path: str) -> Slip | None:
        waiting = self.slips[path]
        return waiting.popleft() if waiting else None


@dataclass(slots=True, kw_only=True)
class WeComServer:
    """The platform. `books` is what it knows and has seen, `script` what it is told to do wrong."""

    books: Books
    script: Script = field(default_factory=Script)
    token_seconds: int = 7200
    calls: Counter[str] = field(default_factory=Counter)
    base: str = ""
    _token: str = ""
    _token_until: datetime | None = None
    _old_tokens: set[str] = field(default_factory=set)

    def expire_token(self, *, known: bool = True) -> None:
        """Kill the token now; it answers 42001, or 40014 where the platform has forgotten it."""
        if known:
            self._old_tokens.add(self._token)
        self._token = ""

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/cgi-bin/")
        self.calls[path] += 1
        if gate := self.script.gates.get(path):
            await gate.pass_through()
        slip = self.script.take(path)
        if slip and not slip.after_work:
            return self._misbehave(request, slip)
        answer = self._refuse_token(request, path) or await self._answer(request, path)
        if slip:
            return self._misbehave(request, slip)
        if isinstance(answer, web.StreamResponse):
            return answer
        return web.json_response(answer)

    def _misbehave(self, request: web.Request, slip: Slip) -> web.Response:
        if slip.drops and request.transport:
            request.transport.abort()
        if slip.status != 200:
            headers = {"Location": "/cgi-bin/elsewhere"}
            return web.Response(status=slip.status, text="<html>bad gateway</html>", headers=headers)
        return web.json_response(refuse(slip.code, slip.errmsg))

    def _refuse_token(self, request: web.Request, path: str) -> Answer | None:
        if self.script.refused_ip:
            return refuse(
                60020,
                f"not allow to access from your ip, hint: [1760000000123456789], "
                f"from ip: {self.script.refused_ip}, more info at https://open.work.weixin.qq.com/devtool",
            )
        if path == "gettoken" or path.startswith("webhook/"):
            return None
        token = request.query.get("access_token", "")
        if not token:
            return refuse(41001, "access_token missing")
        if token in self._old_tokens or (self._token_until and self.books.now() >= self._token_until):
            return refuse(42001, "access_token expired")
        if self.script.always_dead_token or token != self._token:
            return refuse(40014, "invalid access_token")
        return None

    async def _answer(self, request: web.Request, path: str) -> Answer | web.Response:
        if path == "gettoken":
            return self._give_token(request)
        if path == "media/get":
            return self._give_media(request)
        desk = Desk(books=self.books, agent_id=AGENT_ID, robot_key=ROBOT_KEY)
        if path == "media/upload":
            return await self._take_media(request)
        work = desk.work(request.method, path)
        if work is None:
            self.books.violations.append(f"unknown path {request.method} {path}")
            return web.Response(status=404)
        raw = await request.text()
        return work(dict(request.query), json.loads(raw) if raw else {}, raw)

    def _give_token(self, request: web.Request) -> Answer:
        if request.query.get("corpid") != CORP_ID:
            return refuse(40013, "invalid corpid")
        if request.query.get("corpsecret") != SECRET:
            return refuse(40001, "invalid credential")
        now = self.books.now()
        if not self._token or self._token_until is None or now >= self._token_until:
            self._token = self.books.next_name("token")
            self._token_until = now + timedelta(seconds=self.token_seconds)
        left = int((self._token_until - now).total_seconds())
        return {"errcode": 0, "errmsg": "ok", "access_token": self._token, "expires_in": left}

    def _give_media(self, request: web.Request) -> Answer | web.Response:
        stored = self.books.read_media(request.query.get("media_id", ""))
        if stored is None:
            return refuse(40007, "invalid media_id")
        headers = {"Content-disposition": f'attachment; filename="{stored.name}"'}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    async def _take_media(self, request: web.Request) -> Answer:
        part = (await request.post()).get("media")
        if not isinstance(part, web.FileField):
            return refuse(41005, "media data missing")
        data = part.file.read()
        if len(data) <= 5:
            return refuse(40006, "invalid media size")
        media_id = self.books.store_media(data, content_type=part.content_type, name=part.filename)
        kind = request.query.get("type", "")
        created_at = str(int(self.books.now().timestamp()))
        return {"errcode": 0, "errmsg": "", "type": kind, "media_id": media_id, "created_at": created_at}

    def settings(self) -> Any:
        """What an administrator enters to use this platform."""
        return FakeSettings(wecom_api_base=self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSettings:
    """The application's settings, as `config.settings` has them."""

    wecom_api_base: str
    wecom_corp_id: str = CORP_ID
    wecom_agent_id: int = AGENT_ID
    wecom_secret: str = SECRET
    wecom_token: str = CALLBACK_TOKEN
    wecom_encoding_aes_key: str = AES_KEY
    wecom_group_webhook_key: str = ROBOT_KEY


@asynccontextmanager
async def serving(server: WeComServer) -> AsyncIterator[WeComServer]:
    """Run the platform on a free port; its `base` is the address."""
    listening = TestServer(server.app())
    await listening.start_server()
    server.base = str(listening.make_url("")).rstrip("/")
    try:
        yield server
    finally:
        for gate in server.script.gates.values():
            gate.opened.set()
        await listening.close()
