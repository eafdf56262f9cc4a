"""What the platform's error codes mean for us, after its table of codes [D90313]."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import CardRefused, PlatformError, RateLimited, TokenExpired

DEAD_TOKEN = frozenset({40001, 40014, 42001})
"""A dead token shows as any of these; 40001 on gettoken itself means a wrong secret."""
BUSY = frozenset({-1, 6000, 45035})
"""Busy, or changed at the same moment by somebody else: worth another try at once."""
RATE_LIMITED = frozenset({45009, 45033, 45029, 45011, 846607})
CODE_SPENT = 60140
"""The response code of a card was used before, or is older than 72 hours."""
LOST_MEDIA = frozenset({40007, 40145, 41006})
NOT_TRUSTED_IP = 60020

_CARD_FAULTS = frozenset({40008, 40033, 40058, 43012, 44004, 45002, 45008, 82004, *range(42014, 42052)})
"""About the content: as a card it will never be taken, its typed twin may be."""
_UNREACHABLE = frozenset({40003, 40031, 46004, 60011, 60021, 60111, 81012, 81013, 82001})
_FAULTS = frozenset(
    {40004, 40005, 40006, 40009, 40011, 40032, 40058, 42052, 44001, 44004, 45001, 45002, 45007}
)
_PERMANENT = _UNREACHABLE | _FAULTS | LOST_MEDIA | {CODE_SPENT, 82101, 82102, 93000, 93001, 93004, 93008}

_ADDRESS = re.compile(r"from ip: ?([0-9a-fA-F.:]{3,45})")
_HINT = re.compile(r"hint: ?\[(\w{1,64})\]")


def read_code(answer: Mapping[str, Any]) -> int:
    """The error code of an answer; 0 is success, and so is an answer without one."""
    try:
        return int(answer.get("errcode", 0))
    except (TypeError, ValueError):
        return -1


def to_error(path: str, answer: Mapping[str, Any], *, is_card: bool = False) -> PlatformError:
    """The error that an answer stands for; its message holds the code and the platform's hint, no more."""
    code = read_code(answer)
    message = f"{path} answered {code}{_explain(str(answer.get('errmsg', '')), code)}"
    if code in DEAD_TOKEN:
        return TokenExpired(message, code=code)
    if code in RATE_LIMITED:
        return RateLimited(message, code=code)
    if is_card and code in _CARD_FAULTS:
        return CardRefused(message, code=code, permanent=True)
    return PlatformError(message, code=code, permanent=code in _PERMANENT)


def _explain(text: str, code: int) -> str:
    parts = []
    if code == NOT_TRUSTED_IP and (address := _ADDRESS.search(text)):
        parts.append(f"from ip: {address[1]}")
    if hint := _HINT.search(text):
        parts.append(f"hint: {hint[1]}")
    return f" ({', '.join(parts)})" if parts else ""
