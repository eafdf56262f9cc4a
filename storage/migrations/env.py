"""What alembic runs for every command: our connection, our tables, one transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

import storage.queue_tables
import storage.tables  # noqa: F401  (imported for the tables that they put into `metadata`)
from storage.schema import metadata

MIGRATION_LOCK = 7163_2026
"""Any number that no other program locks in the same PostgreSQL database."""


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a revision must not change when the program does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return {"Moment": "MOMENT", "Json": "JSON", "Choice": "sa.Text()", "Rank": "sa.Integer()"}.get(
            type(item).__name__, "sa.BigInteger()"
        )
    return False


def run(connection: Connection) -> None:
    """Migrate on this connection."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Altering a table means copying and dropping it there, which foreign keys would forbid. The setting
        # changes only outside a transaction (https://sqlite.org/pragma.html#pragma_foreign_keys).
        _set_foreign_keys(connection, "OFF")
    try:
        with connection.begin():
            if not sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=sqlite,
                render_item=render_item,
                compare_server_default=False,
            )
            context.run_migrations()
    finally:
        if sqlite:
            _set_foreign_keys(connection, "ON")


def _set_foreign_keys(connection: Connection, switch: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={switch}")
    cursor.close()


run(context.config.attributes["connection"])
