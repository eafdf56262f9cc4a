"""What a platform's check of its settings has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was tried and what came of it: `code` tells why it failed, `detail` what to look at."""

    name: str
    passed: bool
    code: int | str | None = None
    detail: str = ""
