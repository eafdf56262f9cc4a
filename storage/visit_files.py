"""Visit records as files: CSV, XLSX and JSON lines, harmless for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

from storage.visit_export import ExportRow

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins with one of these; a leading apostrophe makes it words."""


def jsonl_of(rows: Iterable[ExportRow]) -> str:
    """One JSON object a record, lists as lists."""
    return "".join(json.dumps(asdict(row), ensure_ascii=False, default=str) + "\n" for row in rows)


def csv_of(rows: Iterable[ExportRow]) -> str:
    """A table with headings; what was said more than once is joined by semicolons."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([headings(), *(cells(row) for row in rows)])
    return written.getvalue()


def write_xlsx(to: Path, rows: Iterable[ExportRow]) -> None:
    """One sheet, its headings frozen."""
    # Imported here: it would take a tenth of the program's start.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("visits")
    sheet.freeze_panes = "A2"
    sheet.append(headings())
    for row in rows:
        sheet.append(cells(row))
    book.save(to)


def headings() -> list[str]:
    """The columns' names."""
    return [each.name for each in fields(ExportRow)]


def cells(row: ExportRow) -> list[str]:
    """The row's cells, none of which a spreadsheet takes for a formula."""
    return [neutral(plain(getattr(row, name))) for name in headings()]


def plain(value: object) -> str:
    """A cell's words."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def neutral(cell: str) -> str:
    """The cell, made harmless."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
