"""A group's webhook robot, with which supervisors' digests also reach a group (contract 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.domain.errors import ConfigError, PlatformError, RateLimited
from bot.domain.messages import Card, Priority
from bot.platforms.base import Clock
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.errcodes import read_old_code, to_error
from bot.platforms.dingtalk.markdown import render_card, render_text
from bot.platforms.dingtalk.quotas import Bucket, Quotas
from bot.platforms.dingtalk.signatures import sign
from bot.platforms.dingtalk.transport import Transport
from bot.platforms.limits import Limits, Window
from bot.platforms.texts import cut, split_text

MAX_TEXT_BYTES = 16_000
"""A body may have 20,000 bytes."""
MAX_TITLE = 30
WINDOW = Window(count=20, length=timedelta(minutes=1, seconds=2))
"""Beyond it the robot is dumb for ten minutes."""


class GroupRobot:
    """Pushes into one group. It hears nothing."""

    def __init__(self, account: Account, *, clock: Clock, quotas: Quotas, transport: Transport) -> None:
        self._webhook = account.group_webhook
        self._secret = account.group_webhook_secret
        self._clock = clock
        self._quotas = quotas
        self._transport = transport
        self._limits = Limits([WINDOW], now=clock.now)

    @property
    def is_set(self) -> bool:
        """Whether the company has entered a robot's address."""
        return bool(self._webhook)

    async def push_card(self, card: Card, *, once: str) -> None:
        """Send the words of a card, nothing to tap. Raises PlatformError.

        `once` names the message: the platform drops a second one of that name.
        """
        await self._push_parts(card.title, render_card(card), once=once)

    async def push_text(self, text: str, *, once: str) -> None:
        """Send a text; its first line is the preview. Raises PlatformError."""
        await self._push_parts(text.partition("\n")[0], render_text(text), once=once)

    async def _push_parts(self, title: str, text: str, *, once: str) -> None:
        if not self._webhook:
            raise ConfigError("DINGTALK_GROUP_WEBHOOK is not set")
        parts = split_text(text, limit=MAX_TEXT_BYTES)
        self._limits.take("group", priority=Priority.REPLY, count=len(parts))
        for number, part in enumerate(parts, 1):
            markdown = {"title": cut(title, MAX_TITLE), "text": part}
            await self._push({"msgtype": "markdown", "markdown": markdown, "msgUuid": f"{once}:{number}"})

    async def _push(self, body: Mapping[str, Any]) -> None:
        # A fresh signature each time: it is good for an hour.
        params = sign_request(self._secret, self._clock.now())
        reply = await self._transport.exchange("POST", self._webhook, params=params, body=body)
        path, answer = urlsplit(self._webhook).path, reply.answer()
        if answer is None or reply.status >= 400:
            raise PlatformError(f"{path}: an answer that is no JSON object", code="bad_answer")
        error = to_error(path, code, answer) if (code := read_old_code(answer)) else None
        if not isinstance(error, RateLimited):
            await asyncio.to_thread(self._quotas.spend, Bucket.PUSH)
        if error:
            raise error


def sign_request(secret: str, now: datetime) -> dict[str, str]:
    """The query that a robot with a signature asks for; empty for one that goes by keywords or addresses."""
    if not secret:
        return {}
    timestamp = str(int(now.timestamp() * 1000))
    return {"timestamp": timestamp, "sign": sign(secret, timestamp)}
