"""A table out of a spreadsheet or CSV file, as words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of words: its headings, and each row with the line of the file that it stands on."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class Sheets(Protocol):
    """Kept files as tables."""

    def holds(self, media_ref: str) -> bool:
        """Whether the file is a spreadsheet or a CSV file, by its first bytes; it may still be broken."""
        ...

    def read(self, media_ref: str) -> Sheet:
        """The file's table; raises SheetError. Takes seconds for a long one."""
        ...
