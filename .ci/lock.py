"""Prints constraints.txt: the exact version of everything that the project needs, as installed here.

Run by `make lock` after an upgrade in `.venv`. Only what `pyproject.toml` leads to is listed, so that a
tool installed by hand stays out. A local version (`2.13.0+cpu`) is written without its tail: which build
of torch is taken is the index's matter, not ours.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "genjin"
EXTRAS = ("", "dev")

UNPINNED = {"triton"}
"""Bound to torch: a GPU build asks for its own exact version, a CPU build for none."""

HEADER = """\
# Exact versions of all that the project needs, on Python 3.11 to 3.13; written by `make lock`, not by hand.
# To renew: `.venv/bin/python -m pip install --upgrade --upgrade-strategy eager -e '.[dev]'`,
# then `make lint test` and `make lock`.
"""


def requirements_of(name: str, extras: tuple[str, ...]) -> list[Requirement]:
    """What a package asks for on this machine, with the given extras."""
    lines = distribution(name).requires or []
    wanted = [Requirement(line) for line in lines]
    return [r for r in wanted if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in extras)]


def pins() -> dict[str, str]:
    """The version of every package that the project leads to, by canonical name."""
    found: dict[str, str] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    ahead: list[tuple[str, tuple[str, ...]]] = [(PROJECT, EXTRAS)]
    while ahead:
        name, extras = ahead.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            version = distribution(name).version
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: run `make install` first") from None
        if name not in UNPINNED | {PROJECT}:
            found[name] = version.partition("+")[0]
        for need in requirements_of(name, extras):
            ahead.append((canonicalize_name(need.name), ("", *sorted(need.extras))))
    return found


if __name__ == "__main__":
    sys.stdout.write(HEADER)
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in sorted(pins().items()))
