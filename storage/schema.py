"""What every table is made of: one metadata, and columns by their meaning."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Text,
    false,
    literal_column,
    true,
)

from storage.columns import KEY, Choice, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def literally(column: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """`column` is one of `words`, written into the SQL: with a bound word no partial index would serve."""
    literals: list[ColumnElement[str]] = [literal_column(f"'{word}'") for word in words]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


def numbered_id(start: int = 1) -> Column[int]:
    return Column("id", KEY, Identity(start=start), primary_key=True)


def refers(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, KEY, ForeignKey(f"{target}.id"), nullable=nullable)


def words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def flag(name: str, *, default: bool) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=true() if default else false())


def count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable)


def stored_as_json(name: str, kind: Any, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Json(kind), nullable=nullable)


def choice(name: str, choices: type[StrEnum], *, nullable: bool = False) -> Column[Any]:
    return Column(name, Choice(choices), nullable=nullable)


# Ids are never given twice, on SQLite by AUTOINCREMENT: the audit and cards on screens go on naming them.
NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}
