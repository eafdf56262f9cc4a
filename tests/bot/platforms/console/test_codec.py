"""Browser events are read strictly, and every message comes out as the page needs it."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Address, Button, Card, Incoming, Kind, Option, Outgoing, Row, Select
from bot.platforms.base import Media
from bot.platforms.console.codec import (
    MAX_TEXT,
    BadInput,
    decode_request,
    encode_shown,
    is_visible,
    make_incoming,
)
from bot.platforms.console.pages import load_sentences
from bot.platforms.console.ports import Shown
from tests.fakes.console_ports import START, make_amr, make_wav

ID = "0b6b1f5e-6f0e-4c0e-9a53-4f3d1f6f3a11"
LIMING = Address(platform="console", user_id="liming")


def send(**fields: object) -> str:
    return json.dumps({"type": "send", "id": ID, **fields})


def read(raw: str, media: Media | None = None) -> Incoming:
    return make_incoming(decode_request(raw), sender=LIMING, sent_at=START, media=media)


def show(message: Incoming | Outgoing, **fields: object) -> dict[str, object]:
    side = "incoming" if isinstance(message, Incoming) else "outgoing"
    return encode_shown(Shown(ref="r1", at=START, **{side: message}, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "not_json"),
        ("", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "unknown_event"),
        ('"send"', "unknown_event"),
        (json.dumps({"type": "history"}), "unknown_event"),
        (json.dumps({"type": "send", "kind": "text", "text": "好"}), "bad_id"),
        (json.dumps({"type": "send", "id": "1", "kind": "text", "text": "好"}), "bad_id"),
        (json.dumps({"type": "send", "id": 7, "kind": "text", "text": "好"}), "bad_id"),
        (send(), "unknown_kind"),
        (send(kind="event"), "unknown_kind"),
        (send(kind=["text"]), "unknown_kind"),
        (send(kind="text"), "empty_text"),
        (send(kind="text", text=" \n "), "empty_text"),
        (send(kind="text", text=["好"]), "empty_text"),
        (send(kind="text", text="好" * (MAX_TEXT + 1)), "long_text"),
        (send(kind="button"), "bad_field"),
        (send(kind="button", action="x" * 513), "bad_field"),
        (send(kind="button", action="a\x00b"), "bad_field"),
        (send(kind="button", action="visit.confirm:1", card_key=5), "bad_field"),
        (send(kind="voice"), "bad_field"),
        (send(kind="voice", media_ref="../secret"), "unknown_media"),
        (send(kind="voice", media_ref=".hidden"), "unknown_media"),
        (send(kind="voice", media_ref="abc", seconds=-1), "bad_field"),
        (send(kind="voice", media_ref="abc", seconds=True), "bad_field"),
        (send(kind="voice", media_ref="abc", seconds=float("nan")), "bad_field"),
        (send(kind="voice", media_ref="abc", seconds="9"), "bad_field"),
    ],
)
def test_bad_input_is_named(raw: str, code: str) -> None:
    with pytest.raises(BadInput) as problem:
        decode_request(raw)
    assert problem.value.code == code
    assert load_sentences()[code].endswith(("。", "？"))


def test_problem_tells_which_message_it_was() -> None:
    with pytest.raises(BadInput) as problem:
        decode_request(send(kind="text", text=""))
    assert problem.value.message_id == ID


@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_no_input_raises_anything_else(raw: str) -> None:
    with pytest.raises(BadInput):
        decode_request(raw)


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)
)
def test_text_goes_round(text: str) -> None:
    incoming = read(json.dumps({"type": "send", "id": str(uuid4()), "kind": "text", "text": text}))
    assert show(incoming)["text"] == text


def test_lone_surrogates_and_zero_bytes_are_dropped() -> None:
    assert read(send(kind="text", text="好\ud800的\x00")).text == "好的"


def test_voice_takes_its_format_from_its_bytes() -> None:
    media = Media(data=make_amr(1), media_type="text/html", name="note.mp3")
    incoming = read(send(kind="voice", media_ref="abc", seconds=1.5), media)
    assert incoming.voice is not None
    assert (incoming.voice.format, incoming.voice.seconds) == ("amr", 1.5)
    assert show(incoming)["voice"] == {"src": "/console/media/abc?as=wav", "seconds": 1.5}


def test_sound_that_browsers_play_is_served_as_it_is() -> None:
    incoming = read(send(kind="voice", media_ref="abc"), Media(data=make_wav(1), media_type="", name="a.wav"))
    assert show(incoming)["voice"] == {"src": "/console/media/abc", "seconds": None}


@pytest.mark.parametrize(("kind", "code"), [("voice", "not_audio"), ("image", "not_image")])
def test_wrong_media_is_refused(kind: str, code: str) -> None:
    media = Media(data=b"<svg onload=alert(1)>", media_type="image/svg+xml", name="a.svg")
    with pytest.raises(BadInput, match=code):
        read(send(kind=kind, media_ref="abc"), media)


def test_any_file_may_be_sent_as_a_file() -> None:
    media = Media(data=b"%PDF-1.7", media_type="application/pdf", name="报价单.pdf")
    incoming = read(send(kind="file", media_ref="abc"), media)
    assert show(incoming)["file"] == {
        "src": "/console/media/abc",
        "name": "报价单.pdf",
        "media_type": "application/octet-stream",
        "size": 8,
    }


def test_button_brings_its_action_and_its_card() -> None:
    incoming = read(send(kind="button", action="visit.choose:42=7", card_key="visit:42"))
    assert (incoming.kind, incoming.action, incoming.card_key) == (
        Kind.BUTTON,
        "visit.choose:42=7",
        "visit:42",
    )


def test_pressed_button_makes_no_bubble() -> None:
    pressed = read(send(kind="button", action="undo"))
    assert not is_visible(Shown(ref="r", at=START, incoming=pressed))
    assert is_visible(Shown(ref="r", at=START, incoming=read(send(kind="text", text="撤销"))))


def test_card_has_the_digits_of_its_typed_twin() -> None:
    card = Card(
        title="杭州康联",
        quote="太贵了",
        rows=(Row(label="截止", value="周五", said="是这周五", was="下周"),),
        buttons=(
            Button(label="确认", action="visit.confirm:1", primary=True),
            Button(label="撤销", action="undo:1"),
        ),
        selects=(
            Select(label="角色", action="role:1", options=(Option(label="拍板人", value="d"),)),
            Select(label="阶段", action="stage:1", options=(Option(label="报价", value="q"),), chosen="q"),
        ),
        note="还差一项",
    )
    wire = show(Outgoing(to=LIMING, card=card, key="visit:1"))
    assert wire["key"] == "visit:1"
    assert wire["card"] == {
        "title": "杭州康联",
        "quote": "太贵了",
        "rows": [{"label": "截止", "value": "周五", "said": "是这周五", "was": "下周"}],
        "buttons": [
            {"digit": 1, "label": "确认", "action": "visit.confirm:1", "primary": True},
            {"digit": 2, "label": "撤销", "action": "undo:1", "primary": False},
        ],
        "selects": [
            {
                "label": "角色",
                "options": [{"digit": 3, "label": "拍板人", "action": "role:1=d", "chosen": False}],
            },
            {
                "label": "阶段",
                "options": [{"digit": 4, "label": "报价", "action": "stage:1=q", "chosen": True}],
            },
        ],
        "note": "还差一项",
    }
    assert [choice.action for choice in card.choices()] == [
        "visit.confirm:1",
        "undo:1",
        "role:1=d",
        "stage:1=q",
    ]


@pytest.mark.parametrize(
    ("outgoing", "kind", "file"),
    [
        (Outgoing(to=LIMING, text="好"), "text", None),
        (Outgoing(to=LIMING, picture_ref="p1"), "image", {"src": "/console/media/p1", "name": ""}),
        (
            Outgoing(to=LIMING, file_ref="f1", file_name="日报.xlsx"),
            "file",
            {"src": "/console/media/f1", "name": "日报.xlsx"},
        ),
    ],
)
def test_outgoing_kinds(outgoing: Outgoing, kind: str, file: object) -> None:
    wire = show(outgoing)
    assert (wire["from"], wire["kind"], wire.get("file")) == ("bot", kind, file)


def test_shown_message_has_exactly_one_side_and_a_zone() -> None:
    text = Outgoing(to=LIMING, text="好")
    with pytest.raises(ValueError, match="either"):
        Shown(ref="r", at=START)
    with pytest.raises(ValueError, match="zone"):
        Shown(ref="r", at=START.replace(tzinfo=None), outgoing=text)
    assert show(text)["at"] == START.isoformat()
    assert START.utcoffset() == timedelta(hours=8)
