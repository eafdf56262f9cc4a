"""Commands about the company's data: import and export of its lists, export of visit records."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from openpyxl import Workbook
from rich.console import Console

from bot.clock import SystemClock
from bot.domain.errors import ConfigError
from config.settings import Settings
from storage.company_export import export_company
from storage.company_import import import_company
from storage.database import open_database
from storage.migrations import pending, upgrade
from storage.visit_export import ExportRow, export_rows

out = Console(stderr=True)

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins with one of these; a leading apostrophe makes it words."""


class Format(StrEnum):
    """How records are written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


def add_to(cli: typer.Typer) -> None:
    """Hang the commands in."""
    export = typer.Typer(help="Write data out.", no_args_is_help=True)
    export.command("visits")(export_visits)
    export.command("company")(export_lists)
    cli.add_typer(export, name="export")
    load = typer.Typer(help="Take data in.", no_args_is_help=True)
    load.command("company")(import_lists)
    cli.add_typer(load, name="import")


def import_lists(
    source: Annotated[Path, typer.Argument(help="A TOML or CSV file, or a folder of them.")],
) -> None:
    """Take in people, customers, competitors, products and talk-tracks; all or nothing, as often as you like."""
    if not source.exists():
        raise ConfigError(f"there is no {source}")
    with closing(open_database(Settings().database())) as database:
        if pending(database):
            upgrade(database)
        counts = import_company(database, source, SystemClock().now())
    told = ", ".join(f"{getattr(counts, each.name)} {each.name}" for each in fields(counts))
    out.print(f"Imported: {told}.")


def export_lists(
    folder: Annotated[Path, typer.Argument(help="Where to write company.toml and customers.csv.")],
) -> None:
    """Write the company's lists, in the form that `import company` takes."""
    with closing(open_database(Settings().database())) as database:
        export_company(database, folder, SystemClock().now())
    out.print(f"Written to {folder}.")


def export_visits(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day, 2026-11-01.")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day.")] = None,
    format: Annotated[Format, typer.Option(help="csv, xlsx or jsonl.")] = Format.CSV,
    to: Annotated[Path | None, typer.Option(help="A file; without it, standard output.")] = None,
) -> None:
    """Write saved visit records, private ones left out."""
    if format is Format.XLSX and to is None:
        raise ConfigError("an xlsx file needs a name: --to FILE.xlsx")
    first, last = since.date(), until.date() if until else None
    with closing(open_database(Settings().database())) as database:
        rows = list(export_rows(database, since=first, until=last))
    if format is Format.JSONL:
        write_text(
            to, "".join(json.dumps(asdict(row), ensure_ascii=False, default=str) + "\n" for row in rows)
        )
    elif format is Format.CSV:
        write_csv(to, rows)
    else:
        assert to is not None
        write_xlsx(to, rows)
    out.print(f"{len(rows)} records.")


def headings() -> list[str]:
    """The columns' names."""
    return [each.name for each in fields(ExportRow)]


def cells(row: ExportRow) -> list[str]:
    """The row's cells; what was said more than once is joined, and nothing is taken for a formula."""
    return [neutral(plain(getattr(row, name))) for name in headings()]


def plain(value: object) -> str:
    """A cell's words."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def neutral(cell: str) -> str:
    """The cell, made harmless for spreadsheets."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def write_text(to: Path | None, text: str) -> None:
    """To the file, else to standard output."""
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, encoding="utf-8")


def write_csv(to: Path | None, rows: Iterable[ExportRow]) -> None:
    """With a byte order mark in a file: spreadsheets take the Chinese for something else without it."""
    lines = [headings(), *(cells(row) for row in rows)]
    if to is None:
        csv.writer(sys.stdout).writerows(lines)
        return
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(lines)


def write_xlsx(to: Path, rows: Sequence[ExportRow]) -> None:
    """One sheet, the headings in bold and frozen."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("visits")
    sheet.freeze_panes = "A2"
    sheet.append(headings())
    for row in rows:
        sheet.append(cells(row))
    book.save(to)
