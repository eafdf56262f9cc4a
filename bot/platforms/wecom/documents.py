"""Tells documents and pictures by their first bytes; a name proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentType:
    """A kind of file that can prove something."""

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
_SUFFIX = re.compile(r"\.\w{1,5}$")
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def tell_document(data: bytes) -> DocumentType | None:
    """PDF, JPEG, PNG, GIF, WebP or HEIC; None for everything else."""
    return next((kind for magic, at, kind in _MAGIC if data[at : at + len(magic)] == magic), None)


def safe_name(name: str, kind: DocumentType) -> str:
    """The given name without anything that a file system minds, ending as its content asks for."""
    stem = _UNFIT.sub("_", _SUFFIX.sub("", name)).strip("._ ")[:MAX_NAME]
    return f"{stem or 'file'}{kind.suffix}"
