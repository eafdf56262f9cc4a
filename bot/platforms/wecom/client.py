"""The platform's API as the channel uses it: tokens, sending, card updates, media, the directory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

from aiohttp import FormData

from bot.domain.errors import PlatformError
from bot.domain.messages import Priority
from bot.platforms.base import Media
from bot.platforms.limits import LimitReached, Limits, Window
from bot.platforms.tokens import MemoryTokens, Token, Tokens, good_until
from bot.platforms.wecom.account import Account, token_name
from bot.platforms.wecom.errcodes import BUSY, DEAD_TOKEN, read_code, to_error
from bot.platforms.wecom.ports import WeComPorts
from bot.platforms.wecom.resends import Resends
from bot.platforms.wecom.transport import Reply, Transport

BUSY_TRIES = 3
FIRST_WAIT_SECONDS = 0.2
MARGIN = timedelta(seconds=2)
"""The platform counts when a message arrives, we when it leaves."""
MEMBER_WINDOWS = (
    Window(count=30, length=timedelta(minutes=1) + MARGIN),
    Window(count=1000, length=timedelta(hours=1) + MARGIN),
)
"""What one member gets of one application; the excess is dropped without a word [D90236]."""
Sleep = Callable[[float], Awaitable[object]]


class WeComClient:
    """Calls the API of one application. Every method raises PlatformError and its kin."""

    def __init__(self, account: Account, ports: WeComPorts, *, sleep: Sleep = asyncio.sleep) -> None:
        self._account = account
        self._ports = ports
        self._sleep = sleep
        self._transport = Transport(account.api_base)
        self._tokens = Tokens(
            token_name(account), self.fetch_token, clock=ports.clock, store=ports.tokens or MemoryTokens()
        )
        self._limits = Limits(MEMBER_WINDOWS, now=ports.clock.now)
        self._resends = Resends()

    async def recount(self) -> None:
        """Count what left before this start: the platform remembers it too."""
        if self._ports.sent is None:
            return
        since = self._ports.clock.now() - MEMBER_WINDOWS[-1].length
        for user_id, sent_at in await asyncio.to_thread(self._ports.sent.sent_since, since):
            self._limits.note(user_id, at=sent_at)

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        await self._transport.close()

    async def fetch_token(self) -> Token:
        """Ask for an access token, past every cache; a wrong secret or company is no dead token [D91039]."""
        path = "/cgi-bin/gettoken"
        params = {"corpid": self._account.corp_id, "corpsecret": self._account.secret}
        answer = _require_answer(path, await self._transport.exchange("GET", path, params=params))
        value, seconds = answer.get("access_token"), answer.get("expires_in")
        if read_code(answer):
            error = to_error(path, answer)
            raise PlatformError(str(error), code=error.code, permanent=error.permanent)
        if not isinstance(value, str) or not value or not isinstance(seconds, int):
            raise PlatformError(f"{path}: an answer without a token", code="bad_answer")
        self._ports.meter.token_refreshed()
        lifetime = timedelta(seconds=seconds)
        return Token(value=value, good_until=good_until(self._ports.clock.now(), lifetime))

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        data: Callable[[], FormData] | None = None,
    ) -> Mapping[str, Any]:
        """Call with the access token and return the answer.

        A dead token is renewed once; a busy platform is asked three times.
        """
        reply = await self._ask(method, path, params=params, json=json, data=data)
        return _require_answer(path, reply)

    async def send_message(
        self, user_id: str, body: Mapping[str, Any], *, priority: Priority
    ) -> Mapping[str, Any]:
        """Send one message; the answer has `msgid` and, for a card with buttons, `response_code` [D90236]."""
        [answer] = await self.send_parts(user_id, [body], priority=priority)
        return answer

    async def send_parts(
        self, user_id: str, bodies: Sequence[Mapping[str, Any]], *, priority: Priority
    ) -> list[Mapping[str, Any]]:
        """Send the parts of one message in their order, or none where the member's limit has no room for all.

        The platform promises no order, so each part waits for the answer to the one before.
        """
        try:
            self._limits.take(user_id, priority=priority, count=len(bodies))
        except LimitReached:
            self._ports.meter.send_held_back()
            raise
        return [await self._send(user_id, body) for body in bodies]

    async def update_card(self, user_id: str, response_code: str, body: Mapping[str, Any]) -> None:
        """Change a card on one person's screen; `body` has `template_card` or `button` [D94888]."""
        request = {
            "userids": [user_id],
            "agentid": self._account.agent_id,
            "response_code": response_code,
            **body,
        }
        answer = await self.call("POST", "/cgi-bin/message/update_template_card", json=request)
        _require_reached("update_template_card", answer)

    async def recall(self, message_id: str) -> None:
        """Take a message of the last 24 hours back [D94867]."""
        await self.call("POST", "/cgi-bin/message/recall", json={"msgid": message_id})

    async def fetch_media(self, media_id: str) -> Media:
        """Download a voice note, picture or file; it lives for three days [D90254]."""
        path = "/cgi-bin/media/get"
        reply = await self._ask("GET", path, params={"media_id": media_id})
        if "errcode" in (reply.answer() or {}):
            raise PlatformError(f"{path}: an answer without a file", code="bad_answer")
        is_amr = reply.body.startswith(b"#!AMR")
        media_type = "audio/amr" if is_amr else reply.content_type
        return Media(data=reply.body, media_type=media_type, name=reply.file_name or media_id[:40])

    async def upload_media(self, kind: str, data: bytes, name: str) -> str:
        """Upload an `image`, `voice`, `video` or `file` and return its id, good for three days [D90253]."""
        safe_name = "".join(char for char in name if char not in '"\r\n\\') or kind

        def form() -> FormData:
            # Unquoted: the name reaches the chat as it is written, Chinese included.
            fields = FormData(quote_fields=False)
            fields.add_field(
                "media", BytesIO(data), filename=safe_name, content_type="application/octet-stream"
            )
            return fields

        answer = await self.call("POST", "/cgi-bin/media/upload", params={"type": kind}, data=form)
        return str(answer.get("media_id", ""))

    async def read_user(self, user_id: str) -> Mapping[str, Any]:
        """A member's record: name, department, main_department, direct_leader, status [D90196]."""
        return await self.call("GET", "/cgi-bin/user/get", params={"userid": user_id})

    async def read_department(self, department_id: int) -> Mapping[str, Any]:
        """A department's record: name, department_leader, parentid [D95351]."""
        answer = await self.call("GET", "/cgi-bin/department/get", params={"id": str(department_id)})
        found = answer.get("department")
        return found if isinstance(found, dict) else {}

    async def list_departments(self) -> Sequence[Mapping[str, Any]]:
        """All departments that the application sees: id, parentid [D95350]."""
        answer = await self.call("GET", "/cgi-bin/department/simplelist")
        return _read_list(answer, "department_id")

    async def list_members(self, department_id: int) -> Sequence[Mapping[str, Any]]:
        """The members of a department: userid, name [D90200]."""
        answer = await self.call(
            "GET", "/cgi-bin/user/simplelist", params={"department_id": str(department_id)}
        )
        return _read_list(answer, "userlist")

    async def read_agent(self) -> Mapping[str, Any]:
        """The application: name, close, whom it sees, which events it gets [D90227]."""
        params = {"agentid": str(self._account.agent_id)}
        return await self.call("GET", "/cgi-bin/agent/get", params=params)

    async def list_callback_addresses(self) -> Sequence[str]:
        """The addresses that callbacks come from [D90930]."""
        answer = await self.call("GET", "/cgi-bin/getcallbackip")
        return [str(address) for address in answer.get("ip_list") or ()]

    async def _send(self, user_id: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        request = {"touser": user_id, "agentid": self._account.agent_id, **body}
        with self._resends.marked(request) as marked:
            answer = await self.call("POST", "/cgi-bin/message/send", json=marked)
        _require_reached("message/send", answer)
        return answer

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        data: Callable[[], FormData] | None = None,
    ) -> Reply:
        renewed, busy = False, 0
        while True:
            token = await self._tokens.get()
            query = {**(params or {}), "access_token": token}
            reply = await self._transport.exchange(
                method, path, params=query, body=json, form=data, is_media="/media/" in path
            )
            answer = reply.answer() or {}
            code = read_code(answer)
            if not code:
                return reply
            if code in DEAD_TOKEN and not renewed:
                renewed = True
                await self._tokens.drop(token)
            elif code in BUSY and busy < BUSY_TRIES - 1:
                await self._sleep(FIRST_WAIT_SECONDS * 2**busy * random.uniform(0.5, 1.5))
                busy += 1
            else:
                raise to_error(path, answer, is_card="template_card" in (json or {}))


def _require_answer(path: str, reply: Reply) -> Mapping[str, Any]:
    answer = reply.answer()
    if answer is None:
        raise PlatformError(f"{path}: an answer that is no JSON object", code="bad_answer")
    return answer


def _require_reached(path: str, answer: Mapping[str, Any]) -> None:
    """Raise PlatformError where the one recipient was not reached, though the error code is 0 [D90236]."""
    for field in ("invaliduser", "unlicenseduser"):
        if answer.get(field):
            raise PlatformError(f"{path}: {field}", code=field, permanent=True)


def _read_list(answer: Mapping[str, Any], field: str) -> Sequence[Mapping[str, Any]]:
    found = answer.get(field)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
