"""What has to stand in the environment before the libraries of this package are imported."""

from __future__ import annotations

from collections.abc import MutableMapping


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Set it where the user has not; whoever starts the program calls this first, with `os.environ`."""
    # Idle OpenMP threads otherwise spin: on busy cores one note took 31.2 s instead of 6.6 s.
    environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # We ask for single characters' readings only; the phrases would take 44 MiB and 0.14 s.
    environ.setdefault("PYPINYIN_NO_PHRASES", "1")
