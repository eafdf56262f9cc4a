"""Everything found in one note before any meaning is made of it; all positions index the plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.understanding import Deadline, Fact, Field, Span
from nlu.clauses import Clause
from nlu.names import NameHit, NameKind
from nlu.normalize import Script
from nlu.organisations import OrganisationHit
from nlu.persons import PersonHit

if TYPE_CHECKING:
    from nlu.amounts import AmountExpression
    from nlu.dates import DateExpression


_DESCRIBES = re.compile(r"的(?!话|时候|[上下]午|晚上|早上|[一二三四五六七八九十\d]+点)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One note with its evidence, what a self-correction struck out already taken away."""

    script: Script
    now: datetime
    names: tuple[NameHit, ...]
    organisations: tuple[OrganisationHit, ...]
    people: tuple[PersonHit, ...]
    dates: tuple[DateExpression, ...]
    amounts: tuple[AmountExpression, ...]
    clauses: tuple[Clause, ...] = ()
    masked: str = ""
    """The plain text with dates and people masked, position by position."""

    @property
    def text(self) -> str:
        """The plain text."""
        return self.script.text

    def named(self, kind: NameKind) -> tuple[NameHit, ...]:
        """Known names of one list, in order."""
        return tuple(hit for hit in self.names if hit.kind is kind)

    def dates_in(self, start: int, end: int) -> tuple[DateExpression, ...]:
        """Dates wholly between two positions that say when: not those that describe a thing (6月的送货单)."""
        return tuple(
            date
            for date in self.dates
            if start <= date.span.start
            and date.span.end <= end
            and not _DESCRIBES.match(self.text, date.span.end)
        )

    def fact(
        self, field: Field, value: str, start: int, end: int, *, rule: str, confidence: float = 1.0
    ) -> Fact:
        """A fact whose span and words are those of the raw note."""
        return Fact(
            field=field,
            value=value,
            span=self.script.span(start, end),
            said=self.script.said(start, end),
            rule=rule,
            confidence=confidence,
        )

    def deadline(self, date: DateExpression, *, inferred: bool = False) -> Deadline:
        """The deadline that a date expression sets, with raw span and words."""
        plain = date.as_deadline()
        span: Span = self.script.span(date.span.start, date.span.end)
        return Deadline(
            start=plain.start,
            end=plain.end,
            said=self.script.raw[span.start : span.end],
            span=span,
            rule=plain.rule,
            at=plain.at,
            inferred=inferred,
        )
