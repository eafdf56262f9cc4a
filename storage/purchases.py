"""What customers have bought: lists of models out of an XLSX or CSV file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import load_workbook

from bot.domain.customers import PurchaseList
from storage.ledger import Ledger, Trail
from storage.rule_tables import purchases

MOST_MODELS = 20_000


class Purchases:
    """Lists of models by customer; the newest counts."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="purchase_list", kind=PurchaseList, table=purchases)

    def newest(self, customer_id: int) -> PurchaseList | None:
        """The list that was taken in last for the customer."""
        query = self.ledger.query(purchases.c.customer_id == customer_id)
        return self.ledger.first(query.order_by(purchases.c.id.desc()))

    def save(self, purchased: PurchaseList) -> PurchaseList:
        """Store a list."""
        return self.ledger.save(purchased)


def read_models(data: bytes, name: str, *, headings: Sequence[str]) -> tuple[str, ...]:
    """The models of a purchase list, each once; empty for a file that is no table.

    They stand below the first of `headings` that the list has, else in its first column.
    """
    try:
        rows = list(_xlsx_rows(data) if name.lower().endswith(".xlsx") else _csv_rows(data))
    except (KeyError, ValueError, OSError, csv.Error, zipfile.BadZipFile):
        # Whatever a broken workbook makes openpyxl raise: it is no table.
        return ()
    column, body = _find_column(rows, headings)
    cells = (row[column].strip() for row in body if len(row) > column)
    return tuple(dict.fromkeys(cell for cell in cells if cell))[:MOST_MODELS]


def _find_column(rows: list[list[str]], headings: Sequence[str]) -> tuple[int, list[list[str]]]:
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    for heading in headings:
        if heading in heads:
            return heads.index(heading), rows[1:]
    return 0, rows


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for row in list(book.worksheets[0].values)[:MOST_MODELS]:
            yield _as_words(row)
    finally:
        book.close()


def _as_words(row: Iterable[object]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in row]


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel in China saves CSV as GB18030.
        text = data.decode("gb18030")
    yield from csv.reader(io.StringIO(text))
