"""A DingTalk platform over real HTTP and websockets, by section 12 of the contract; it can misbehave."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.dingtalk_books import ROBOT_CODE, Books
from tests.fakes.dingtalk_desk import Desk, Refused
from tests.fakes.dingtalk_stream import Gateway
from tests.fakes.wecom_server import Gate

CLIENT_ID = ROBOT_CODE
SECRET = "demo-app-secret"
TEMPLATE_ID = "8aebdfb9-1111-4c3e-9f00-0a1b2c3d4e5f.schema"
GROUP_SECRET = "SECdemo0123456789"
NOT_COUNTED = ("oauth2/", "gateway/", "topapi/", "gettoken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One planned misbehaviour: an error, a page of HTML, or a connection that breaks."""

    code: str | int = ""
    status: int = 400
    more: dict[str, Any] = field(default_factory=dict)
    is_html: bool = False
    drops: bool = False
    after_work: bool = False
    """The work is done first, so that the caller does not know."""


@dataclass(slots=True, kw_only=True)
class Script:
    """What goes wrong next, by path without a leading slash; each slip once."""

    slips: defaultdict[str, deque[Slip]] = field(default_factory=lambda: defaultdict(deque))
    gates: dict[str, Gate] = field(default_factory=dict)

    def hold(self, path: str) -> Gate:
        """Answer nothing at this path until the gate is opened."""
        self.gates[path] = Gate()
        return self.gates[path]

    def next(self, path: str, slip: Slip, *, times: int = 1) -> None:
        self.slips[path].extend([slip] * times)

    def take(self, path: str) -> Slip | None:
        waiting = self.slips[path]
        return waiting.popleft() if waiting else None


@dataclass(slots=True, kw_only=True)
class DingTalkServer:
    """The platform: `books` is what it knows and has seen, `script` what it is told to do wrong."""

    books: Books
    gateway: Gateway = field(default_factory=Gateway)
    script: Script = field(default_factory=Script)
    token_seconds: int = 7200
    session_minutes: float = 90
    refuses_new_token_in_old_api: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    base: str = ""
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _old_tokens: dict[str, datetime] = field(default_factory=dict)

    def expire_tokens(self) -> None:
        """Kill all tokens now."""
        self._tokens.clear()
        self._old_tokens.clear()

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/connect", self.gateway.connect)
        app.router.add_get("/files/{code}", self._give_file)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        return app

    def session_url(self, user_id: str, *, minutes: float | None = None) -> str:
        """A session webhook of a person's single chat, or of a group by its id."""
        minutes = self.session_minutes if minutes is None else minutes
        session, _ = self.books.open_session(user_id, minutes=minutes)
        return f"{self.base}/robot/sendBySession?session={session}"

    def settings(self, **other: Any) -> Any:
        """What an administrator enters to use this platform."""
        return FakeSettings(dingtalk_api_base=self.base, dingtalk_oapi_base=self.base, **other)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/")
        self.calls[path] += 1
        if gate := self.script.gates.get(path):
            await gate.pass_through()
        slip = self.script.take(path)
        if slip and not slip.after_work:
            return self._misbehave(request, slip)
        try:
            self._check_token(request, path)
            answer = await self._answer(request, path)
        except Refused as refused:
            return web.json_response(refused.answer, status=refused.status)
        finally:
            if not path.startswith(tuple(f"v1.0/{name}" for name in NOT_COUNTED) + NOT_COUNTED):
                self.books.counted["push" if path.startswith("robot/send") else "api"] += 1
        return self._misbehave(request, slip) if slip else web.json_response(answer)

    def _misbehave(self, request: web.Request, slip: Slip) -> web.Response:
        if slip.drops and request.transport:
            request.transport.abort()
        if slip.is_html:
            return web.Response(status=slip.status, text="<html>blocked</html>", content_type="text/html")
        if isinstance(slip.code, int):
            return web.json_response({"errcode": slip.code, "errmsg": "told to", **slip.more})
        return web.json_response({"code": slip.code, "message": "told to", **slip.more}, status=slip.status)

    def _check_token(self, request: web.Request, path: str) -> None:
        if path.startswith(("v1.0/oauth2", "v1.0/gateway", "gettoken", "robot/send")):
            return
        header = request.headers.get("x-acs-dingtalk-access-token", "")
        query = request.query.get("access_token", "")
        if path.startswith("v1.0/"):
            if query:
                self.books.violations.append(f"a token in the query of {path}")
            if self._tokens.get(header, self.books.now()) <= self.books.now():
                raise Refused(400, code="InvalidAuthentication", message="不合法的access_token")
            return
        good = {**self._old_tokens, **({} if self.refuses_new_token_in_old_api else self._tokens)}
        if good.get(query, self.books.now()) <= self.books.now():
            raise Refused(200, errcode=88, errmsg="ding talk error[subcode=40014,submsg=bad]")

    async def _answer(self, request: web.Request, path: str) -> dict[str, Any]:
        desk = Desk(books=self.books, base=self.base, template_id=TEMPLATE_ID)
        if path == "media/upload":
            part = (await request.post()).get("media")
            return desk.upload(request.query.get("type", ""), part)
        raw = await request.text()
        body = json.loads(raw) if raw else {}
        if path == "v1.0/oauth2/accessToken":
            self._check_secret(body.get("appKey"), body.get("appSecret"), code="invalidClientIdOrSecret")
            return {"accessToken": self._give_token(self._tokens), "expireIn": self.token_seconds}
        if path == "gettoken":
            self._check_secret(request.query.get("appkey"), request.query.get("appsecret"), code="40089")
            token = self._give_token(self._old_tokens)
            return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": self.token_seconds}
        if path == "v1.0/gateway/connections/open":
            if (body.get("clientId"), body.get("clientSecret")) != (CLIENT_ID, SECRET):
                raise Refused(401, code="authFailed", message="鉴权失败")
            return await self.gateway.open(request, body)
        if path == "robot/send":
            self._check_group_signature(request)
        return desk.work(request.method, path, body, dict(request.query))

    def _check_secret(self, key: object, secret: object, *, code: str) -> None:
        if (key, secret) != (CLIENT_ID, SECRET):
            raise Refused(400, code=code, message="无效的clientId或者clientSecret")

    def _give_token(self, tokens: dict[str, datetime]) -> str:
        now = self.books.now()
        good = [token for token, until in tokens.items() if until > now]
        token = good[0] if good else self.books.next_name("token")
        tokens[token] = now + timedelta(seconds=self.token_seconds)
        return token

    def _check_group_signature(self, request: web.Request) -> None:
        timestamp = request.query.get("timestamp", "")
        signed = hmac.new(GROUP_SECRET.encode(), f"{timestamp}\n{GROUP_SECRET}".encode(), hashlib.sha256)
        if request.query.get("sign", "") != base64.b64encode(signed.digest()).decode():
            raise Refused(200, errcode=310000, errmsg="sign not match")

    async def _give_file(self, request: web.Request) -> web.Response:
        if request.headers.get("x-acs-dingtalk-access-token"):
            self.books.violations.append("a token to the file host")
        data = self.books.files.get(request.match_info["code"].removesuffix(".file"))
        if data is None:
            return web.Response(status=404)
        return web.Response(body=data, content_type="application/octet-stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSettings:
    """The application's settings, as `config.settings` has them."""

    dingtalk_api_base: str
    dingtalk_oapi_base: str
    dingtalk_client_id: str = CLIENT_ID
    dingtalk_client_secret: str = SECRET
    dingtalk_robot_code: str = ROBOT_CODE
    dingtalk_corp_id: str = ""
    dingtalk_mode: str = "stream"
    dingtalk_card_template_id: str = ""
    dingtalk_own_recogniser: bool = False
    dingtalk_group_webhook: str = ""
    dingtalk_group_webhook_secret: str = ""
    dingtalk_fallback_supervisor: str = ""
    public_url: str = ""


@asynccontextmanager
async def serving(server: DingTalkServer) -> AsyncIterator[DingTalkServer]:
    """Run the platform on a free port; its `base` is the address."""
    listening = TestServer(server.app())
    await listening.start_server()
    server.base = str(listening.make_url("")).rstrip("/")
    server.gateway.base = server.base
    try:
        yield server
    finally:
        for gate in server.script.gates.values():
            gate.opened.set()
        await listening.close()
