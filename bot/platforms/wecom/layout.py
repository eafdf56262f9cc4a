"""What of a card stands where on a WeCom template card, inside the lengths of document 90236."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.messages import Card, Row
from bot.platforms.texts import cut

TITLE = 36
DESCRIPTION = 44
SUBTITLE = 160
QUOTE = 160
"""Ours: the document names no length for a quote."""
ROWS = 6
ROW_LABEL = 5
ROW_VALUE = 30
BUTTON = 10
OPTION = 16
LINK = re.compile(r"https?://[!-~]+")

_TITLE_ENDS = re.compile(r"[。！？，；、：]|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A card's words in their places; `whole` tells whether all of them found one."""

    title: str
    description: str
    quote: str
    rows: tuple[tuple[str, str], ...]
    subtitle: str
    whole: bool


def lay_out(card: Card, *, choices: Sequence[str] = (), wide: bool = False) -> Layout:
    """Place the words of a card.

    Short rows become the two columns; what is longer becomes lines below. `choices` are lines that must be
    read whole before anything is tapped. `wide`: the kind with one long description and no columns.
    """
    title, rest = split_title(card.title)
    note = LINK.sub("", card.note or "").strip()
    fitting = [] if wide else [row for row in card.rows if fits_columns(row)][:ROWS]
    lines = [row_line(row) for row in card.rows if row not in fitting]
    quote = card.quote or ""
    if wide:
        lines = [line for line in (rest, quote and f"「{quote}」", *choices, note, *lines) if line]
        return Layout(
            title=title,
            description=cut("\n".join(lines), SUBTITLE),
            quote="",
            rows=(),
            subtitle="",
            whole=len("\n".join(lines)) <= SUBTITLE,
        )
    description = rest or (note if len(note) <= DESCRIPTION else "")
    below = [] if note == description else [note]
    below = [line for line in (*choices, *below, *lines) if line]
    return Layout(
        title=title,
        description=cut(description, DESCRIPTION),
        quote=cut(quote, QUOTE),
        rows=tuple((row.label, row_value(row)) for row in fitting),
        subtitle=cut("\n".join(below), SUBTITLE),
        whole=len(description) <= DESCRIPTION and len(quote) <= QUOTE and len("\n".join(below)) <= SUBTITLE,
    )


def left_over(card: Card) -> str | None:
    """All that a card says, where its template holds only a part of it: to be sent as a text before it."""
    choices = choice_lines(card)
    wide = bool(card.selects) and not (card.rows or card.quote or card.buttons)
    if not card.choices() or lay_out(card, choices=choices, wide=wide).whole:
        return None
    return replace(card, buttons=(), selects=()).as_text()


def split_title(title: str) -> tuple[str, str]:
    """The title, and what of it goes on in smaller letters."""
    if len(title) <= TITLE:
        return title, ""
    ends = [found.end() for found in _TITLE_ENDS.finditer(title, 0, TITLE)]
    end = ends[-1] if ends and ends[-1] >= TITLE // 3 else len(cut(title, TITLE)) - 1
    return title[:end].rstrip(), title[end:].lstrip()


def fits_columns(row: Row) -> bool:
    """Whether the row fits the two columns of a card without losing a character."""
    return 0 < len(row.label) <= ROW_LABEL and 0 < len(_change(row)) <= ROW_VALUE


def row_value(row: Row) -> str:
    """The value, with the words that it came from where there is room for both."""
    value = _change(row)
    with_words = f"{value} ‹{row.said}›" if row.said else value
    return with_words if len(with_words) <= ROW_VALUE else value


def row_line(row: Row) -> str:
    """A row as one line of text."""
    return f"{row.label}：{_change(row)}"


def choice_lines(card: Card) -> tuple[str, ...]:
    """Labels that are too long for what they stand on, each with its digit; empty where all of them fit."""
    room = [BUTTON] * len(card.buttons) + [OPTION] * (len(card.choices()) - len(card.buttons))
    labels = [choice.label for choice in card.choices()]
    if all(len(label) <= width for label, width in zip(labels, room, strict=True)):
        return ()
    return tuple(f"{digit} {label}" for digit, label in enumerate(labels, 1))


def choice_label(label: str, digit: int, *, width: int, numbered: bool) -> str:
    """What stands on a button or option."""
    return cut(f"{digit} {label}", width) if numbered else label


def dead_label(title: str) -> str:
    """What stands on the grey button of a card that is done: the first words of its title."""
    label = ""
    for word in title.split():
        longer = f"{label} {word}".strip()
        if len(longer) > BUTTON:
            break
        label = longer
    return label or cut(title, BUTTON)


def _change(row: Row) -> str:
    return f"{row.was} → {row.value}" if row.was else row.value
