"""Takes messages and presses in, whichever way they came: stored first, then all else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.messages import Incoming
from bot.platforms.base import Accept, QueueFull
from bot.platforms.dingtalk.account import Account
from bot.platforms.dingtalk.codec import Decoded, decode_card_callback, decode_message
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket
from bot.platforms.dingtalk.sessions import Sessions

MESSAGE_REF = "msg:"


class Reception:
    """The way in. Closed, it takes nothing, and the platform may send again."""

    def __init__(self, account: Account, ports: DingTalkPorts, sessions: Sessions) -> None:
        self._session_base = f"{account.oapi_base}/robot/sendBySession?"
        self._has_own_recogniser = account.has_own_recogniser
        self._ports = ports
        self._sessions = sessions
        self._accept: Accept | None = None

    def open(self, accept: Accept) -> None:
        """Take messages in from now on."""
        self._accept = accept

    def close(self) -> None:
        """Take nothing from now on."""
        self._accept = None

    async def take_message(self, body: Mapping[str, Any]) -> None:
        """Store a robot message; returns after the commit. Raises QueueFull where there is no room."""
        await self._take(decode_message(body, now=self._ports.clock.now()))

    async def take_press(self, body: Mapping[str, Any]) -> None:
        """Store a press on an interactive card; returns after the commit. Raises QueueFull."""
        await self._take(decode_card_callback(body, now=self._ports.clock.now()))

    async def _take(self, decoded: Decoded) -> None:
        if self._accept is None:
            raise QueueFull
        if decoded.is_quota_used_up:
            await asyncio.to_thread(self._ports.quotas.note_used_up, Bucket.PUSH)
            return
        if not decoded.incoming:
            self._ports.meter.callback_ignored("outsider" if decoded.is_outsider else decoded.kind)
        # Without a step aside before this point, messages are stored in the order in which they came.
        for incoming in decoded.incoming:
            heard = self._without_words(incoming) if self._has_own_recogniser else incoming
            await self._accept(await self._with_quote(heard, decoded.quoted))
        # Over HTTP the body is not signed: an address elsewhere would be somebody's trap.
        session = decoded.session
        if session and decoded.incoming and session.url.startswith(self._session_base):
            self._sessions.remember(decoded.incoming[0].sender, session)
        await asyncio.to_thread(self._ports.quotas.spend, Bucket.PUSH)

    def _without_words(self, incoming: Incoming) -> Incoming:
        """The voice note as it would be had the platform not understood it."""
        voice = incoming.voice
        return replace(incoming, voice=replace(voice, transcript=None)) if voice else incoming

    async def _with_quote(self, incoming: Incoming, quoted: str) -> Incoming:
        """The message with the key of ours that it answers, where that is known."""
        if not quoted or self._ports.sent is None or incoming.card_key:
            return incoming
        key = await asyncio.to_thread(self._ports.sent.key_of, incoming.sender, f"{MESSAGE_REF}{quoted}")
        return replace(incoming, card_key=key) if key else incoming
