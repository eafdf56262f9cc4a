"""How much of a platform's quota was used, a number a month."""

from __future__ import annotations

from sqlalchemy import select

from storage.ledger import Trail
from storage.queue_tables import counters
from storage.transactions import Transactions
from storage.upserts import insert_into

PREFIX = "quota:"


class Quotas:
    """Counts by name, such as `dingtalk:api:2026-11`, together with what else a transaction does."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def add(self, name: str) -> int:
        """Count one more; how many there are now, a number that no other caller gets."""
        new = insert_into(self._connection, counters).values(name=PREFIX + name, value=1)
        counted = new.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
        ).returning(counters.c.value)
        return int(self._connection.execute(counted).scalar_one())


def read_used(database: Transactions, name: str) -> int:
    """How many were counted."""
    query = select(counters.c.value).where(counters.c.name == PREFIX + name)
    with database.read() as connection:
        return int(connection.execute(query).scalar() or 0)
