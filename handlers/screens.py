"""What stands on people's screens and can be answered by a digit."""

from __future__ import annotations

from datetime import datetime

from bot.domain.dialogs import OpenCard
from bot.domain.messages import Card, Outgoing
from handlers.ports import UnitOfWork


def remember_card(uow: UnitOfWork, outgoing: Outgoing, *, now: datetime) -> None:
    """A card on somebody's screen, open as long as it has something to tap."""
    if outgoing.key is None:
        return
    member = uow.members.at(outgoing.to)
    if member:
        card = outgoing.card or Card(title=outgoing.text or "")
        uow.dialogs.show(OpenCard(member_id=member.id, key=outgoing.key, card=card, opened_at=now))
