"""Killed at random instants, the program loses nothing that it acknowledged and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.survival.storm import Plan, raise_storm

NOTES, PRESSES, KILLS = 42, 21, 3


@pytest.mark.heavy
async def test_acknowledged_messages_survive_kill_9(database_url: str, tmp_path: Path) -> None:
    plan = Plan(
        notes=NOTES, kills=KILLS, seed=20261121, database_url=database_url, folder=tmp_path, hurry=True
    )
    outcome = await raise_storm(plan)
    assert outcome.verdict.is_clean, outcome.verdict
    assert outcome.verdict.records == NOTES
    assert outcome.acknowledged == NOTES + PRESSES
    assert outcome.kills == KILLS
    assert outcome.unseen == ()
    assert outcome.refused == ()
