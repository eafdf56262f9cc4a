"""Sends answers by the session webhook of the chat in which the person wrote (contract 5.1)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.errors import PlatformError
from bot.domain.messages import Outgoing, Priority
from bot.platforms.dingtalk.cards import Template, encode_session, encode_text
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket, Level
from bot.platforms.dingtalk.sessions import Sessions, place_of
from bot.platforms.texts import split_text

log = logging.getLogger(__name__)

TEXT_BYTES = 9_000
"""About 3,000 Chinese characters; longer texts have been cut or refused (contract 5.12)."""


class Answers:
    """The quick way out. What it does not take goes by the API."""

    def __init__(self, client: DingTalkClient, ports: DingTalkPorts, sessions: Sessions) -> None:
        self._client = client
        self._ports = ports
        self._sessions = sessions

    async def send(self, outgoing: Outgoing, *, level: Level) -> Sequence[Template] | None:
        """Answer where the person wrote; the parts that are left for the API, None where all of it is.

        `level` is that of the calls: session webhooks are counted too, so they spare one quota only where the
        other is not shorter still.
        """
        pushes = await asyncio.to_thread(self._ports.quotas.level, Bucket.PUSH)
        if pushes > level or not prefers_session(outgoing, level) or self._find(outgoing) is None:
            return None
        bodies = encode_bodies(outgoing)
        for number, body in enumerate(bodies):
            if await self._post(outgoing, body):
                continue
            self._sessions.forget(place_of(outgoing))
            # What has arrived already must not be said again.
            return [_to_template(each) for each in bodies[number:]] if number else None
        return [] if bodies else None

    async def _post(self, outgoing: Outgoing, body: Mapping[str, Any]) -> bool:
        url = self._find(outgoing)
        try:
            return url is not None and await self._client.send_session(url, body)
        except PlatformError as error:
            # Also where nobody knows whether it arrived: a quick word said twice does no harm.
            log.warning("session webhook failed: %s", error.code)
            return False

    def _find(self, outgoing: Outgoing) -> str | None:
        return self._sessions.find(place_of(outgoing), now=self._ports.clock.now())


def prefers_session(outgoing: Outgoing, level: Level) -> bool:
    """Whether an answer is better sent by the session webhook, which cannot be taken back.

    Quick words always, and all words in a group, where only it can name who is meant; what its key marks as
    the first state of a card, and cards, when calls run short.
    """
    if outgoing.priority is not Priority.REPLY or outgoing.picture_ref or outgoing.file_ref:
        return False
    if outgoing.text is None:
        return level >= Level.SCARCE
    return level >= Level.SPARING or outgoing.key is None or outgoing.room is not None


def encode_bodies(outgoing: Outgoing) -> Sequence[dict[str, Any]]:
    """The bodies for a session webhook; in a group the first one calls the person by an @."""
    if outgoing.card is not None and outgoing.text is None:
        return [encode_session(outgoing.card, card_key=outgoing.key or "")]
    parts = split_text(outgoing.text or "", limit=TEXT_BYTES)
    bodies: list[dict[str, Any]] = [{"msgtype": "text", "text": {"content": part}} for part in parts]
    if outgoing.room and bodies:
        # Without the name in the words nobody is called (contract 5.1).
        name = outgoing.to.user_id
        bodies[0] = {
            "msgtype": "text",
            "text": {"content": f"@{name} {parts[0]}"},
            "at": {"atUserIds": [name], "isAtAll": False},
        }
    return bodies


def _to_template(body: Mapping[str, Any]) -> Template:
    return encode_text(str(body["text"]["content"]))
