"""The environment is prepared, and the user decides."""

from __future__ import annotations

from nlu.environment import prepare_environment


def test_what_is_missing_is_set() -> None:
    """An empty environment gets every variable."""
    environ: dict[str, str] = {}
    prepare_environment(environ)
    assert environ == {"OMP_WAIT_POLICY": "PASSIVE", "PYPINYIN_NO_PHRASES": "1"}


def test_what_the_user_set_stays() -> None:
    """A variable that is there already is left alone."""
    environ = {"OMP_WAIT_POLICY": "ACTIVE"}
    prepare_environment(environ)
    assert environ["OMP_WAIT_POLICY"] == "ACTIVE"
