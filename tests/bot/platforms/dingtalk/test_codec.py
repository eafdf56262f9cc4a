"""Bodies of every kind become messages of the house; nothing that comes can break the reading."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Address, Incoming, Kind
from bot.platforms.dingtalk.codec import Decoded, decode_card_callback, decode_message
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import START
from tests.fakes.dingtalk_messages import CORP_ID, ROOM, message, press, text

XIAO = Address(platform="dingtalk", user_id="016825374419")
NOW = START + timedelta(seconds=1)


def decode(kind: str, *, is_group: bool = False, session: str = "", **fields: Any) -> Decoded:
    body = bodies.message(
        XIAO.user_id, kind, at=START, msg_id="msgQk2v==", is_group=is_group, session=session, **fields
    )
    return decode_message(body, now=NOW)


def one(kind: str, **fields: Any) -> Incoming:
    [incoming] = decode(kind, **fields).incoming
    return incoming


def test_text_bears_the_id_of_its_message_and_who_said_it_when() -> None:
    incoming = one("text", text={"content": " 帮我记一下：宏达下周二复访"})
    assert (incoming.id, incoming.sender, incoming.sent_at) == ("msgQk2v==", XIAO, START)
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "帮我记一下：宏达下周二复访")


def test_words_under_content_are_read_too() -> None:
    assert one("text", content={"content": "在吗"}).text == "在吗"


def test_voice_brings_the_platforms_words_and_its_sound() -> None:
    content = {"duration": 14000, "downloadCode": "A", "recognition": "今天去了宏达"}
    for shape in (content, json.dumps(content, ensure_ascii=False)):
        voice = one("audio", content=shape).voice
        assert voice is not None
        assert (voice.media_ref, voice.seconds, voice.transcript) == ("A", 14.0, "今天去了宏达")
        assert voice.format == "amr"


@pytest.mark.parametrize("recognition", [None, "", "  "])
def test_voice_without_words_is_left_to_our_recogniser(recognition: str | None) -> None:
    voice = one("audio", content={"downloadCode": "A", "recognition": recognition}).voice
    assert voice is not None
    assert (voice.transcript, voice.seconds) == (None, None)


def test_picture_keeps_both_of_its_codes() -> None:
    incoming = one("picture", content={"downloadCode": "D", "pictureDownloadCode": "P"})
    assert incoming.attachment is not None
    assert (incoming.kind, incoming.attachment.media_ref) == (Kind.IMAGE, "D|P")


def test_text_with_pictures_becomes_words_and_pictures() -> None:
    items = [
        {"text": "现场照片："},
        {"type": "picture", "downloadCode": "D1", "pictureDownloadCode": "P1"},
        {"text": "门头已更换"},
        {"type": "at", "atName": "王姐"},
        {"type": "picture", "downloadCode": "D2"},
    ]
    words, first, second = decode("richText", content={"richText": items}).incoming
    assert (words.kind, words.text) == (Kind.TEXT, "现场照片：门头已更换")
    assert [each.attachment.media_ref for each in (first, second) if each.attachment] == ["D1|P1", "D2"]
    assert len({words.id, first.id, second.id}) == 3
    assert words.id == "msgQk2v=="


@pytest.mark.parametrize("duration", [4000, "4", None])
def test_video_is_a_file(duration: object) -> None:
    content = {"duration": duration, "videoType": "mp4", "downloadCode": "V"}
    incoming = one("video", content=content)
    assert incoming.attachment is not None
    assert (incoming.kind, incoming.attachment.media_type) == (Kind.FILE, "video/mp4")


def test_file_keeps_its_name_without_a_path() -> None:
    incoming = one("file", content={"downloadCode": "F", "fileName": "..\\..\\报价单-宏达.pdf"})
    assert incoming.attachment is not None
    assert (incoming.attachment.name, incoming.attachment.media_ref) == ("报价单-宏达.pdf", "F")


@pytest.mark.parametrize("kind", ["unknownMsgType", "interactiveCard", "chatRecord", "sticker"])
def test_unknown_kind_is_said_not_lost(kind: str) -> None:
    incoming = one(kind, content={"unknownMsgType": "该消息类型暂不支持"})
    assert (incoming.kind, incoming.action, incoming.text) == (Kind.TEXT, f"message.{kind}", "")


def test_forwarded_card_is_read_by_its_words() -> None:
    assert one("actionCard", content={"title": "周报", "text": "三家客户"}).text == "周报\n三家客户"


def test_single_chat_brings_its_session() -> None:
    session = decode(
        "text", text={"content": "在"}, session="https://x/robot/sendBySession?session=1"
    ).session
    assert session is not None
    assert session.good_until == START + timedelta(minutes=90)
    assert session.good_until.tzinfo is UTC
    assert "sendBySession" not in repr(session)


def test_group_message_names_its_group_and_the_one_who_asked() -> None:
    decoded = decode("text", is_group=True, text={"content": " 今日"}, session="https://x/?session=1")
    [said] = decoded.incoming
    assert decoded.session is not None
    assert (said.text, said.sender, said.room) == ("今日", XIAO, ROOM)
    assert one("text", text={"content": "今日"}).room is None


@pytest.mark.parametrize(
    ("is_group", "heard"), [(True, "今天去了宏达 @张三"), (False, "@跟进 今天去了宏达 @张三")]
)
def test_name_of_the_robot_is_no_part_of_what_is_said(is_group: bool, heard: str) -> None:
    items = [{"text": "@跟进 今天去了宏达 @张三"}, {"type": "picture", "downloadCode": "D"}]
    decoded = decode("richText", is_group=is_group, content={"richText": items})
    assert decoded.incoming[0].text == heard


@pytest.mark.parametrize(
    ("corps", "own", "outside"),
    [
        ({}, "", False),
        ({"senderCorpId": "dingOther"}, "", True),
        ({"senderCorpId": "dingOther"}, CORP_ID, True),
        ({"senderCorpId": None}, CORP_ID, False),
        ({"senderCorpId": "dingOther", "chatbotCorpId": "dingOther"}, CORP_ID, True),
    ],
)
def test_staff_of_another_company_are_outsiders(corps: dict[str, Any], own: str, outside: bool) -> None:
    body = message(XIAO.user_id, "text", at=START, msg_id="1", **text("在"), **corps)
    decoded = decode_message(body, now=START, corp_id=own)
    assert decoded.is_outsider is outside
    assert bool(decoded.incoming) is not outside


@pytest.mark.parametrize(("own", "heard"), [("", 1), (CORP_ID, 1), ("dingOther", 0)])
def test_press_of_another_company_is_nobodys(own: str, heard: int) -> None:
    pressed = press(XIAO.user_id, "t", {"action": "visit.confirm:1", "key": "k"})
    assert len(decode_card_callback(pressed, now=START, corp_id=own).incoming) == heard


def quoted(kind: str, content: object) -> dict[str, Any]:
    replied = {"msgId": "msgOrig==", "msgType": kind, "createdAt": 1, "content": content}
    return {
        "originalProcessQueryKey": "Zm9v",
        "text": {"content": "这条", "isReplyMsg": True, "repliedMsg": replied},
    }


def test_quote_names_the_message_that_it_answers() -> None:
    decoded = decode("text", **quoted("text", {"text": "该跟进了"}))
    assert (decoded.quoted, decoded.quoted_id) == ("Zm9v", "msgOrig==")


@pytest.mark.parametrize("as_text", [False, True])
def test_file_reaches_us_from_a_group_by_a_quote(as_text: bool) -> None:
    content = {"downloadCode": "F", "fileName": "报价单.pdf"}
    fields = quoted("file", json.dumps(content) if as_text else content)
    words, file = decode("text", is_group=True, **fields).incoming
    assert words.text == "这条"
    assert file.attachment is not None
    assert (file.kind, file.attachment.media_ref) == (Kind.FILE, "F")


def test_voice_reaches_us_from_a_group_by_a_quote() -> None:
    fields = quoted("audio", {"downloadCode": "A", "recognition": "今天去了宏达"})
    fields["text"]["content"] = ""
    [voice] = decode("text", is_group=True, **fields).incoming
    assert voice.kind is Kind.VOICE


def test_quoted_file_of_a_single_chat_has_come_before() -> None:
    decoded = decode("text", **quoted("file", {"downloadCode": "F", "fileName": "a.pdf"}))
    assert len(decoded.incoming) == 1


@pytest.mark.parametrize("code", [20001, "20001"])
def test_used_up_quota_is_told_without_a_message(code: object) -> None:
    decoded = decode("text", errorCode=code, errorMessage="调用量超量")
    assert decoded.is_quota_used_up
    assert decoded.incoming == ()


def test_a_text_frame_without_any_text_is_told_the_same_way() -> None:
    assert decode("text").is_quota_used_up
    assert not decode("text", text={"content": ""}).is_quota_used_up


def test_outsider_sends_no_message() -> None:
    body = bodies.message("", "text", at=START, msg_id="1", text={"content": "你好"})
    for nothing in ("", None):
        decoded = decode_message({**body, "senderStaffId": nothing}, now=NOW)
        assert decoded.is_outsider
        assert decoded.incoming == ()


@pytest.mark.parametrize("created", ["1763535600000", 1763535600000])
def test_time_is_read_as_number_or_text(created: object) -> None:
    body = bodies.message(XIAO.user_id, "text", at=START, msg_id="1", text={"content": "x"})
    [incoming] = decode_message({**body, "createAt": created}, now=NOW).incoming
    assert incoming.sent_at.timestamp() == 1763535600


def test_press_on_a_card_names_its_action_its_card_and_who() -> None:
    body = bodies.press(XIAO.user_id, "track1", {"action": "visit.confirm:42", "key": "visit:42"})
    [incoming] = decode_card_callback(body, now=NOW).incoming
    assert (incoming.kind, incoming.action, incoming.card_key) == (
        Kind.BUTTON,
        "visit.confirm:42",
        "visit:42",
    )
    assert incoming.sender == XIAO
    assert decode_card_callback(body, now=NOW + timedelta(hours=1)).incoming[0].id == incoming.id


def test_presses_differ_by_person_card_and_button() -> None:
    pressed = [
        bodies.press(user, track, {"action": action, "key": "k"})
        for user in ("1", "2")
        for track in ("a", "b")
        for action in ("x:1", "x:2")
    ]
    ids = {decode_card_callback(body, now=NOW).incoming[0].id for body in pressed}
    assert len(ids) == 8


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "msgtype", "msgId", "createAt", "conversationType", "senderStaffId", "sessionWebhook", "text",
    "sessionWebhookExpiredTime", "content", "errorCode", "originalProcessQueryKey", "userId", "outTrackId",
    "senderCorpId", "chatbotCorpId", "corpId", "originalMsgId", "conversationId", "senderId", "value",
)  # fmt: skip
KINDS = st.sampled_from(["text", "richText", "picture", "audio", "video", "file", "markdown", "odd"])


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)), KINDS, ANYTHING)
def test_any_body_can_be_read(body: dict[str, Any], kind: str, content: object) -> None:
    decode_message(body, now=NOW, corp_id=CORP_ID)
    decode_card_callback(body, now=NOW, corp_id=CORP_ID)
    known = {**body, "msgtype": kind, "senderStaffId": "1", "content": content, "text": content}
    for incoming in decode_message({**known, "errorCode": 0}, now=NOW).incoming:
        assert incoming.id
        incoming.text.encode()
