"""Values that the running program remembers under a key, such as how far the demo's clock was moved."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.ledger import Trail
from storage.queue_tables import settings
from storage.upserts import insert_into


class Settings:
    """Texts by key."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def get(self, key: str) -> str | None:
        """The text under the key, or None."""
        query = select(settings.c.value).where(settings.c.key == key)
        value: str | None = self._connection.execute(query).scalar()
        return value

    def put(self, key: str, value: str | None) -> None:
        """Remember the text under the key; None forgets it."""
        if value is None:
            self._connection.execute(delete(settings).where(settings.c.key == key))
            return
        new = insert_into(self._connection, settings).values(key=key, value=value)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[settings.c.key], set_={"value": value})
        )
