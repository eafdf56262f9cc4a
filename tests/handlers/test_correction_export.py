"""Corrected notes come back as pairs and as labelled examples; what was right at once does not."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.understanding import Lexicon, LexiconEntry
from nlu.examples import example_of
from storage.correction_export import corrections
from tests.handlers.office import DELI, NOTE, Office

NAMES = Lexicon(customers=(LexiconEntry(key="1", names=(DELI, "德力")),))


def tell(office: Office, note: str, *corrections_: str) -> None:
    shown = office.say("liming", note)
    for sentence in corrections_:
        office.wait(minutes=1)
        shown = office.say("liming", sentence)
    office.tap("liming", shown, "确认")
    office.wait(hours=1)


def test_only_notes_that_were_put_right_are_examples(office: Office) -> None:
    tell(office, "刚拜访完宁波德力，王工让我发报价")
    tell(office, NOTE, "不对，是这周五，还有决策人是采购部王主任")
    (found,) = corrections(office.database)
    example = example_of(found.read, found.saved, lexicon=NAMES)
    assert example["text"] == NOTE
    assert example["draft"]["decision_makers"] == ["财务"]
    assert example["gold"]["decision_makers"] == ["王主任"]
    assert [row["due"] for row in example["gold"]["actions"]] == ["2026-11-20"]
    assert example["lexicon"]["customers"] == [[DELI, "德力"]]
    assert list(corrections(office.database, since=office.now)) == []


def test_what_was_only_added_is_no_value_of_the_note(office: Office) -> None:
    tell(office, "刚拜访完宁波德力，让我周五前发报价", "补充一下，竞品是西门子")
    (found,) = corrections(office.database)
    example = example_of(found.read, found.saved, lexicon=NAMES)
    assert example["gold"]["competitors"] == []


def test_private_notes_and_drafts_stay_here(office: Office) -> None:
    office.say("liming", NOTE)
    office.say("liming", "不对，截止是这周五")
    assert list(corrections(office.database)) == []
    (record,) = office.records()
    with office.database.unit_of_work("m", office.now) as uow:
        uow.visits.save(replace(record, private=True))
    assert list(corrections(office.database)) == []
