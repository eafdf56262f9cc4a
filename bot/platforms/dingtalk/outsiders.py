"""Tells people without an account here why they get no other answer; nothing of theirs is kept."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.sessions import Session, is_over

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
"""One sentence an hour to each: it costs a push, and says no more the second time."""
MOST = 1000


class Outsiders:
    """Says one sentence where they wrote, beside the work: the platform waits for its answer."""

    def __init__(self, client: DingTalkClient, ports: DingTalkPorts) -> None:
        self._client = client
        self._ports = ports
        self._told: OrderedDict[str, datetime] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, sender: str, session: Session) -> None:
        """Explain it to `sender`, unless that was done lately."""
        now = self._ports.clock.now()
        told_at = self._told.get(sender)
        if not self._ports.outsider_words or is_over(session, now) or (told_at and now - told_at < AGAIN):
            return
        self._told[sender] = now
        self._told.move_to_end(sender)
        while len(self._told) > MOST:
            self._told.popitem(last=False)
        task = asyncio.create_task(self._say(session))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def finish(self) -> None:
        """Wait until everybody is told."""
        if self._telling:
            await asyncio.wait(self._telling)

    async def _say(self, session: Session) -> None:
        body = {"msgtype": "text", "text": {"content": self._ports.outsider_words}}
        try:
            await self._client.send_session(session.url, body)
        except PlatformError as error:
            log.info("an outsider was not told: %s", error.code)
