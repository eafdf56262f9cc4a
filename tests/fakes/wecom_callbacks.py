"""Callbacks as the platform makes them, sealed by wechatpy's own encryptor and not by our codec."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import ClientSession
from wechatpy.enterprise.crypto import WeChatCrypto

from tests.fakes.wecom_server import AES_KEY, AGENT_ID, CALLBACK_TOKEN, CORP_ID

PATH = "/wecom/callback"
_PART = re.compile(r"<(\w+)>(?:<!\[CDATA\[)?([^<\]]*)")


def wrap(fields: Mapping[str, object]) -> str:
    """Fields as elements: texts as CDATA, numbers bare, mappings nested, lists repeated."""
    return "".join(
        f"<{tag}>{_wrap_value(each)}</{tag}>"
        for tag, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )


def _wrap_value(value: object) -> str:
    if isinstance(value, Mapping):
        return wrap(value)
    if isinstance(value, int | float):
        return escape(str(value))
    return "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def message(user_id: str, kind: str, *, at: datetime, msg_id: str = "", **fields: Any) -> str:
    """The inner XML of a message, or of an event where there is no `msg_id`."""
    numbered = {"MsgId": msg_id} if msg_id else {}
    head = {
        "ToUserName": CORP_ID,
        "FromUserName": user_id,
        "CreateTime": int(at.timestamp()),
        "MsgType": kind,
    }
    return f"<xml>{wrap({**head, **fields, **numbered, 'AgentID': AGENT_ID})}</xml>"


def event(user_id: str, name: str, *, at: datetime, **fields: Any) -> str:
    """The inner XML of an event."""
    return message(user_id, "event", at=at, **{"Event": name, **fields})


def select(answers: Mapping[str, list[str]]) -> dict[str, object]:
    """The `SelectedItems` of a press."""
    items = [
        {"QuestionKey": question, "OptionIds": {"OptionId": list(options)}}
        for question, options in answers.items()
    ]
    return {"SelectedItem": items}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One callback on its way."""

    query: dict[str, str]
    body: bytes


def seal(
    inner: str, *, at: datetime, corp_id: str = CORP_ID, token: str = CALLBACK_TOKEN, aes_key: str = AES_KEY
) -> Sealed:
    """Encrypt and sign an inner XML."""
    nonce = "n0nce" + str(len(inner))
    outer = WeChatCrypto(token, aes_key, corp_id).encrypt_message(inner, nonce, str(int(at.timestamp())))
    parts: dict[str, Any] = dict(_PART.findall(outer))
    body = f"<xml>{wrap({'ToUserName': corp_id, 'AgentID': AGENT_ID, 'Encrypt': parts['Encrypt']})}</xml>"
    query = {
        "msg_signature": parts["MsgSignature"],
        "timestamp": str(int(at.timestamp())),
        "nonce": nonce,
    }
    return Sealed(query=query, body=body.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """The platform's side of the callback URL of the bot at `base`."""

    session: ClientSession
    base: str
    now: Callable[[], datetime]

    async def deliver(self, inner: str) -> bool:
        """Send one message or event once; whether it was acknowledged with an empty 200."""
        status, body = await self.post(seal(inner, at=self.now()))
        return status == 200 and body == b""

    async def insist(self, inner: str, *, times: int = 4) -> int:
        """Send as the platform does until it is acknowledged: once and three times more; how often it was."""
        for tried in range(1, times + 1):
            if await self.deliver(inner):
                return tried
        return times

    async def post(self, sealed: Sealed) -> tuple[int, bytes]:
        """Send anything; the status and body that came back."""
        url = f"{self.base}{PATH}"
        headers = {"Content-Type": "text/xml"}
        body = BytesIO(sealed.body)
        async with self.session.post(url, params=sealed.query, data=body, headers=headers) as response:
            return response.status, await response.read()

    async def check_url(self, words: str) -> tuple[int, bytes]:
        """Check the URL as the console does when an administrator saves it."""
        sealed = seal(words, at=self.now())
        [echo] = re.findall(rb"<Encrypt><!\[CDATA\[([^\]]*)", sealed.body)
        query = {**sealed.query, "echostr": echo.decode()}
        async with self.session.get(f"{self.base}{PATH}", params=query) as response:
            return response.status, await response.read()
