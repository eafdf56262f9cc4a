"""A note with a line separator inside (U+2028, which JSON allows bare) was cut in two halves of no JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.commands.language import read_lines


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x85"])
def test_only_a_newline_ends_a_line(tmp_path: Path, inside: str) -> None:
    notes = [{"text": f"甲{inside}乙"}, {"text": "丙"}]
    file = tmp_path / "notes.jsonl"
    with file.open("w", encoding="utf-8", newline="\r\n") as writing:
        writing.writelines(f"{json.dumps(note, ensure_ascii=False)}\n" for note in notes)
    assert list(read_lines(file)) == notes
