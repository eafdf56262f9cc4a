"""The group robot: a webhook with which supervisors' digests also reach a group [D91770]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.errors import ConfigError, PlatformError
from bot.domain.messages import Priority
from bot.platforms.base import Clock
from bot.platforms.limits import Limits, Window
from bot.platforms.texts import split_text
from bot.platforms.wecom.account import Account
from bot.platforms.wecom.errcodes import read_code, to_error
from bot.platforms.wecom.transport import Transport

PATH = "/cgi-bin/webhook/send"
TEXT_BYTES = 2048
MARKDOWN_BYTES = 4096
WINDOW = Window(count=20, length=timedelta(minutes=1, seconds=2))


class GroupRobot:
    """Pushes into one group. It hears nothing."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._key = account.group_webhook_key
        self._transport = Transport(account.api_base)
        self._limits = Limits([WINDOW], now=clock.now)

    @property
    def is_set(self) -> bool:
        """Whether the company has entered a robot's key."""
        return bool(self._key)

    async def push_text(self, text: str, *, mentioned: Sequence[str] = ()) -> None:
        """Send a text, the user ids of `mentioned` rung up by its first part. Raises PlatformError."""
        parts = split_text(text, limit=TEXT_BYTES)
        bodies: list[dict[str, Any]] = [{"msgtype": "text", "text": {"content": part}} for part in parts]
        if mentioned and bodies:
            bodies[0]["text"]["mentioned_list"] = list(mentioned)
        await self._push(bodies)

    async def push_markdown(self, text: str) -> None:
        """Send the robot's Markdown: headings, bold, links, quotes, three colours, `<@userid>`."""
        parts = split_text(text, limit=MARKDOWN_BYTES)
        await self._push([{"msgtype": "markdown", "markdown": {"content": part}} for part in parts])

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def _push(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        if not self._key:
            raise ConfigError("WECOM_GROUP_WEBHOOK_KEY is not set")
        self._limits.take("group", priority=Priority.REPLY, count=len(bodies))
        for body in bodies:
            reply = await self._transport.exchange("POST", PATH, params={"key": self._key}, body=body)
            answer = reply.answer()
            if answer is None:
                raise PlatformError(f"{PATH}: an answer that is no JSON object", code="bad_answer")
            if read_code(answer):
                raise to_error(PATH, answer)
