"""Reads the platform's XML, and nothing that XML can do beyond elements and text."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

MAX_DEPTH = 16
MAX_ELEMENTS = 2000
"""A card event or an approval has a few dozen."""


class BadMarkup(ValueError):
    """Not the kind of XML that the platform sends."""


def parse_markup(data: bytes) -> Element:
    """The `<xml>` element. Raises BadMarkup, also for any DOCTYPE, so that no entity is ever defined."""
    builder = TreeBuilder()
    reader = _Reader(builder)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(data, True)
        root = builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError):
        # An unknown encoding is a LookupError, text outside the root an AssertionError of the builder.
        raise BadMarkup("not the platform's XML") from None
    if root.tag != "xml":
        raise BadMarkup("another root than <xml>")
    return root


class _Reader:
    """Counts elements while they are built."""

    def __init__(self, builder: TreeBuilder) -> None:
        self._builder = builder
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise BadMarkup("too deep or too many elements")
        self._builder.start(tag, {})

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(tag)


def _refuse_doctype(*_: object) -> None:
    raise BadMarkup("a DOCTYPE")
