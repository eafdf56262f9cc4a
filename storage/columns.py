"""Column types that mean the same on SQLite and PostgreSQL, and carry domain values in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import require_aware
from storage.codec import from_plain, to_plain

KEY: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""A row's id: SQLite numbers a primary key by itself only where it is declared INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime: kept in UTC, given back in China's time; a naive one raises ValueError.

    SQLite's own datetime drops the offset without converting, so the conversion happens here.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without a zone where the database keeps none."""
        if value is None:
            return None
        require_aware(value, "a stored moment")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC to the one zone of the product, in which days are counted."""
        if value is None:
            return None
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return moment.astimezone(SHANGHAI)


class Choice(TypeDecorator[Any]):
    """A member of a StrEnum, kept as its plain word."""

    impl = Text()
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """The word; drivers treat an enum as something else."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member of that word."""
        return None if value is None else self.choices(value)


class Rank(TypeDecorator[Any]):
    """A member of an IntEnum, kept as its plain number."""

    impl = Integer()
    cache_ok = True

    def __init__(self, ranks: type[IntEnum]) -> None:
        super().__init__()
        self.ranks = ranks

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        """The number."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """The member of that number."""
        return None if value is None else self.ranks(value)


class Json(TypeDecorator[Any]):
    """A value of any domain type, kept as JSON: JSONB on PostgreSQL."""

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The value as plain lists, dictionaries, strings and numbers."""
        return None if value is None else to_plain(self.kind, value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The value again, checked."""
        return None if value is None else from_plain(self.kind, value)


class Yuan(TypeDecorator[Decimal]):
    """An amount of money in yuan, kept as whole fen so that sums are exact on both databases."""

    impl = BigInteger()
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Fen; raises ValueError for a fraction of one."""
        if value is None:
            return None
        fen = value * 100
        if fen != fen.to_integral_value():
            raise ValueError("an amount has at most two decimals")
        return int(fen)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Yuan; whole amounts without decimals."""
        if value is None:
            return None
        return Decimal(value // 100) if value % 100 == 0 else Decimal(value).scaleb(-2)
