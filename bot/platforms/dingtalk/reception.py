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
from bot.platforms.dingtalk.outsiders import Outsiders
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.platforms.dingtalk.quotas import Bucket
from bot.platforms.dingtalk.sessions import Sessions

MESSAGE_REF = "msg:"


class Reception:
    """The way in. Closed, it takes nothing, and the platform may send again."""

    def __init__(
        self, account: Account, ports: DingTalkPorts, sessions: Sessions, outsiders: Outsiders
    ) -> None:
        # Over HTTP the body is not signed: an address elsewhere would be somebody's trap.
        self._session_base = f"{account.oapi_base}/robot/sendBySession?"
        self._has_own_recogniser = account.has_own_recogniser
        self._corp_id = account.corp_id
        self._ports = ports
        self._sessions = sessions
        self._outsiders = outsiders
        self._accept: Accept | None = None

    def open(self, accept: Accept) -> None:
        """Take messages in from now on."""
        self._accept = accept

    async def close(self) -> None:
        """Take nothing from now on."""
        self._accept = None
        await self._outsiders.finish()

    async def take_message(self, body: Mapping[str, Any]) -> None:
        """Store a robot message; returns after the commit. Raises QueueFull where there is no room."""
        decoded = decode_message(body, now=self._ports.clock.now(), corp_id=self._corp_id)
        # A press names its company but not the robot's: the first message tells that.
        self._corp_id = self._corp_id or decoded.corp_id
        await self._take(decoded)

    async def take_press(self, body: Mapping[str, Any]) -> None:
        """Store a press on an interactive card; returns after the commit. Raises QueueFull."""
        await self._take(decode_card_callback(body, now=self._ports.clock.now(), corp_id=self._corp_id))

    async def _take(self, decoded: Decoded) -> None:
        if self._accept is None:
            raise QueueFull
        if decoded.is_quota_used_up:
            await asyncio.to_thread(self._ports.quotas.note_used_up, Bucket.PUSH)
            return
        session = decoded.session
        if session and not session.url.startswith(self._session_base):
            session = None
        if decoded.is_outsider and session:
            self._outsiders.tell(decoded.sender, session)
        if not decoded.incoming:
            self._ports.meter.callback_ignored("outsider" if decoded.is_outsider else decoded.kind)
        # Without a step aside before this point, messages are stored in the order in which they came.
        for incoming in decoded.incoming:
            heard = self._without_words(incoming) if self._has_own_recogniser else incoming
            await self._accept(await self._with_quote(heard, decoded))
            if session:
                self._sessions.remember((incoming.sender, incoming.room), session)
        await asyncio.to_thread(self._ports.quotas.spend, Bucket.PUSH)

    def _without_words(self, incoming: Incoming) -> Incoming:
        """The voice note as it would be had the platform not understood it."""
        voice = incoming.voice
        return replace(incoming, voice=replace(voice, transcript=None)) if voice else incoming

    async def _with_quote(self, incoming: Incoming, decoded: Decoded) -> Incoming:
        """The message with the key of ours that it answers, where that is known."""
        sent = self._ports.sent
        if sent is None or incoming.card_key or not (decoded.quoted or decoded.quoted_id):
            return incoming
        key = None
        if decoded.quoted:
            key = await asyncio.to_thread(sent.key_of, incoming.sender, decoded.quoted)
        if key is None and decoded.quoted_id:
            key = await asyncio.to_thread(sent.key_of_answer, incoming.sender, decoded.quoted_id)
        return replace(incoming, card_key=key) if key else incoming
