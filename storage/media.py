"""Voice, pictures and files: on disk by the hash of their content, with name and type in the database."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from storage.queue_tables import media
from storage.transactions import Transactions
from storage.upserts import insert_into

REF = re.compile(r"[0-9a-f]{64}")


class MediaFiles:
    """Contents under `folder`/ab/cdef…, each once. A ref is the SHA-256 of the content in hex."""

    def __init__(self, folder: Path, database: Transactions) -> None:
        self._folder = folder
        self._database = database

    def put(self, data: bytes, name: str, media_type: str, *, now: datetime | None = None) -> str:
        """Keep the content and return its ref; the same content keeps the name that it came with first.

        When this returns, the file and its row survive a power cut.
        """
        ref = hashlib.sha256(data).hexdigest()
        path = self._path(ref)
        if not path.exists():
            _write_whole(path, data)
        row = {
            "ref": ref,
            "name": name,
            "media_type": media_type,
            "size": len(data),
            "stored_at": now or datetime.now(UTC),
        }
        with self._database.begin() as connection:
            connection.execute(insert_into(connection, media).values(row).on_conflict_do_nothing())
        return ref

    def get(self, ref: str) -> tuple[bytes, str, str]:
        """Content, media type and name; KeyError for a ref that is none or not kept."""
        path = self._path(ref)
        with self._database.read() as connection:
            query = select(media.c.media_type, media.c.name).where(media.c.ref == ref)
            row = connection.execute(query).first()
        if row is None or not path.is_file():
            raise KeyError(ref)
        return path.read_bytes(), row.media_type, row.name

    def path(self, ref: str) -> Path:
        """Where the content lies; KeyError for a ref that is none or not kept."""
        path = self._path(ref)
        if not path.is_file():
            raise KeyError(ref)
        return path

    def _path(self, ref: str) -> Path:
        if not REF.fullmatch(ref):
            raise KeyError(ref)
        return self._folder / ref[:2] / ref[2:]


def _write_whole(path: Path, data: bytes) -> None:
    """Write the file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    # The new name itself is data of the folder.
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
