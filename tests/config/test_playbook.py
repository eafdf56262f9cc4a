"""The playbook: the shipped one loads, and a broken one is told with its file, table and key."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from bot.domain.nodes import Clock, Evidence, Lapse
from bot.domain.understanding import ActionKind, Signal
from config.playbook import DEFAULT_PLAYBOOK, load_playbook, read_lapse, read_timedelta

SHIPPED = DEFAULT_PLAYBOOK.read_text(encoding="utf-8")


def test_the_shipped_playbook_has_the_six_nodes_in_their_order() -> None:
    playbook = load_playbook()
    assert [node.key for node in playbook.nodes] == [
        "need_clarified",
        "solution_fit",
        "competitor_response",
        "decision_chain",
        "risk_registered",
        "clause_consensus",
    ]
    assert {node.clock for node in playbook.nodes} == set(Clock)
    assert len(playbook.stages) == 6


def test_a_node_keeps_its_rules() -> None:
    playbook = load_playbook()
    risk, need = playbook.node("risk_registered"), playbook.node("need_clarified")
    assert risk is not None
    assert need is not None
    assert (need.due, need.alert, need.evidence) == (Lapse(hours=24), Lapse(hours=48), Evidence.FILE)
    assert risk.signals == {Signal.TENDER, Signal.BUDGET}
    ((signal, words),) = risk.only_words
    assert signal is Signal.BUDGET
    assert "不足" in words
    gate = playbook.node("clause_consensus")
    assert gate is not None
    assert gate.on_actions == {ActionKind.CONTRACT}
    chain = playbook.node("decision_chain")
    assert chain is not None
    assert chain.due == Lapse(workdays=3)
    assert playbook.node("nobody") is None


def test_manners_and_limits_carry_their_units() -> None:
    playbook = load_playbook()
    manners, limits = playbook.manners, playbook.limits
    assert (manners.quiet_hours.begin, manners.quiet_hours.end) == (time(20), time(8, 30))
    assert manners.supervisor_after == timedelta(days=3)
    assert limits.file_bytes == 20 * 1024 * 1024
    assert (limits.merge_window, limits.undo_window) == (timedelta(minutes=3), timedelta(days=1))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('due = "24h"', 'due = "soon"', "nodes.need_clarified.due"),
        ('due = "24h"', 'due = "1.5wd"', "nodes.need_clarified.due"),
        ('due = "24h"', "due = 24", "nodes.need_clarified.due"),
        ('due = "24h"', 'due = "-24h"', "nodes.need_clarified.due"),
        ('due = "24h"\n', "", "nodes.need_clarified.due: Field required"),
        ('clock = "after_event"', 'clock = "later"', "nodes.need_clarified.clock"),
        ('evidence = "file"', 'evidence = "hearsay"', "nodes.need_clarified.evidence"),
        ('signals = ["intent"]', 'signals = ["joy"]', "nodes.need_clarified.signals"),
        ('signals = ["intent"]', 'signal = ["intent"]', "nodes.need_clarified.signal"),
        ("budget = [", "money = [", "nodes.risk_registered.only_words.money"),
        (
            'on_stage = "demo"',
            'on_stage = "nowhere"',
            "nodes.decision_chain.on_stage names no stage: nowhere",
        ),
        ('on_actions = ["contract"]', 'on_actions = ["dance"]', "nodes.clause_consensus.on_actions"),
        ('digest_at = "08:47"', 'digest_at = "07:00"', "manners: .*digest_at lies inside the quiet hours"),
        ('digest_at = "08:47"', 'digest_at = "20:00"', "manners: .*digest_at lies inside the quiet hours"),
        ('quiet_begin = "20:00"', 'quiet_begin = "25:00"', "manners.quiet_begin"),
        ('quiet_begin = "20:00"', 'quiet_begin = "20:00+08:00"', "manners.quiet_begin: .*without a zone"),
        ('digest_at = "08:47"', "digest_at = 31620", "manners.digest_at: .*without a zone"),
        ("snoozes = 2", "snoozes = 99", "manners.snoozes"),
        ('supervisor_after = "72h"', 'supervisor_after = "3wd"', "manners.supervisor_after"),
        ("[manners]", "[manner]", "manners: Field required"),
        ("questions_per_note = 2", "questions_per_note = 3", "limits.questions_per_note"),
        ('undo_window = "24h"\n', "", "limits.undo_window: Field required"),
        ("file_mebibytes = 20", "file_mebibytes = 2000", "limits.file_mebibytes"),
        ('key = "lead"', 'key = "Lead One"', "stages.0.key"),
        ('name = "线索确认"', 'name = ""', "stages.0.name"),
        ("snoozes = 2", "snoozes =", "at line 8"),
    ],
)
def test_a_broken_playbook_is_told_with_file_table_and_key(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    assert SHIPPED.count(old) >= 1
    broken = tmp_path / "rules.toml"
    broken.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"^rules\.toml: .*{where}"):
        load_playbook(broken)


def test_a_missing_playbook_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.toml: there is no such file"):
        load_playbook(tmp_path / "rules.toml")


@pytest.mark.parametrize(
    ("text", "lapse"),
    [
        ("30m", Lapse(hours=0.5)),
        ("24h", Lapse(hours=24)),
        ("1.5h", Lapse(hours=1.5)),
        ("7d", Lapse(hours=168)),
        ("5wd", Lapse(workdays=5)),
        ("0h", Lapse()),
    ],
)
def test_a_length_of_time_is_read(text: str, lapse: Lapse) -> None:
    assert read_lapse(text) == lapse


@pytest.mark.parametrize("text", ["", "24", "h", "24 h", "24H", "1w", "1.5wd", "-1h", "1h30m", None, 24])
def test_other_lengths_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"length of time|whole numbers"):
        read_lapse(text)


def test_workdays_are_no_wall_clock() -> None:
    assert read_timedelta("10m") == timedelta(minutes=10)
    with pytest.raises(ValueError, match="workdays cannot be used here"):
        read_timedelta("5wd")
