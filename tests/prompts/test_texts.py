"""The bot's sentences: each gets every value that it names, and days are said as people say them."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.people import Role
from bot.domain.understanding import ActionKind, Signal
from prompts.texts import Texts, load_texts
from tests.rules.sentences import ASKING
from tests.rules.source import product

TEXTS = load_texts()
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def keys_of(node: ast.expr) -> Iterator[str]:
    """The keys that the first argument of a call may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_of(node.body)
        yield from keys_of(node.orelse)


def calls() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where a sentence is asked for, its key, and the names of the values that it is given there."""
    for module in product():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if last in ASKING and all(keyword.arg for keyword in node.keywords):
                given = frozenset(str(keyword.arg) for keyword in node.keywords)
                for key in keys_of(node.args[0]):
                    if key in TEXTS.sentences:
                        yield module.at(node, ""), key, given


def test_every_sentence_is_given_each_value_that_it_names() -> None:
    asked = list(calls())
    assert len(asked) > 80
    lacking = [
        f"{where}{key} lacks {name}"
        for where, key, given in asked
        for name in placeholders(TEXTS.sentences[key]) - given
    ]
    assert lacking == []


def test_every_sentence_is_one_that_can_be_formatted() -> None:
    for key, sentence in TEXTS.sentences.items():
        values = dict.fromkeys(placeholders(sentence), "值")
        assert "{" not in TEXTS.say(key, **values), key
        assert sentence == sentence.strip() != "", key


def test_a_missing_value_and_an_unknown_key_are_errors() -> None:
    with pytest.raises(KeyError, match="number"):
        TEXTS.say("visit.saved")
    with pytest.raises(KeyError, match=r"visit\.nothing"):
        TEXTS.say("visit.nothing")


@pytest.mark.parametrize(
    ("family", "member"),
    [
        *(("action", kind) for kind in ActionKind),
        *(("signal", signal) for signal in Signal),
        *(("role", role) for role in Role),
        *(("weekday", str(number)) for number in range(7)),
    ],
)
def test_every_member_of_a_closed_list_has_a_word(family: str, member: str) -> None:
    assert TEXTS.label(family, member) != member


def test_what_has_no_word_is_shown_as_it_is() -> None:
    assert TEXTS.label("signal", "no_such") == "no_such"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 19, 16, 0, tzinfo=SHANGHAI), "今天 16:00"),
        (datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI), "昨天 09:30"),
        (datetime(2026, 11, 20, 0, 0, tzinfo=SHANGHAI), "明天 00:00"),
        (datetime(2026, 11, 27, 15, 0, tzinfo=SHANGHAI), "11-27 周五 15:00"),
        (datetime(2026, 11, 17, 15, 0, tzinfo=SHANGHAI), "11-17 周二 15:00"),
        (datetime(2026, 11, 19, 16, 30, tzinfo=UTC), "明天 00:30"),  # another zone's evening
    ],
)
def test_moments_near_today_are_said_by_name(moment: datetime, said: str) -> None:
    assert TEXTS.moment(moment, now=NOW) == said


def test_a_day_is_said_with_its_weekday() -> None:
    assert TEXTS.day(date(2026, 11, 22)) == "11-22 周日"


def test_nested_tables_become_dotted_keys(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('[a]\nb = "一 "\n[a.c]\nd = "{x}二"\n', encoding="utf-8")
    texts = load_texts(file)
    assert texts == Texts(sentences={"a.b": "一", "a.c.d": "{x}二"})
    assert texts.say("a.c.d", x=1) == "1二"
