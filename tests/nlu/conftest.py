"""Shared by the tests of speech: a recogniser that holds whisper base."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.environment import prepare_environment
from nlu.speech import Recogniser, open_recogniser


@pytest.fixture(scope="session")
def recogniser(weights_dir: Path) -> Iterator[Recogniser]:
    """faster-whisper base, loaded once for all tests."""
    prepare_environment(os.environ)
    opened = open_recogniser(engine="faster-whisper", weights_dir=weights_dir, threads=2)
    yield opened
    opened.close()
