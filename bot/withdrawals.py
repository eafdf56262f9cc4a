"""Takes nudges off the screen whose item was closed elsewhere: by a note, another card or the supervisor."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.domain.errors import PlatformError
from bot.domain.messages import Card
from bot.domain.playbook import Playbook
from bot.platforms.dingtalk import DingTalkChannel
from bot.platforms.dingtalk.channel import CARD_REF
from bot.platforms.dingtalk.quotas import Bucket, Level, Quotas
from bot.platforms.dingtalk.reception import MESSAGE_REF
from handlers.items import find_item
from prompts.texts import Texts
from storage.database import Database
from storage.shown_nudges import ShownNudge, forget_shown, read_shown_nudges

log = structlog.get_logger()

RECALLABLE = timedelta(hours=23)
"""The platform takes messages back for 24 hours; an hour is left for the clocks."""
SWEEP_SECONDS = 30.0
_DONE = re.compile(r"(node|action)\.done:(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawals:
    """The loop for a platform whose messages can be taken back, but not changed."""

    channel: DingTalkChannel
    database: Database
    playbook: Playbook
    quotas: Quotas
    texts: Texts
    clock: Clock
    _one_sweep: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Look every half minute until cancelled."""
        while True:
            await self.withdraw_answered()
            await asyncio.sleep(SWEEP_SECONDS)

    async def withdraw_answered(self) -> int:
        """Take back what is answered; how many. With a quota almost used up, nothing: each costs a call."""
        async with self._one_sweep:
            shown = await asyncio.to_thread(self._find_answered)
            for each in shown:
                try:
                    await self.channel.withdraw(each.message_ref, self._closed(each))
                except PlatformError as error:
                    log.info("nudge not taken back", outbox_id=each.id, code=error.code)
                    if not error.permanent:
                        continue
                await asyncio.to_thread(forget_shown, self.database, each)
            return len(shown)

    def _closed(self, shown: ShownNudge) -> Card:
        """What stays of a card that cannot be taken away."""
        title = shown.outgoing.card.title if shown.outgoing.card else ""
        # Its first word is the sign of a reminder.
        return Card(title=self.texts.say("nudge.answered_elsewhere", title=title.partition(" ")[2] or title))

    def _find_answered(self) -> Sequence[ShownNudge]:
        now = self.clock.now()
        shown = read_shown_nudges(self.database, self.channel.name, since=now - RECALLABLE)
        shown = [each for each in shown if each.message_ref.startswith((MESSAGE_REF, CARD_REF))]
        if not shown or self.quotas.level(Bucket.API) >= Level.SCARCE:
            return ()
        with self.database.unit_of_work("withdraw", now) as uow:
            return [
                each
                for each in shown
                if (subject := subject_of(each.outgoing.card))
                and find_item(uow, self.playbook, subject) is None
            ]


def subject_of(card: Card | None) -> str:
    """The one item that a nudge asks about, as `node:12`; empty for a list, a digest, or anything else."""
    found = [match for choice in card.choices() if (match := _DONE.fullmatch(choice.action))] if card else []
    return f"{found[0][1]}:{found[0][2]}" if len(found) == 1 else ""
