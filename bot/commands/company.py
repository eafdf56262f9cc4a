"""Commands about the company's data: import and export of its lists, export of visit records."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.terminal import tell
from bot.domain.errors import ConfigError
from config.settings import load_settings
from storage.company_export import export_company
from storage.company_import import import_company
from storage.database import open_database
from storage.migrations import pending, upgrade
from storage.visit_export import export_rows
from storage.visit_files import csv_of, jsonl_of, write_xlsx


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
    """Take in people, customers, competitors, products and talk-tracks; all or nothing, as often as you
    like.
    """
    if not source.exists():
        raise ConfigError(f"there is no {source}")
    with closing(open_database(load_settings().database())) as database:
        if pending(database):
            upgrade(database)
        counts = import_company(database, source, SystemClock().now())
    told = ", ".join(f"{getattr(counts, each.name)} {each.name}" for each in fields(counts))
    tell(f"Imported: {told}.")


def export_lists(
    folder: Annotated[Path, typer.Argument(help="Where to write company.toml and customers.csv.")],
) -> None:
    """Write the company's lists, in the form that `import company` takes."""
    with closing(open_database(load_settings().database())) as database:
        export_company(database, folder, SystemClock().now())
    tell(f"Written to {folder}.")


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
    with closing(open_database(load_settings().database())) as database:
        rows = list(export_rows(database, since=first, until=last))
    if format is Format.XLSX and to is not None:
        write_xlsx(to, rows)
    else:
        write_text(to, jsonl_of(rows) if format is Format.JSONL else csv_of(rows))
    tell(f"{len(rows)} records.")


def write_text(to: Path | None, text: str) -> None:
    """To the file, else to standard output."""
    if to is None:
        sys.stdout.write(text)
    else:
        # With a byte order mark spreadsheets take a CSV file's Chinese for what it is.
        to.write_text(text, encoding="utf-8-sig" if to.suffix == ".csv" else "utf-8")
