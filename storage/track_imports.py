"""Files that admins sent for the library, and taking back what one of them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.domain.track_imports import ImportStatus, TrackImport
from storage.ledger import Trail
from storage.track_tables import track_imports

_COLUMNS = tuple(track_imports.c[each.name] for each in fields(TrackImport))


class TrackImports:
    """Imports by id and by what is to be done with them."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def get(self, import_id: int) -> TrackImport | None:
        """The import of that id; reserved until the transaction ends."""
        query = select(*_COLUMNS).where(track_imports.c.id == import_id).with_for_update()
        row = self._connection.execute(query).first()
        return _value(row) if row else None

    def waiting(self) -> Sequence[int]:
        """Those that the program has something to do with, oldest first."""
        to_do = track_imports.c.status.in_((ImportStatus.RECEIVED, ImportStatus.CONFIRMED))
        query = select(track_imports.c.id).where(to_do).order_by(track_imports.c.id)
        return tuple(self._connection.execute(query).scalars())

    def newest_done(self, *, since: datetime) -> TrackImport | None:
        """The newest one that took effect since then and still holds."""
        query = select(*_COLUMNS).where(
            track_imports.c.status == ImportStatus.DONE, track_imports.c.applied_at >= since
        )
        row = self._connection.execute(query.order_by(track_imports.c.id.desc()).limit(1)).first()
        return _value(row) if row else None

    def save(self, batch: TrackImport) -> TrackImport:
        """Store an import; id 0 is a new one."""
        row = {each.name: getattr(batch, each.name) for each in fields(TrackImport) if each.name != "id"}
        if batch.id:
            self._connection.execute(update(track_imports).where(track_imports.c.id == batch.id).values(row))
            return batch
        added = insert(track_imports).values(row).returning(*_COLUMNS)
        return _value(self._connection.execute(added).one())


def _value(row: Row[Any]) -> TrackImport:
    return TrackImport(**row._mapping)
