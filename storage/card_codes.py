"""The codes by which a platform lets us change a card that stands on somebody's screen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from bot.domain.messages import Address
from storage.queue_tables import card_codes
from storage.transactions import Transactions
from storage.upserts import insert_into


class CardCodes:
    """One code a card and person, the newest; each is handed out once and good for `lifetime`."""

    def __init__(self, database: Transactions, *, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    def remember(self, address: Address, card_key: str, code: str, *, now: datetime) -> None:
        """Keep the newest code of a card; those that nobody fetched in time are thrown away."""
        row = {
            "platform": address.platform,
            "user_id": address.user_id,
            "card_key": card_key,
            "code": code,
            "got_at": now,
        }
        with self._database.begin() as connection:
            connection.execute(delete(card_codes).where(card_codes.c.got_at <= now - self._lifetime))
            connection.execute(
                insert_into(connection, card_codes)
                .values(row)
                .on_conflict_do_update(
                    index_elements=[card_codes.c.platform, card_codes.c.user_id, card_codes.c.card_key],
                    set_={"code": code, "got_at": now},
                )
            )

    def take(self, address: Address, card_key: str, *, now: datetime) -> str | None:
        """Hand the code out and forget it; None if there is none or it is too old."""
        taken = (
            delete(card_codes)
            .where(
                card_codes.c.platform == address.platform,
                card_codes.c.user_id == address.user_id,
                card_codes.c.card_key == card_key,
            )
            .returning(card_codes.c.code, card_codes.c.got_at)
        )
        with self._database.begin() as connection:
            row = connection.execute(taken).first()
        return str(row.code) if row and row.got_at > now - self._lifetime else None
