"""What each message and event of the platform becomes, and which key judges it a duplicate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.messages import Attachment, Incoming, Kind, Voice
from bot.platforms.wecom.inbound import Decoded, decode_callback, read_place
from bot.platforms.wecom.markup import parse_markup
from tests.fakes.wecom_callbacks import event, message, select

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 19, 6, 59, 30, tzinfo=UTC)


def decode(inner: str) -> Decoded:
    return decode_callback(parse_markup(inner.encode()), now=NOW)


def take(kind: str, user_id: str = "LiNa", **fields: Any) -> Incoming:
    incoming = decode(message(user_id, kind, at=SENT, msg_id="7421180399175502231", **fields)).incoming
    assert incoming is not None
    return incoming


def take_event(name: str, user_id: str = "LiNa", **fields: Any) -> Incoming:
    incoming = decode(event(user_id, name, at=SENT, **fields)).incoming
    assert incoming is not None
    return incoming


def test_text_keeps_every_character_and_who_and_when() -> None:
    incoming = take("text", Content="  第一行\n<b>&amp; ]]> 」 ")
    assert incoming.text == "  第一行\n<b>&amp; ]]> 」 "
    assert (incoming.kind, str(incoming.sender)) == (Kind.TEXT, "wecom:lina")
    assert incoming.sent_at == SENT
    assert incoming.id == "m:1000017:lina:7421180399175502231"


def test_voice_names_its_media() -> None:
    incoming = take("voice", MediaId="1aBcVoice", Format="AMR")
    assert incoming.kind is Kind.VOICE
    assert incoming.voice == Voice(media_ref="1aBcVoice", format="amr")


def test_recognised_words_spare_the_recogniser_should_they_come() -> None:
    voice = take("voice", MediaId="1aBcVoice", Format="amr", Recognition="刚拜访完").voice
    assert voice is not None
    assert voice.transcript == "刚拜访完"


def test_picture_and_film_are_files() -> None:
    image = take("image", PicUrl="http://p.example.com/1", MediaId="1aPic")
    assert image.kind is Kind.IMAGE
    assert image.attachment == Attachment(
        media_ref="1aPic", name="20261119-065930.jpg", media_type="image/jpeg"
    )
    video = take("video", MediaId="1aFilm", ThumbMediaId="1aThumb")
    assert video.kind is Kind.FILE
    assert video.attachment
    assert (video.attachment.media_ref, video.attachment.media_type) == ("1aFilm", "video/mp4")


def test_file_is_taken_should_one_come() -> None:
    file = take("file", MediaId="1aFile", FileName="报价.pdf", FileSize=1234)
    assert file.kind is Kind.FILE
    assert file.attachment == Attachment(
        media_ref="1aFile", name="报价.pdf", media_type="application/octet-stream", size=1234
    )


def test_place_keeps_its_label_and_numbers() -> None:
    place = take("location", Location_X=31.2304, Location_Y=121.4737, Scale=16, Label="上海市黄浦区人民大道")
    assert (place.kind, place.text) == (Kind.LOCATION, "上海市黄浦区人民大道 (31.230400, 121.473700)")


@pytest.mark.parametrize("pair", [("", ""), ("north", "1"), ("nan", "1"), ("1", "inf")])
def test_numbers_that_are_none_leave_the_label(pair: tuple[str, str]) -> None:
    assert read_place(*pair) == ""


def test_link_is_its_words_and_address() -> None:
    link = take("link", Title="招标公告", Description="", Url="https://example.com/1", PicUrl="")
    assert (link.kind, link.text) == (Kind.TEXT, "招标公告\nhttps://example.com/1")


@pytest.mark.parametrize("kind", ["sticker", "chatrecord", "", "模板"])
def test_unknown_kind_is_kept_without_words(kind: str) -> None:
    incoming = take(kind, Content="x")
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "")
    assert incoming.action == f"message.{kind or 'unknown'}"


@pytest.mark.parametrize(
    "name", ["subscribe", "unsubscribe", "enter_agent", "LOCATION", "inactive_alert", "x"]
)
def test_event_is_kept_by_its_name(name: str) -> None:
    incoming = take_event(name, EventKey="")
    assert (incoming.kind, incoming.action, incoming.text) == (Kind.EVENT, f"event.{name}", "")


def test_entry_of_the_menu_is_what_it_stands_for() -> None:
    incoming = take_event("click", EventKey="今日")
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "今日")


def test_press_is_the_buttons_action_with_its_card_and_the_code() -> None:
    decoded = decode(
        event(
            "lina",
            "template_card_event",
            at=SENT,
            EventKey="visit.confirm:42|visit%3A42|1",
            TaskId="t@1",
            CardType="button_interaction",
            ResponseCode="Rc1",
            SelectedItems="",
        )
    )
    assert decoded.response_code == "Rc1"
    assert decoded.incoming
    assert decoded.incoming.kind is Kind.BUTTON
    assert (decoded.incoming.action, decoded.incoming.card_key) == ("visit.confirm:42", "visit:42")


def test_answered_drop_downs_are_the_action() -> None:
    incoming = take_event(
        "template_card_event",
        EventKey="?|visit%3A42|0",
        TaskId="t@1",
        SelectedItems=select({"visit.choose:42||0": ["7"]}),
    )
    assert incoming.action == "visit.choose:42=7"


def test_menu_of_a_card_is_a_press() -> None:
    incoming = take_event("template_card_menu_event", EventKey="nudge.snooze:7|nudge%3A7|1", TaskId="t@1")
    assert (incoming.kind, incoming.action) == (Kind.BUTTON, "nudge.snooze:7")


def test_events_of_the_system_are_nobodys() -> None:
    decoded = decode(event("sys", "open_approval_change", at=SENT, ApprovalInfo={"ThirdNo": "1"}))
    assert (decoded.kind, decoded.incoming) == ("open_approval_change", None)
    assert decode("<xml><MsgType>text</MsgType></xml>").incoming is None
    assert decode("<xml/>").incoming is None
    assert decode(message("sys", "text", at=SENT, msg_id="1", Content="x")).incoming is None


def test_somebody_who_left_is_the_one_that_is_told_of() -> None:
    incoming = take_event("change_contact", user_id="sys", ChangeType="delete_user", UserID="ZhaoLei")
    assert (str(incoming.sender), incoming.action) == ("wecom:zhaolei", "event.delete_user")


@pytest.mark.parametrize("time", ["", "soon", "9" * 30, "-1"])
def test_message_without_a_time_came_now(time: str) -> None:
    inner = f"<xml><MsgType>text</MsgType><FromUserName>a</FromUserName><CreateTime>{time}</CreateTime></xml>"
    incoming = decode(inner).incoming
    assert incoming
    assert incoming.sent_at == NOW


def press(**fields: Any) -> str:
    base = {"EventKey": "a", "TaskId": "t", "ResponseCode": "Rc1"}
    return take_event("template_card_event", **{**base, **fields}).id


def test_a_repeated_press_has_the_same_key_whatever_its_code() -> None:
    assert press() == press(ResponseCode="Rc2")
    assert press() == press(SelectedItems="")


def test_different_events_of_one_second_have_different_keys() -> None:
    others = [
        press(EventKey="b"),
        press(TaskId="u"),
        press(SelectedItems=select({"q": ["1"]})),
        press(SelectedItems=select({"q": ["2"]})),
        take_event("enter_agent", EventKey="").id,
        take_event("template_card_event", user_id="wangq", EventKey="a", TaskId="t").id,
    ]
    assert len({press(), *others}) == len(others) + 1
