"""What the program brings along: 28 situations, ready to copy, inside every limit of a card."""

from __future__ import annotations

import re

import pytest

from bot.domain.talk_tracks import TalkTrack, TrackKind, Variable, check_content
from bot.domain.understanding import Signal
from config.playbook import load_playbook
from prompts.packs import PACKS, STANDARD, SeedPack, load_pack, pack_names
from prompts.texts import load_texts

FILES = sorted(path.stem for path in PACKS.glob("*.toml"))
TRACKS = [track for key in FILES for track in load_pack(key).tracks]
BUTTON = 10
"""Characters of a button on WeCom."""


def test_28_situations_and_a_strategy_for_each_risk() -> None:
    assert len(load_pack("b2b").tracks) == 28
    strategies = load_pack("strategies").tracks
    assert {track.kind for track in strategies} == {TrackKind.STRATEGY}
    assert {signal for track in strategies for signal in track.signals} == set(Signal) - {Signal.INTENT}
    assert [pack.name for pack in load_pack("sets").packs] == ["快速破冰", "价格谈判", "竞品应对"]


def test_every_objection_has_something_to_say() -> None:
    """An intent is none: whoever wants to buy needs no words."""
    called = {signal for track in load_pack("b2b").tracks for signal in track.signals}
    assert called == set(Signal) - {Signal.INTENT}


def test_the_pharmacies_question_has_three_answers() -> None:
    assert pack_names() == {"药店": "pharmacy"}
    [question] = load_pack("pharmacy").questions
    assert question.options == ("已测", "未测", "拒绝")


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.title)
def test_ready_to_copy(track: TalkTrack) -> None:
    texts, playbook = load_texts(), load_playbook()
    check_content(track, variables={texts.label("variable", each): each for each in Variable})
    assert len(texts.say("tracks.title", title=track.title)) <= BUTTON
    assert track.node_keys <= {node.key for node in playbook.nodes}
    assert track.stage_key in {"", *(stage.key for stage in playbook.stages)}
    # Unknown, the name becomes a greeting: that reads well at the beginning of a line only.
    assert not re.search(r"[^\n]\{联系人\}", track.text)
    assert not re.search(r"最好的|第一品牌|行业领先|绝对|保证", track.text)


def test_titles_and_other_names_mean_one_thing() -> None:
    for keys in (STANDARD, ("pharmacy",)):
        packs: list[SeedPack] = [load_pack(key) for key in keys]
        names = [name for pack in packs for track in pack.tracks for name in (track.title, *track.aliases)]
        assert len(names) == len(set(names))
