"""Tries each setting of the application against the platform and tells which one does not work, and how."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.domain.errors import ConfigError, PlatformError
from bot.domain.messages import Priority
from bot.platforms.findings import Finding
from bot.platforms.wecom.account import Account
from bot.platforms.wecom.client import WeComClient
from bot.platforms.wecom.codec import open_key

MAX_DRIFT = timedelta(minutes=2)
"""Callbacks older than ten minutes are refused, so a clock this wrong is worth mending."""
PATIENCE = ClientTimeout(total=10)


class _Fault(Exception):
    """A check that went through and found something wrong."""

    def __init__(self, detail: str, *, code: int | str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """One run over everything. `admins` are the accounts that get `greeting` as a test."""

    account: Account
    client: WeComClient
    now: Callable[[], datetime]
    admins: Sequence[str]
    greeting: str

    async def run(self) -> list[Finding]:
        """Every finding in the order in which an administrator mends them; one failure hides no other."""
        tries: dict[str, Callable[[], Awaitable[str]]] = {
            "callback_keys": self._check_keys,
            "clock": self._check_clock,
            "token": self._check_token,
            "trusted_ip": self._check_address,
            "agent": self._check_agent,
            "send": self._check_send,
        }
        return [await _find(name, attempt) for name, attempt in tries.items()]

    async def _check_keys(self) -> str:
        open_key(self.account.encoding_aes_key)
        if not self.account.token:
            raise _Fault("WECOM_TOKEN")
        return ""

    async def _check_clock(self) -> str:
        drift = abs(await read_clock(self.account.api_base) - self.now())
        if drift > MAX_DRIFT:
            raise _Fault(f"{drift.total_seconds():.0f} s")
        return ""

    async def _check_token(self) -> str:
        await self.client.fetch_token()
        return ""

    async def _check_address(self) -> str:
        await self.client.list_callback_addresses()
        return ""

    async def _check_agent(self) -> str:
        agent = await self.client.read_agent()
        if agent.get("close"):
            raise _Fault("close", code="closed")
        if not _sees_anybody(agent):
            raise _Fault("", code="nobody")
        return str(agent.get("name", ""))

    async def _check_send(self) -> str:
        if not self.admins:
            raise _Fault("", code="no_admin")
        body = {"msgtype": "text", "text": {"content": self.greeting}}
        for user_id in self.admins:
            await self.client.send_message(user_id, body, priority=Priority.REPLY)
        return ""


async def read_clock(api_base: str) -> datetime:
    """The platform's time, by the Date header of any answer. Raises PlatformError."""
    try:
        async with (
            ClientSession(timeout=PATIENCE) as session,
            session.get(f"{api_base}/cgi-bin/getcallbackip") as response,
        ):
            return parsedate_to_datetime(response.headers["Date"])
    except (ClientError, TimeoutError, KeyError, ValueError) as error:
        raise PlatformError("no answer", code=type(error).__name__) from error


async def _find(name: str, attempt: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(name=name, passed=True, detail=await attempt())
    except _Fault as fault:
        return Finding(name=name, passed=False, code=fault.code, detail=fault.detail)
    except ConfigError as error:
        return Finding(name=name, passed=False, detail=str(error))
    except PlatformError as error:
        return Finding(name=name, passed=False, code=error.code, detail=str(error))


def _sees_anybody(agent: Mapping[str, Any]) -> bool:
    places = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
    return any((agent.get(group) or {}).get(field) for group, field in places)
