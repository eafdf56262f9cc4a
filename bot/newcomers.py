"""Makes people of the platform's directory members on their first message, and notices who is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.clock import Clock
from bot.domain.directory import Colleague
from bot.domain.errors import PlatformError
from bot.domain.messages import Address, Incoming, Kind
from bot.platforms.base import Accept, QueueFull
from handlers.events import GONE, LEFT, take_in
from handlers.turn import OpenTransaction
from prompts.texts import Texts

log = structlog.get_logger()

LookUp = Callable[[str], Awaitable[Colleague | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomers:
    """Looks people up; `directories` has a look-up for each platform that knows its people."""

    directories: Mapping[str, LookUp]
    open_transaction: OpenTransaction
    clock: Clock
    texts: Texts
    accept: Accept

    async def meet(self, incoming: Incoming) -> None:
        """Make the sender a member if the directory knows them.

        A directory that does not answer stops nothing: the sender is told how an admin adds people, and is
        looked up again with the next message.
        """
        look_up = self.directories.get(incoming.sender.platform)
        if look_up is None or incoming.action in LEFT:
            return
        if await asyncio.to_thread(self._knows, incoming.sender):
            return
        try:
            colleague = await look_up(incoming.sender.user_id)
        except PlatformError as error:
            log.warning("directory does not answer", platform=incoming.sender.platform, code=error.code)
            return
        if colleague:
            await asyncio.to_thread(self._take_in, incoming, colleague)

    async def miss(self, address: Address) -> None:
        """A message did not reach this member: who is gone from the directory leaves, as by the event.

        The platform promises no event, so the first reminder that comes back tells it too.
        """
        look_up = self.directories.get(address.platform)
        if look_up is None or not await asyncio.to_thread(self._knows, address):
            return
        now = self.clock.now()
        gone = Incoming(
            id=f"gone:{address.user_id}:{now:%Y%m%d}",
            sender=address,
            kind=Kind.EVENT,
            sent_at=now,
            action=GONE,
        )
        try:
            if await look_up(address.user_id) is None:
                await self.accept(gone)
        except (PlatformError, QueueFull) as error:
            log.warning("nobody could look", platform=address.platform, error=type(error).__name__)

    def _knows(self, address: Address) -> bool:
        with self.open_transaction("newcomer", self.clock.now()) as uow:
            member = uow.members.at(address)
            return member is not None and member.active

    def _take_in(self, incoming: Incoming, colleague: Colleague) -> None:
        now = self.clock.now()
        with self.open_transaction(f"newcomer:{incoming.id}", now) as uow:
            take_in(colleague, uow=uow, texts=self.texts, now=now)
