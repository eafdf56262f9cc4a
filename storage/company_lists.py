"""A company's own lists as plain TOML or CSV: what may stand in them, and reading them with errors by line.

A list is one TOML file, one CSV file of customers, or a folder with any of these. The TOML tables are
`people`, `customers` (each with `contacts` and `opportunities`), `competitors`, `products` and `talk_tracks`.
The CSV has the headings name, aliases, industry and owner, and separates aliases by a vertical bar.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, StringConstraints, ValidationError

from bot.domain.customers import BuyingRole
from bot.domain.errors import ConfigError
from bot.domain.opportunities import OpportunityStatus
from bot.domain.people import Role
from bot.domain.understanding import Signal
from storage.codec import from_plain

SHOWN_ERRORS = 20
CSV_HEADINGS = ("name", "aliases", "industry", "owner")
CLOSED = ConfigDict(extra="forbid")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
AccountName = Annotated[str, StringConstraints(pattern=r"^[a-z]+:\S+$")]


def _at_most_three_lines(text: str) -> str:
    if len(text.strip().splitlines()) > 3:
        raise ValueError("a talk-track has at most three lines")
    return text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One colleague; `addresses` such as console:liming, `supervisor` by name."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    name: Name
    role: Role
    team: str = ""
    supervisor: str | None = None
    addresses: tuple[AccountName, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """One person at the customer."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    name: Name
    title: str = ""
    department: str = ""
    role: BuyingRole | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityEntry:
    """One deal, `amount` in yuan; without an owner it is the customer's owner's.

    The stage began on `stage_entered_on`, or `days_in_stage` before the import, or at the import.
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    title: Name
    stage: Name
    owner: str | None = None
    amount: Decimal | None = None
    stage_entered_on: date | None = None
    days_in_stage: int = 0
    status: OpportunityStatus = OpportunityStatus.OPEN
    lost_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEntry:
    """One customer; `owner` is a colleague's name."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    name: Name
    aliases: tuple[Name, ...] = ()
    industry: str = ""
    owner: str | None = None
    contacts: tuple[ContactEntry, ...] = ()
    opportunities: tuple[OpportunityEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNameEntry:
    """One competitor or product."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    name: Name
    aliases: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTrackEntry:
    """One talk-track of at most three lines."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    scene: Name
    title: Name
    text: Annotated[str, AfterValidator(_at_most_three_lines)]
    signals: frozenset[Signal] = frozenset()
    node_keys: frozenset[str] = frozenset()
    active: bool = True


ENTRY_KINDS: dict[str, Any] = {
    "people": PersonEntry,
    "customers": CustomerEntry,
    "competitors": KnownNameEntry,
    "products": KnownNameEntry,
    "talk_tracks": TalkTrackEntry,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One entry with the place where it stands, such as `company.toml line 12`."""

    place: str
    entry: Any


@dataclass(slots=True, kw_only=True)
class CompanyLists:
    """All entries found, by table, and what is wrong with others."""

    tables: dict[str, list[Found]] = field(default_factory=lambda: {key: [] for key in ENTRY_KINDS})
    errors: list[str] = field(default_factory=list)

    def refuse(self, place: str, reason: str) -> None:
        """Remember an error; `raise_errors` tells all of them at once."""
        self.errors.append(f"{place}: {reason}")

    def raise_errors(self) -> None:
        """Raise ConfigError with the first errors, if there is any."""
        if self.errors:
            more = len(self.errors) - SHOWN_ERRORS
            tail = [f"and {more} more"] if more > 0 else []
            raise ConfigError("\n".join(self.errors[:SHOWN_ERRORS] + tail))


def read_company(source: Path) -> CompanyLists:
    """Read a file or a folder of files; raises ConfigError with file, line and reason of every error."""
    lists = CompanyLists()
    for path in _files_of(source):
        if path.suffix == ".csv":
            _read_customers_csv(path, lists)
        else:
            _read_toml(path, lists)
    lists.raise_errors()
    return lists


def _files_of(source: Path) -> list[Path]:
    if source.is_file() and source.suffix in (".toml", ".csv"):
        return [source]
    found = sorted(source.glob("*.toml")) + sorted(source.glob("*.csv")) if source.is_dir() else []
    if not found:
        raise ConfigError(f"{source}: no .toml or .csv list there")
    return found


def _read_toml(path: Path, lists: CompanyLists) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        lists.refuse(path.name, str(error))
        return
    for table, entries in content.items():
        if table not in ENTRY_KINDS or not isinstance(entries, list):
            lists.refuse(path.name, f"no such list: {table}; there are {', '.join(ENTRY_KINDS)}")
            continue
        places = _places(path.name, text, table)
        for number, plain in enumerate(entries, 1):
            place = next(places, f"{path.name} {table} entry {number}")
            _add(lists, table, place, plain)


def _places(name: str, text: str, table: str) -> Iterator[str]:
    """Where the entries of a table begin."""
    heading = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    for number, line in enumerate(text.splitlines(), 1):
        if heading.match(line):
            yield f"{name} line {number}"


def _read_customers_csv(path: Path, lists: CompanyLists) -> None:
    reader = csv.DictReader(io.StringIO(_decode(path.read_bytes())))
    unknown = [heading for heading in reader.fieldnames or () if heading not in CSV_HEADINGS]
    if unknown or "name" not in (reader.fieldnames or ()):
        lists.refuse(f"{path.name} line 1", f"the headings are {', '.join(CSV_HEADINGS)}")
        return
    for row in reader:
        place = f"{path.name} line {reader.line_num}"
        if None in row:
            lists.refuse(place, "more cells than headings")
            continue
        plain: dict[str, Any] = {key: cell.strip() for key, cell in row.items() if cell and cell.strip()}
        if plain:
            aliases = plain.pop("aliases", "").split("|")
            plain["aliases"] = [alias.strip() for alias in aliases if alias.strip()]
            _add(lists, "customers", place, plain)


def _decode(data: bytes) -> str:
    # Excel in China saves CSV as GB18030, elsewhere as UTF-8 with a byte order mark.
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _add(lists: CompanyLists, table: str, place: str, plain: Any) -> None:
    try:
        entry = from_plain(ENTRY_KINDS[table], plain)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
            lists.refuse(place, f"{where}: {problem['msg']}")
        return
    lists.tables[table].append(Found(place=place, entry=entry))
