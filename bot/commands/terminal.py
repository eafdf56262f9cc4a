"""What commands print: results to standard output, remarks to standard error."""

from __future__ import annotations

from typing import Any

from rich.console import Console

PIPE_COLUMNS = 1000
"""Tables are cut at the width of the console, which would be 80 in a pipe."""


def screen(*, stderr: bool = False) -> Console:
    """The terminal; as wide as the text where it is no terminal, so that lines stay whole in a pipe."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, soft_wrap=True, width=PIPE_COLUMNS)


def show(*what: Any, **how: Any) -> None:
    """A result."""
    screen().print(*what, **how)


def tell(*what: Any, **how: Any) -> None:
    """A remark beside the result."""
    screen(stderr=True).print(*what, **how)
