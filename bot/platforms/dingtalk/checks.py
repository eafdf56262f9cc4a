"""Tries each setting of the application against the platform and tells which one does not work, and how."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from bot.domain.errors import PlatformError
from bot.domain.messages import Button, Card, Priority
from bot.platforms.dingtalk.account import Account, Mode
from bot.platforms.dingtalk.cards import encode_parameters, encode_text
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.errcodes import QUOTA_USED_UP
from bot.platforms.dingtalk.gateway import REFUSED, ask_for_endpoint
from bot.platforms.dingtalk.people import NOT_VISIBLE
from bot.platforms.dingtalk.transport import NOT_SENT, UNKNOWN_END
from bot.platforms.findings import Finding

ROOT_DEPARTMENT = 1
_REASONS: dict[str | int, str] = {
    "invalidClientIdOrSecret": "secret",
    REFUSED: "secret",
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": "permission",
    60011: "permission",
    "Forbidden.AccessDenied.IpNotInWhiteList": "address",
    60020: "address",
    "param.templateNotExist": "no_template",
    "param.templateUnpublished": "unpublished",
    "invalidStaffIdList": "not_visible",
    "invalidParameter.robotCode.auth": "robot",
    "invalidParameter.robotCode.notExsit": "robot",
    "chatbotId.notAllow.sendOTO": "robot",
    "robot.oto.notExist": "robot",
    NOT_SENT: "network",
    UNKNOWN_END: "network",
    **dict.fromkeys(QUOTA_USED_UP, "quota"),
    **dict.fromkeys(NOT_VISIBLE, "not_visible"),
}
"""The platform's codes by what mends them."""
_SCOPES = re.compile(r"apply for the permission ([\w., ]+)\)")
_SAMPLE = Card(title="genjin check", buttons=(Button(label="OK", action="check:0"),))


class _Fault(Exception):
    """A check that went through and found something wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """One run over everything. `admins` are the accounts that get `greeting` as a test; "" sends nothing."""

    account: Account
    client: DingTalkClient
    admins: Sequence[str]
    greeting: str

    async def run(self) -> list[Finding]:
        """Every finding in the order in which an administrator mends them; one failure hides no other."""
        tries: dict[str, Callable[[], Awaitable[object]]] = {"token": self.client.calls.fetch_token}
        if self.account.mode is Mode.STREAM and self.greeting:
            tries["stream"] = self._check_stream
        tries["contacts"] = self._check_contacts
        if self.greeting:
            tries["send"] = self._check_send
        if self.account.card_template_id:
            tries["cards"] = self._check_cards
        return [await _find(name, attempt) for name, attempt in tries.items()]

    async def _check_stream(self) -> None:
        await ask_for_endpoint(self.account, self.client.transport)

    async def _check_contacts(self) -> None:
        # Neither is counted by the platform; an admin is surely in the visible range, the root often is not.
        for user_id in self.admins[:1]:
            await self.client.read_user(user_id)
        if self.admins:
            return
        try:
            await self.client.read_department(ROOT_DEPARTMENT)
        except PlatformError as error:
            # Asked and answered: the permission is there.
            if error.code not in NOT_VISIBLE:
                raise

    async def _check_send(self) -> None:
        if not self.admins:
            raise _Fault("no_admin")
        for user_id in self.admins:
            await self.client.send_person(user_id, encode_text(self.greeting), priority=Priority.REPLY)

    async def _check_cards(self) -> None:
        if self.account.mode is Mode.HTTP:
            if not self.account.public_url.startswith("https://"):
                raise _Fault("public_url")
            await self.client.cards.register_callback()
        await self.client.cards.try_template(uuid4().hex, encode_parameters(_SAMPLE, card_key="check"))


async def _find(name: str, attempt: Callable[[], Awaitable[object]]) -> Finding:
    try:
        await attempt()
    except _Fault as fault:
        return Finding(name=name, passed=False, code=fault.code)
    except PlatformError as error:
        scopes = _SCOPES.search(str(error))
        reason = _REASONS.get(error.code or "", "")
        return Finding(
            name=name, passed=False, code=reason, detail=scopes[1] if scopes else str(error.code or "")
        )
    return Finding(name=name, passed=True)
