"""What the bot waits for, and the cards on people's screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.dialogs import Dialog, OpenCard
from storage.ledger import Trail
from storage.queue_tables import dialogs, open_cards
from storage.upserts import insert_into


class Dialogs:
    """One dialog a member at a time, and the open cards by their keys."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def waiting(self, member_id: int, *, now: datetime) -> Dialog | None:
        """What the member's next text answers; None once that has expired."""
        query = select(dialogs).where(dialogs.c.member_id == member_id, dialogs.c.expires_at > now)
        row = self._connection.execute(query).first()
        return None if row is None else Dialog(**row._mapping)

    def wait(self, dialog: Dialog) -> None:
        """Replace whatever was waited for."""
        row = asdict(dialog)
        new = insert_into(self._connection, dialogs).values(row)
        self._connection.execute(new.on_conflict_do_update(index_elements=[dialogs.c.member_id], set_=row))

    def stop(self, member_id: int) -> None:
        """Wait for nothing."""
        self._connection.execute(delete(dialogs).where(dialogs.c.member_id == member_id))

    def open_cards(self, member_id: int, *, since: datetime) -> Sequence[OpenCard]:
        """Cards with buttons shown since then, newest first."""
        query = select(open_cards).where(open_cards.c.member_id == member_id, open_cards.c.opened_at >= since)
        rows = self._connection.execute(
            query.order_by(open_cards.c.opened_at.desc(), open_cards.c.key.desc())
        )
        return tuple(OpenCard(**row._mapping) for row in rows)

    def show(self, card: OpenCard) -> None:
        """Remember an open card in place of one with the same key; one without choices closes it."""
        same = (open_cards.c.member_id == card.member_id) & (open_cards.c.key == card.key)
        if not card.card.choices():
            self._connection.execute(delete(open_cards).where(same))
            return
        row = {"member_id": card.member_id, "key": card.key, "card": card.card, "opened_at": card.opened_at}
        new = insert_into(self._connection, open_cards).values(row)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[open_cards.c.member_id, open_cards.c.key],
                set_={"card": card.card, "opened_at": card.opened_at},
            )
        )
