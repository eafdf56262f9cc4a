"""Whatever genuine XML says, it is read without a fault; a fault would lose the message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom.inbound import decode_callback
from bot.platforms.wecom.markup import parse_markup
from tests.fakes.wecom_callbacks import wrap

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
NAMES = {
    "MsgType": st.one_of(
        st.sampled_from(["text", "voice", "image", "video", "file", "location", "link"]), WORDS
    ),
    "Event": st.one_of(st.sampled_from(["template_card_event", "template_card_menu_event", "click"]), WORDS),
    "EventKey": st.one_of(WORDS, st.sampled_from(["?|visit%3A42|0", "a|%ff|", "|", "||", "?||0", "!"])),
    "CreateTime": st.one_of(WORDS, st.integers().map(str)),
    "FileSize": st.one_of(WORDS, st.integers().map(str)),
}
TAGS = (
    "FromUserName",
    "Content",
    "MsgId",
    "AgentID",
    "MediaId",
    "Format",
    "FileName",
    "TaskId",
    "ResponseCode",
)
FIELDS = {
    **NAMES,
    **dict.fromkeys(TAGS, WORDS),
    "Location_X": WORDS,
    "Label": WORDS,
    "ChangeType": WORDS,
    "UserID": WORDS,
    "SelectedItems": st.recursive(
        WORDS,
        lambda inner: st.dictionaries(
            st.sampled_from(["SelectedItem", "QuestionKey", "OptionIds", "OptionId"]),
            st.one_of(inner, st.lists(inner, max_size=3)),
            max_size=3,
        ),
        max_leaves=6,
    ),
}
MESSAGES = st.fixed_dictionaries({}, optional=FIELDS)


@given(fields=MESSAGES)
def test_any_fields_are_read(fields: dict[str, Any]) -> None:
    decoded = decode_callback(parse_markup(f"<xml>{wrap(fields)}</xml>".encode()), now=NOW)
    if decoded.incoming:
        assert decoded.incoming.id
        assert decoded.incoming.sender.user_id


@given(fields=MESSAGES)
def test_a_presss_events_are_read(fields: dict[str, Any]) -> None:
    press = {**fields, "MsgType": "event", "Event": "template_card_event", "FromUserName": "lina"}
    decoded = decode_callback(parse_markup(f"<xml>{wrap(press)}</xml>".encode()), now=NOW)
    assert decoded.incoming
    assert decoded.incoming.action is not None
