"""Made-up, broken and foreign buttons: whatever they say, nothing changes and nothing of others is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import handlers
from handlers.context import Deps
from handlers.turn import build_routers
from storage.database import Database
from tests.handlers.office import NOTE, Office, copy_of, last_card, words

FOLDER = Path(next(iter(handlers.__path__)))
NAMES = sorted(
    name
    for file in FOLDER.glob("*.py")
    for name in re.findall(r'@router\.button\("([a-z_.]+)"\)', file.read_text(encoding="utf-8"))
)
ALREADY = "已处理 👌"

HARMLESS = {"day.show", "team.more", "team.seen", "team.open", "team.comment", "tracks.open"}
"""Those that show one's own list, refuse reps, or open what everybody may read."""

BROKEN = (
    "",
    "abc",
    "-1",
    "0",
    "²",
    "1.5",
    "999999999999999999999999",
    "' OR 1=1 --",
    "𝟙",
    "=",
    "/",
    "@",
    "99",
)


@pytest.fixture(scope="module")
def busy(deps: Deps, founded: Database) -> Iterator[Office]:
    """A rep with a saved record, a promise, checks and a draft; shared, for nothing here may change it."""
    with copy_of(founded) as database:
        office = Office(database=database, deps=deps)
        draft = office.say("liming", NOTE + "他们也在看西门子，后面要招标。")
        assert "已保存" in words(office.tap("liming", draft, "确认"))
        office.wait(minutes=20)
        assert "📝" in words(office.say("liming", "刚拜访完宁波德力，孙总说绝密计划，让我周五前发方案"))
        yield office


def targets(name: str) -> tuple[str, ...]:
    """Arguments of that button with every id that the rep's things have."""
    ends = {
        "visit.set": (
            "/topic=need",
            "/customer=2",
            "/next_action=visit",
            "/due=2026-11-20",
            "/decision_maker=我",
        ),
        "visit.field": ("/topic", "/customer"),
        "evidence.put": (f"={'f' * 64}",),
        "node.waive_as": ("=lost",),
        "visit.undo": ("@0", ""),
        "day.open": ("",),
        "team.open": ("",),
    }.get(name, ("",))
    starts = {"day.open": ("=node:", "=action:"), "team.open": ("=node:",)}.get(name, ("",))
    ids = (1, 2, 3, 1001, 1002)
    return tuple(f"{start}{each}{end}" for start in starts for each in ids for end in ends)


def test_there_are_as_many_button_routes_as_names() -> None:
    assert len(NAMES) >= 25
    assert len(NAMES) == len(set(NAMES))
    assert sum(len(router.routes) for router in build_routers()) > len(NAMES)


@pytest.mark.parametrize("who", ["zhouqian", "hewei", "chenliang"])
@pytest.mark.parametrize("name", NAMES)
def test_a_button_about_another_reps_things_never_acts(busy: Office, name: str, who: str) -> None:
    before = busy.rows()
    for argument in targets(name):
        answer = words(busy.press(who, f"{name}:{argument}"))
        assert "绝密" not in answer
        assert "德力" not in answer
        if name not in HARMLESS:
            assert answer == ALREADY
    assert busy.rows() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_button_with_a_broken_id_never_acts(busy: Office, name: str) -> None:
    before = busy.rows()
    start = {"day.open": "=node:", "team.open": "=node:"}.get(name, "")
    end = {
        "visit.set": "/topic=need",
        "visit.field": "/topic",
        "evidence.put": "=f",
        "node.waive_as": "=lost",
    }
    for argument in BROKEN:
        answer = words(busy.press("liming", f"{name}:{start}{argument}{end.get(name, '')}"))
        if name not in HARMLESS:
            assert answer == ALREADY
    assert busy.rows() == before


@pytest.mark.parametrize(
    "end",
    [
        "/topic=",
        "/quote=别的话",
        "/competitor=别家",
        "/next_action=dance",
        "/next_action=",
        "/due=soon",
        "/due=2026-13-45",
        "/customer=777",
        "/customer=abc",
        "/=",
        "",
    ],
)
def test_a_value_that_no_button_offers_is_not_taken(busy: Office, end: str) -> None:
    before = busy.rows()
    for record in busy.records():
        assert words(busy.press("liming", f"visit.set:{record.id}{end}")) == ALREADY
    assert busy.rows() == before


@pytest.mark.parametrize(
    "action", ["", ":", "visit", "visit.fly:1", "quote.edit:1001", "visit.confirm;1001", "x" * 5000]
)
def test_an_unknown_button_is_answered_kindly(busy: Office, action: str) -> None:
    before = busy.rows()
    assert words(busy.press("liming", action)) == ALREADY
    assert busy.rows() == before


def test_a_second_press_has_no_new_effect(office: Office) -> None:
    draft = office.say("liming", NOTE)
    assert "已保存" in words(office.tap("liming", draft, "确认"))
    before = office.rows()
    assert words(office.tap("liming", draft, "确认")) == ALREADY
    assert office.rows() == before


def test_a_press_after_an_undo_is_stale(office: Office) -> None:
    draft = office.say("liming", NOTE)
    office.wait(minutes=1)
    saved = office.tap("liming", draft, "确认")
    office.wait(minutes=1)
    office.tap("liming", saved, "撤销")
    before = office.rows()
    assert words(office.tap("liming", saved, "撤销")) == ALREADY
    assert office.rows() == before


def test_yesterdays_button_still_acts_where_its_record_is_as_it_was(office: Office) -> None:
    draft = office.say("liming", NOTE)
    office.now += timedelta(days=1)
    assert "已保存" in last_card(office.tap("liming", draft, "确认")).title
