"""Buttons as words: on some platforms a tap only makes the person send a text, which anybody may type too."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata

CODE_LENGTH = 6
CHECK_LENGTH = 2
"""So that a note that happens to end like a quick reply is still a note, 1,023 times of 1,024."""

_QUICK_REPLY = re.compile(rf"(.+?)\s*#([A-Z2-7]{{{CODE_LENGTH + CHECK_LENGTH}}})", re.S)


def make_code(card_key: str, action: str) -> str:
    """Six letters for one button of one card; whose card it is only the looking up tells."""
    return _letters(f"{card_key}\n{action}", CODE_LENGTH)


def write_quick_reply(label: str, code: str) -> str:
    """What a tap makes the person say: the button's label, and where it belongs."""
    words = unicodedata.normalize("NFKC", label).strip()
    return f"{words} #{code}{_letters(f'{words}#{code}', CHECK_LENGTH)}"


def read_quick_reply(text: str) -> str | None:
    """The code out of what `write_quick_reply` has written; None for any other text.

    That the text is well-formed proves nothing: the code is good only among the sender's own cards.
    """
    found = _QUICK_REPLY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    words, code, check = found[1], found[2][:CODE_LENGTH], found[2][CODE_LENGTH:]
    return code if check == _letters(f"{words}#{code}", CHECK_LENGTH) else None


def _letters(text: str, count: int) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest())[:count].decode()
