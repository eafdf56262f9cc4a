"""The benchmark: each promised figure beside a baseline of the same run; `--write` keeps it in the docs."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from nlu.environment import prepare_environment
from tests.bench import accepting, nudging, starting, typed, understanding, voice, wecom
from tests.bench.figures import Figure, as_markdown, as_table
from tests.bench.machine import ROOT, describe_commit, describe_machine, today

BENCHES: dict[str, Callable[[Path], Coroutine[None, None, list[Figure]]]] = {
    "text": typed.measure,
    "voice": voice.measure,
    "ack": accepting.measure,
    "start": starting.measure,
    "understanding": understanding.measure,
    "nudges": nudging.measure,
    "wecom": wecom.measure,
}
DOCUMENT = ROOT / "docs" / "performance.md"
MEASURED = re.compile(r"(<!-- measured -->\n).*(<!-- /measured -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> None:
    """Run the benches that were named, one after the other, and show each as soon as it is done."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", default=",".join(BENCHES), help=f"some of: {', '.join(BENCHES)}")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
    given = parser.parse_args(arguments)
    names = given.only.split(",")
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}")
    prepare_environment(os.environ)
    out = Console()
    header = f"{today()} · commit {describe_commit()} · {describe_machine()}"
    out.print(header, highlight=False)
    figures: dict[str, list[Figure]] = {}
    for name in names:
        with TemporaryDirectory(prefix="genjin-bench-") as folder:
            figures[name] = asyncio.run(BENCHES[name](Path(folder)))
        out.print(as_table(figures[name], title=name))
    if given.write:
        write(header, [figure for found in figures.values() for figure in found], " ".join(arguments))


def write(header: str, figures: Sequence[Figure], arguments: str) -> None:
    """Put the figures between the marks of the document."""
    command = f'`make bench ARGS="{arguments}"`' if arguments else "`make bench`"
    told = f"\n{header}, by {command}\n\n{as_markdown(figures)}\n"
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(put_between_marks(text, told), encoding="utf-8")


def put_between_marks(text: str, told: str) -> str:
    """The text with `told` in the place of what was measured before."""
    return MEASURED.sub(lambda found: f"{found[1]}{told}\n{found[2]}", text)


if __name__ == "__main__":
    main(sys.argv[1:])
