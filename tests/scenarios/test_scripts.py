"""Plays every chat script of this folder, and the demo's own story."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import Parts
from bot.story import play
from prompts.story import load_story

SCRIPTS = sorted(Path(__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_script(script: Path, parts: Parts) -> None:
    """Every step of the script comes out right."""
    paper = io.StringIO()
    right = await play(parts, load_story(script), Console(file=paper, width=120))
    assert right, paper.getvalue()


@pytest.mark.heavy
async def test_story_of_the_demo(parts: Parts, weights_dir: Path) -> None:
    """The same story as `genjin demo --script`, on real audio with real weights."""
    paper = io.StringIO()
    right = await play(parts, load_story(), Console(file=paper, width=120))
    assert right, paper.getvalue()
