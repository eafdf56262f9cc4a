"""Asks where to connect for the stream (contract 2.1)."""

from __future__ import annotations

from urllib.parse import quote

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.frames import SUBSCRIPTIONS
from bot.platforms.dingtalk.transport import Transport

OPEN = "/v1.0/gateway/connections/open"
AGENT = "genjin/1.0"
REFUSED = "authFailed"
"""The platform's word for a wrong client id or secret."""


async def ask_for_endpoint(account: Account, transport: Transport) -> str:
    """An address to connect to, with its ticket: good once, for 90 seconds, and as secret as a password.

    Raises PlatformError, permanent where the client id or secret was refused.
    """
    body = {
        "clientId": account.client_id,
        "clientSecret": account.client_secret,
        "ua": AGENT,
        "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in SUBSCRIPTIONS],
    }
    reply = await transport.exchange("POST", f"{account.api_base}{OPEN}", body=body)
    answer = reply.answer() or {}
    endpoint, ticket = answer.get("endpoint"), answer.get("ticket")
    if reply.status in (400, 401, 403):
        code = str(answer.get("code") or reply.status)
        raise PlatformError(f"{OPEN} refused client id or secret: {code}", code=code, permanent=True)
    if reply.status != 200 or not isinstance(endpoint, str) or not isinstance(ticket, str):
        raise PlatformError(f"{OPEN}: HTTP {reply.status} without an endpoint", code=reply.status)
    return f"{endpoint}?ticket={quote(ticket, safe='')}"
