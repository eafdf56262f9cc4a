"""Puts the heavy tests last, so that a quick failure shows early; named in `addopts` of pyproject.toml."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order of collection, but with everything marked heavy behind everything else."""
    items.sort(key=lambda item: item.get_closest_marker("heavy") is not None)
