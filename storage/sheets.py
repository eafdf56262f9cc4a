"""Tables out of files that people send: XLSX or CSV told by content, within limits that no file can bend."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import SheetError
from bot.domain.sheets import Sheet
from storage.media import MediaFiles

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
"""Of a workbook with all its parts: ten thousand rows of talk-tracks unpack to about 10 MB."""
MAX_PARTS = 400
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL = 5_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LOOK = 4_096
_BROKEN_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, zlib.error)


class SheetFiles:
    """Kept files as tables, by their media references."""

    def __init__(self, media: MediaFiles) -> None:
        self._media = media

    def holds(self, media_ref: str) -> bool:
        """Whether the file is there and is a spreadsheet or a CSV file, by its first bytes."""
        try:
            return is_sheet(self._media.path(media_ref))
        except KeyError:
            return False

    def read(self, media_ref: str) -> Sheet:
        """The file's table; raises SheetError."""
        try:
            return read_sheet(self._media.path(media_ref))
        except KeyError as error:
            raise SheetError("broken") from error


def is_sheet(path: Path) -> bool:
    """Whether the file looks like a workbook, or like text with separators in its first line."""
    with path.open("rb") as file:
        start = file.read(_LOOK)
    if start.startswith((_ZIP, _OLD_OFFICE)):
        return True
    try:
        first = _decode(start, whole=False).splitlines()
    except SheetError:
        return False
    return bool(first) and any(mark in first[0] for mark in ",\t;")


def read_sheet(path: Path) -> Sheet:
    """The first sheet of a workbook, or a CSV file; raises SheetError naming what is wrong with the file."""
    if path.stat().st_size > MAX_BYTES:
        raise SheetError("too_large", megabytes=MAX_BYTES // 1024 // 1024)
    with path.open("rb") as file:
        start = file.read(_LOOK)
    if start.startswith(_OLD_OFFICE):
        raise SheetError("old_office")
    rows = _xlsx_rows(path) if start.startswith(_ZIP) else _csv_rows(path)
    return _as_sheet(rows)


def _as_sheet(rows: Iterable[tuple[str, ...]]) -> Sheet:
    headings: tuple[str, ...] = ()
    kept: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in enumerate(rows, 1):
        if not any(cells):
            continue
        if any(len(cell) > MAX_CELL for cell in cells):
            raise SheetError("long_cell", line=line, limit=MAX_CELL)
        if not headings:
            headings = cells
        else:
            kept.append((line, cells))
        if len(kept) > MAX_ROWS:
            raise SheetError("many_rows", limit=MAX_ROWS)
    if not kept:
        raise SheetError("empty")
    return Sheet(headings=headings, rows=tuple(kept))


def _xlsx_rows(path: Path) -> Iterator[tuple[str, ...]]:
    _check_zip(path)
    # Imported here: it would take a tenth of the program's start.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    # The library answers a broken workbook with whatever its parts raise; broken XML is a SyntaxError.
    careless = (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        InvalidFileException,
    )
    try:
        # Kept files have no endings, by which the library would else judge.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            if not isinstance(sheet, ReadOnlyWorksheet):
                raise SheetError("no_sheet")
            # What a file says of its own size is not believed.
            sheet.reset_dimensions()
            # The stubs know only the writable kind's.
            reader: Any = sheet
            for row in reader.iter_rows(max_row=MAX_ROWS + 3, max_col=MAX_COLUMNS, values_only=True):
                yield tuple(_word(value) for value in row)
            book.close()
    except (*careless, *_BROKEN_ZIP) as error:
        raise SheetError("broken") from error


def _check_zip(path: Path) -> None:
    """Refuse what is no workbook, unpacks to too much, or has entities to unfold."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetError("no_sheet")
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SheetError("too_large_unpacked")
            unpacked = 0
            for part in parts:
                with archive.open(part) as content:
                    start = content.read(_LOOK)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise SheetError("broken")
                    unpacked += len(start)
                    # The sizes in the directory are what the sender wrote there.
                    while chunk := content.read(1 << 20):
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED:
                            raise SheetError("too_large_unpacked")
    except (RuntimeError, ValueError, *_BROKEN_ZIP) as error:
        raise SheetError("broken") from error


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _csv_rows(path: Path) -> Iterator[tuple[str, ...]]:
    text = _decode(path.read_bytes(), whole=True)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    if delimiter not in first:
        raise SheetError("no_sheet")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield tuple(cell.strip() for cell in row[:MAX_COLUMNS])
    except csv.Error as error:
        raise SheetError("broken") from error


def _decode(data: bytes, *, whole: bool) -> str:
    """The text: by its byte order mark, else UTF-8, else GB18030, in which Excel in China saves CSV."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding, whole=whole)
    if b"\x00" in data:
        raise SheetError("no_sheet")
    try:
        return _decoded(data, "utf-8-sig", whole=whole)
    except SheetError:
        return _decoded(data, "gb18030", whole=whole)


def _decoded(data: bytes, encoding: str, *, whole: bool) -> str:
    try:
        # The first bytes of a file may end within a character.
        return codecs.getincrementaldecoder(encoding)("strict").decode(data, whole)
    except UnicodeDecodeError as error:
        raise SheetError("encoding") from error
