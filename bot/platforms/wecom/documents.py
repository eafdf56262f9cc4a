"""Tells documents, pictures and tables by their content; a name proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentType:
    """A kind of file that can prove something or be taken in."""

    media_type: str
    suffix: str


_MAGIC = (
    (b"%PDF-", 0, DocumentType(media_type="application/pdf", suffix=".pdf")),
    (b"\xff\xd8\xff", 0, DocumentType(media_type="image/jpeg", suffix=".jpg")),
    (b"\x89PNG\r\n\x1a\n", 0, DocumentType(media_type="image/png", suffix=".png")),
    (b"GIF8", 0, DocumentType(media_type="image/gif", suffix=".gif")),
    (b"WEBP", 8, DocumentType(media_type="image/webp", suffix=".webp")),
    (b"ftypheic", 4, DocumentType(media_type="image/heic", suffix=".heic")),
    (b"ftypheix", 4, DocumentType(media_type="image/heic", suffix=".heic")),
    (b"ftypmif1", 4, DocumentType(media_type="image/heic", suffix=".heic")),
)
_WORKBOOK = DocumentType(
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", suffix=".xlsx"
)
_CSV = DocumentType(media_type="text/csv", suffix=".csv")
_SUFFIX = re.compile(r"\.\w{1,5}$")
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def tell_document(data: bytes) -> DocumentType | None:
    """PDF, JPEG, PNG, GIF, WebP or HEIC; None for everything else."""
    return next((kind for magic, at, kind in _MAGIC if data[at : at + len(magic)] == magic), None)


def tell_table(data: bytes) -> DocumentType | None:
    """A workbook or CSV; None for everything else. It may still be broken."""
    if data.startswith(b"PK\x03\x04"):
        # The names of a zip file's parts are never packed.
        return _WORKBOOK if b"xl/workbook.xml" in data else None
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if tell_document(data) or (b"\x00" in data and not is_utf16):
        return None
    first = data.partition(b"\n")[0]
    return _CSV if any(mark in first for mark in b",;\t") else None


def safe_name(name: str, kind: DocumentType) -> str:
    """The given name without anything that a file system minds, ending as its content asks for."""
    stem = _UNFIT.sub("_", _SUFFIX.sub("", name)).strip("._ ")[:MAX_NAME]
    return f"{stem or 'file'}{kind.suffix}"
