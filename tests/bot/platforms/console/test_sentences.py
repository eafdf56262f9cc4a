"""Every problem has its sentence, and every sentence its problem."""

from __future__ import annotations

import re
from pathlib import Path

import bot.platforms.console
from bot.platforms.console.pages import load_sentences

USE = re.compile(r'(?:sentence|BadInput|_refuse|_encode_error)\(\s*"(\w+)"|"(not_audio|not_image)"')


def test_sentences_and_problems_match() -> None:
    folder = Path(bot.platforms.console.__file__).parent
    sources = [*folder.glob("*.py"), *folder.glob("static/*.js")]
    used = {
        code for path in sources for pair in USE.findall(path.read_text("utf-8")) for code in pair if code
    }
    assert used == set(load_sentences())
