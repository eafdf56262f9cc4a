"""Where in a TOML file a key stands: validators tell keys, people look for lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.\-]+)\s*=")

Path = tuple[str | int, ...]


def find_line(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, of the key at `path`, else of the nearest table or key around it; 0 if there is none.

    Entries of arrays of tables are counted from 0, as validators do.
    """
    places = _places(text)
    wanted = tuple(path)
    while wanted:
        if wanted in places:
            return places[wanted]
        wanted = wanted[:-1]
    return 0


def _places(text: str) -> dict[Path, int]:
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header:
            name = _inside(tuple(header[2].split(".")), counts)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                places.setdefault(name, number)
                name = (*name, counts[name])
            table = name
            places.setdefault(table, number)
        elif key:
            places.setdefault((*table, *key[1].split(".")), number)
    return places


def _inside(name: Path, counts: dict[Path, int]) -> Path:
    """The name with the number of the newest entry behind each array of tables that it goes through."""
    full: Path = ()
    for number, part in enumerate(name, 1):
        full = (*full, part)
        if full in counts and number < len(name):
            full = (*full, counts[full])
    return full
