"""The few marks of Markdown that DingTalk shows alike everywhere: a heading, a quote, bold, links, lines."""

from __future__ import annotations

import re

from bot.domain.messages import Card, Row

LINE_BREAK = "  \n  "
"""A bare line feed is often swallowed."""
LINK = re.compile(r"https?://[!-~]+")

_MARKS = str.maketrans(dict(zip("<>*_`[]\\|", "＜＞＊＿｀［］＼｜", strict=True)))
"""What would be a mark is written full-width: nobody promises that a backslash protects it."""
_LINE_MARKS = re.compile(r"^(\s*)([#+=-]|\d+\.)(?=\s)", re.M)


def render_card(card: Card, *, with_title: bool = True) -> str:
    """The card's words; buttons stand elsewhere."""
    lines = [render_row(row) for row in card.rows]
    parts = [
        f"#### {render_text(card.title)}" if with_title else "",
        f"> {render_text(card.quote)}" if card.quote else "",
        LINE_BREAK.join(lines),
        render_text(card.note) if card.note else "",
    ]
    return "\n\n".join(part for part in parts if part)


def render_row(row: Row) -> str:
    """Label, value before and after, and the words that it came from."""
    was = f"{row.was} → " if row.was else ""
    said = f" ‹{row.said}›" if row.said else ""
    return f"**{render_text(row.label)}**：{render_text(was + row.value + said)}"


def render_text(text: str) -> str:
    """Words that look as they were typed, whatever marks are in them; links stay links."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        parts += [_plain(text[at : found.start()]), f"[{_plain(found.group())}]({found.group()})"]
        at = found.end()
    parts.append(_plain(text[at:]))
    return LINE_BREAK.join("".join(parts).splitlines())


def _plain(text: str) -> str:
    # A zero-width space before it takes a line's first mark its meaning, and nobody sees it.
    return _LINE_MARKS.sub("\\1\u200b\\2", text.translate(_MARKS).replace("~~", "～～"))
