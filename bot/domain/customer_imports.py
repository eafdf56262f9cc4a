"""Customers out of a file: which column is what; rows that are new, changed, likely known, or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.customers import Customer
from bot.domain.errors import Refusal
from bot.domain.sheets import Sheet
from bot.domain.track_imports import RowError

NAME_CHARACTERS = 100
MOST_ALIASES = 12
_COMMAS = re.compile(r"\s*[,，、;；|/\n]\s*")


class CustomerField(StrEnum):
    """What a column of customers may be; all others are left alone."""

    NAME = "name"
    ALIASES = "aliases"
    INDUSTRY = "industry"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWords:
    """The words of one company for what a file of customers may say."""

    fields: Mapping[str, CustomerField]
    """Every label of a column, in small letters."""
    owners: Mapping[str, int]
    """The active colleagues by name."""
    name_key: Callable[[str], str]
    """How the own part of a company's name sounds; empty where that tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A row that is likely a customer known already: by an alias, or by how its own name sounds."""

    line: int
    customer: Customer
    known: str
    """The full name of the other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPlan:
    """What a file would do; `doubtful` ones look like known customers and are taken in only if asked."""

    added: tuple[Customer, ...] = ()
    changed: tuple[tuple[Customer, Customer], ...] = ()
    """Old and new."""
    doubtful: tuple[Lookalike, ...] = ()
    same: int = 0
    errors: tuple[RowError, ...] = ()
    unused: tuple[str, ...] = ()
    """Headings of columns that nothing here has a place for."""


def is_for_customers(sheet: Sheet, *, words: CustomerWords) -> bool:
    """Whether a heading is that of the customers' names."""
    return any(words.fields.get(each.strip().lower()) is CustomerField.NAME for each in sheet.headings)


def plan_customers(sheet: Sheet, *, known: Sequence[Customer], words: CustomerWords) -> CustomerPlan:
    """Check every row against the customers that are there; raises Refusal for headings."""
    columns, unused = _read_headings(sheet, words)
    errors: list[RowError] = []
    lines: dict[str, int] = {}
    rows: list[tuple[int, Customer]] = []
    by_name = {each.name: each for each in known}
    for line, cells in sheet.rows:
        written = {field: cells[at] for at, field in columns.items() if at < len(cells) and cells[at].strip()}
        try:
            customer = _read_row(written, by_name, words)
            if customer.name in lines:
                raise Refusal("customers.file.twice", name=customer.name, first=lines[customer.name])
        except Refusal as refusal:
            errors.append(RowError(line=line, key=refusal.key, values=refusal.values))
            continue
        lines[customer.name] = line
        rows.append((line, customer))
    if errors:
        return CustomerPlan(errors=tuple(errors), unused=unused)
    return replace(_sort_out(rows, by_name, words), unused=unused)


def _read_headings(sheet: Sheet, words: CustomerWords) -> tuple[dict[int, CustomerField], tuple[str, ...]]:
    columns: dict[int, CustomerField] = {}
    unused = []
    for position, heading in enumerate(sheet.headings):
        field = words.fields.get(heading.strip().lower())
        if field and field in columns.values():
            raise Refusal("library.file.heading_twice", heading=heading[:20])
        if field:
            columns[position] = field
        elif heading.strip():
            unused.append(heading.strip()[:20])
    return columns, tuple(unused)


def _read_row(
    written: Mapping[CustomerField, str], by_name: Mapping[str, Customer], words: CustomerWords
) -> Customer:
    name = " ".join(written.get(CustomerField.NAME, "").split())
    if not name:
        raise Refusal("customers.file.no_name")
    aliases = [each for each in _COMMAS.split(written.get(CustomerField.ALIASES, "").strip()) if each]
    for each in (name, *aliases):
        if len(each) > NAME_CHARACTERS or not each.isprintable():
            raise Refusal("customers.file.bad_name", name=each[:12], limit=NAME_CHARACTERS)
    old = by_name.get(name)
    base = old or Customer(id=0, name=name)
    together = tuple(dict.fromkeys((*base.aliases, *(each for each in aliases if each != name))))
    if len(together) > MOST_ALIASES:
        raise Refusal("customers.file.many_aliases", limit=MOST_ALIASES)
    # A column that the file has not, or an empty cell, leaves what is known.
    owner = written.get(CustomerField.OWNER, "").strip()
    if owner and owner not in words.owners:
        raise Refusal("customers.file.no_owner", owner=owner[:12])
    return replace(
        base,
        aliases=together,
        industry=written.get(CustomerField.INDUSTRY, "").strip()[:NAME_CHARACTERS] or base.industry,
        owner_id=words.owners[owner] if owner else base.owner_id,
    )


def _sort_out(
    rows: Sequence[tuple[int, Customer]], by_name: Mapping[str, Customer], words: CustomerWords
) -> CustomerPlan:
    added: list[Customer] = []
    changed: list[tuple[Customer, Customer]] = []
    doubtful: list[Lookalike] = []
    same = 0
    seen: dict[str, str] = {}
    for each in by_name.values():
        _remember(seen, each, words)
    for line, customer in rows:
        old = by_name.get(customer.name)
        if old is None:
            alike = _find_alike(seen, customer, words)
            if alike:
                doubtful.append(Lookalike(line=line, customer=customer, known=alike))
            else:
                added.append(customer)
            _remember(seen, customer, words)
        elif customer == old:
            same += 1
        else:
            changed.append((old, customer))
    return CustomerPlan(added=tuple(added), changed=tuple(changed), doubtful=tuple(doubtful), same=same)


def _keys(customer: Customer, words: CustomerWords) -> list[str]:
    return [key for name in (customer.name, *customer.aliases) if (key := words.name_key(name))]


def _remember(seen: dict[str, str], customer: Customer, words: CustomerWords) -> None:
    for key in _keys(customer, words):
        seen.setdefault(key, customer.name)


def _find_alike(seen: Mapping[str, str], customer: Customer, words: CustomerWords) -> str:
    return next((seen[key] for key in _keys(customer, words) if key in seen), "")
