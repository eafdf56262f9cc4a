"""One message from claimed to answered. Here stands the one `except` of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.domain.errors import AlreadyHandled
from bot.domain.messages import Attachment, Incoming, Kind, Outgoing, Voice
from bot.domain.people import Role
from bot.doorbell import Doorbell
from bot.listener import Heard, Listener
from bot.metrics import Metrics
from bot.newcomers import Newcomers
from bot.platforms.base import Channel
from handlers.context import Deps, note_key
from handlers.names import names_to_expect
from handlers.router import Router
from handlers.turn import OpenTransaction, take_turn
from storage.inbox import Claimed, Inbox
from storage.media import MediaFiles
from storage.outbox import OutboxQueue

log = structlog.get_logger()

FIRST_RETRY = timedelta(seconds=2)
"""Doubled with each failure: a platform or disk that hiccups is back within seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """What it takes to answer a message."""

    channels: Mapping[str, Channel]
    inbox: Inbox
    outbox: OutboxQueue
    media: MediaFiles
    listener: Listener
    open_transaction: OpenTransaction
    routers: Sequence[Router]
    deps: Deps
    clock: Clock
    sender_bell: Doorbell
    metrics: Metrics
    attempts: int
    newcomers: Newcomers

    async def dispatch(self, claimed: Claimed) -> None:
        """Answer it; a failure is tried again with patience, and parked at last."""
        try:
            await self.newcomers.meet(claimed.incoming)
            incoming, problem = await self._prepare(claimed)
            await asyncio.to_thread(
                take_turn,
                incoming,
                inbox_id=claimed.id,
                open_transaction=self.open_transaction,
                routers=self.routers,
                deps=self.deps,
                now=self.clock.now(),
                speech_problem=problem,
            )
            self.metrics.turn_seconds.observe((self.clock.now() - claimed.received_at).total_seconds())
        except AlreadyHandled:
            log.info("message handled before", inbox_id=claimed.id)
        except Exception as error:
            log.exception("turn failed", inbox_id=claimed.id, attempt=claimed.attempts)
            await asyncio.to_thread(self._put_off, claimed, type(error).__name__)
        self.sender_bell.ring()

    async def _prepare(self, claimed: Claimed) -> tuple[Incoming, str]:
        """Fetch and keep what the message carries, and turn voice into words; slow, so outside any
        transaction.
        """
        incoming = claimed.incoming
        if incoming.voice:
            return await self._hear(claimed, incoming.voice)
        if incoming.attachment:
            return replace(incoming, attachment=await self._keep(incoming, incoming.attachment)), ""
        return incoming, ""

    async def _hear(self, claimed: Claimed, voice: Voice) -> tuple[Incoming, str]:
        incoming = claimed.incoming
        # At once; the card takes its place later.
        await asyncio.to_thread(self._tell, incoming, "voice.listening")
        media = await self.channels[incoming.sender.platform].fetch_media(voice.media_ref)
        ref = await asyncio.to_thread(
            self.media.put, media.data, name=media.name, media_type=media.media_type
        )
        names = await asyncio.to_thread(self._names, incoming)
        if names is None:
            # Whoever the bot does not know gets a greeting, not two seconds of a core.
            heard = Heard()
        elif claimed.transcript is not None:
            heard = Heard(text=claimed.transcript, seconds=voice.seconds)
        else:
            heard = await self.listener.listen(
                voice, media.data, names=names, half_way=partial(self._tell, incoming, "voice.half_way")
            )
        if heard.text:
            await asyncio.to_thread(self.inbox.note_transcript, claimed.id, heard.text)
        kept = replace(voice, media_ref=ref, seconds=heard.seconds or voice.seconds)
        return replace(incoming, voice=kept, text=heard.text), heard.problem

    async def _keep(self, incoming: Incoming, file: Attachment) -> Attachment:
        media = await self.channels[incoming.sender.platform].fetch_media(file.media_ref)
        ref = await asyncio.to_thread(
            self.media.put, media.data, name=media.name, media_type=media.media_type
        )
        return replace(file, media_ref=ref, size=len(media.data))

    def _tell(self, incoming: Incoming, key: str) -> None:
        """Say how far a note is, in the message that becomes its card."""
        early = Outgoing(to=incoming.sender, text=self.deps.texts.say(key), key=note_key(incoming.id))
        once = f"{incoming.sender.platform}:{incoming.id}:{key}"
        self.outbox.push(early, idempotency_key=once, now=self.clock.now())
        self.sender_bell.ring()

    def _names(self, incoming: Incoming) -> tuple[str, ...] | None:
        """The names that the sender may say; None for somebody whom the bot does not know."""
        with self.open_transaction(incoming.id, self.clock.now()) as uow:
            member = uow.members.at(incoming.sender)
            return names_to_expect(uow, member) if member else None

    def _put_off(self, claimed: Claimed, error: str) -> None:
        now = self.clock.now()
        if claimed.attempts < self.attempts:
            self.metrics.failures.inc()
            self.inbox.retry(claimed.id, at=now + FIRST_RETRY * 2 ** (claimed.attempts - 1), error=error)
            return
        self.metrics.parked.inc()
        self.inbox.park(claimed.id, error=error)
        self._tell_parked(claimed, error)

    def _tell_parked(self, claimed: Claimed, error: str) -> None:
        """The person hears that nothing is lost; the admins hear which row it is."""
        now, incoming = self.clock.now(), claimed.incoming
        key = "voice.failed" if incoming.kind is Kind.VOICE else "error.parked"
        sorry = Outgoing(to=incoming.sender, text=self.deps.texts.say(key), key=note_key(incoming.id))
        self.outbox.push(sorry, idempotency_key=f"parked:{claimed.id}", now=now)
        with self.open_transaction(f"parked:{claimed.id}", now) as uow:
            for admin in uow.members.of_role(Role.ADMIN):
                if admin.address:
                    text = self.deps.texts.say("error.admin_parked", inbox_id=claimed.id, error=error)
                    told = Outgoing(to=admin.address, text=text, key=f"parked:{claimed.id}")
                    uow.outbox.push(told, idempotency_key=f"parked:{claimed.id}:{admin.id}", now=now)
