"""The envelope of a callback: published vectors open, everything else is one error and never another."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto.base import WeChatCipher

from bot.domain.errors import ConfigError
from bot.platforms.wecom.account import Account
from bot.platforms.wecom.codec import BadCallback, Codec, Reason, Seal, open_key
from tests.fakes import wecom_callbacks
from tests.fakes.wecom_server import AES_KEY, CALLBACK_TOKEN, CORP_ID

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "wecom_callbacks.jsonl").read_text("utf-8").splitlines()
]
NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
INNER = "<xml><MsgType>text</MsgType><Content>刚拜访完康联</Content></xml>"


def account_of(vector: dict[str, Any]) -> Account:
    return Account(
        corp_id=vector["receiveid"],
        agent_id=1,
        secret="",
        token=vector["token"],
        encoding_aes_key=vector["aeskey"],
    )


ACCOUNT = Account(corp_id=CORP_ID, agent_id=1, secret="s", token=CALLBACK_TOKEN, encoding_aes_key=AES_KEY)
CODEC = Codec(ACCOUNT)


def seal_of(sealed: wecom_callbacks.Sealed) -> Seal:
    query = sealed.query
    return Seal(signature=query["msg_signature"], timestamp=query["timestamp"], nonce=query["nonce"])


def sign(encrypted: str, *, at: datetime = NOW) -> Seal:
    """The right signature over anything, made from the document's formula."""
    timestamp = str(int(at.timestamp()))
    joined = "".join(sorted([CALLBACK_TOKEN, timestamp, "n", encrypted]))
    return Seal(signature=hashlib.sha1(joined.encode()).hexdigest(), timestamp=timestamp, nonce="n")


def encrypt(padded: bytes) -> str:
    """Any blocks under the right key."""
    return base64.b64encode(WeChatCipher(open_key(AES_KEY)).encrypt(padded)).decode()


def frame(message: bytes, *, recipient: bytes = CORP_ID.encode(), length: int | None = None) -> bytes:
    """A message as it stands before padding."""
    return (
        b"0123456789abcdef"
        + struct.pack(">I", len(message) if length is None else length)
        + message
        + recipient
    )


def pad(plain: bytes) -> bytes:
    count = 32 - len(plain) % 32
    return plain + bytes([count]) * count


def test_there_are_thirteen_vectors() -> None:
    assert len(VECTORS) == 13


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_vector_opens(vector: dict[str, Any]) -> None:
    codec, now = Codec(account_of(vector)), datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    seal = Seal(signature=vector["signature"], timestamp=vector["timestamp"], nonce=vector["nonce"])
    plain = codec.open_echo(seal, vector["encrypt"], now=now)
    assert plain.decode() == vector.get("plain", plain.decode())
    if "expect" in vector:
        body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()
        message = codec.open_message(seal, body, now=now)
        assert {tag: message.findtext(tag) for tag in vector["expect"]} == vector["expect"]


def test_space_in_the_echo_stands_for_a_plus() -> None:
    [vector] = [vector for vector in VECTORS if vector["id"] == "A-get"]
    seal = Seal(signature=vector["signature"], timestamp=vector["timestamp"], nonce=vector["nonce"])
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    assert "+" in vector["encrypt"]
    echo = vector["encrypt"].replace("+", " ")
    assert Codec(account_of(vector)).open_echo(seal, echo, now=now).decode() == vector["plain"]


def refusal(seal: Seal, body: bytes, *, codec: Codec = CODEC, now: datetime = NOW) -> Reason:
    with pytest.raises(BadCallback) as caught:
        codec.open_message(seal, body, now=now)
    assert "康联" not in str(caught.value)
    return caught.value.reason


def wrap(encrypted: str) -> bytes:
    return f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def test_wrong_signature_is_refused() -> None:
    sealed = wecom_callbacks.seal(INNER, at=NOW)
    seal = seal_of(sealed)
    flipped = ("0" if seal.signature[0] != "0" else "1") + seal.signature[1:]
    for wrong in (
        replace(seal, signature=flipped),
        replace(seal, signature=""),
        replace(seal, signature="签名"),
        replace(seal, signature="\ud800"),
        replace(seal, nonce="other"),
        replace(seal, timestamp=str(int(seal.timestamp) + 1)),
    ):
        assert refusal(wrong, sealed.body) is Reason.SIGNATURE
    assert CODEC.open_message(seal, sealed.body, now=NOW).findtext("Content") == "刚拜访完康联"


def test_other_token_key_or_company_is_refused() -> None:
    other_token = wecom_callbacks.seal(INNER, at=NOW, token="another")
    assert refusal(seal_of(other_token), other_token.body) is Reason.SIGNATURE
    other_company = wecom_callbacks.seal(INNER, at=NOW, corp_id="ww9999999999999999")
    assert refusal(seal_of(other_company), other_company.body) is Reason.RECIPIENT
    other_key = wecom_callbacks.seal(INNER, at=NOW, aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
    assert refusal(seal_of(other_key), other_key.body) in (Reason.PADDING, Reason.CIPHER)


@pytest.mark.parametrize("minutes", [-11, 11, 24 * 60])
def test_replay_older_than_ten_minutes_is_refused(minutes: int) -> None:
    sealed = wecom_callbacks.seal(INNER, at=NOW)
    assert refusal(seal_of(sealed), sealed.body, now=NOW + timedelta(minutes=minutes)) is Reason.STALE


@pytest.mark.parametrize("minutes", [-9, 0, 9])
def test_delivery_repeated_within_ten_minutes_opens(minutes: int) -> None:
    sealed = wecom_callbacks.seal(INNER, at=NOW)
    CODEC.open_message(seal_of(sealed), sealed.body, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "1" * 400, "²", "1e9", "NaN"])
def test_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    joined = "".join(sorted([CALLBACK_TOKEN, timestamp, "n", "abcd"]))
    seal = Seal(signature=hashlib.sha1(joined.encode()).hexdigest(), timestamp=timestamp, nonce="n")
    assert refusal(seal, wrap("abcd")) is Reason.STALE


@pytest.mark.parametrize("last", [0, 33, 255, 7])
def test_wrong_padding_is_refused(last: int) -> None:
    right = pad(frame(INNER.encode()))
    assert right[-1] != last
    encrypted = encrypt(right[:-1] + bytes([last]))
    assert refusal(sign(encrypted), wrap(encrypted)) is Reason.PADDING


def test_padding_with_one_wrong_byte_inside_is_refused() -> None:
    right = bytearray(pad(frame(INNER.encode() + b" " * 5)))
    count = right[-1]
    assert count > 1
    right[-count] ^= 1
    encrypted = encrypt(bytes(right))
    assert refusal(sign(encrypted), wrap(encrypted)) is Reason.PADDING


def test_length_beyond_the_message_is_refused() -> None:
    for length in (2**32 - 1, len(INNER.encode()) + 1000):
        encrypted = encrypt(pad(frame(INNER.encode(), length=length)))
        assert refusal(sign(encrypted), wrap(encrypted)) is Reason.CIPHER
    shifted = encrypt(pad(frame(INNER.encode(), length=len(INNER.encode()) + 1)))
    assert refusal(sign(shifted), wrap(shifted)) is Reason.RECIPIENT
    tiny = encrypt(pad(b"short"))
    assert refusal(sign(tiny), wrap(tiny)) is Reason.CIPHER


@pytest.mark.parametrize("encrypted", ["!!!!", "abc", "YWJj", "QUJD" * 8, "密文", "="])
def test_cipher_text_that_is_none_is_refused(encrypted: str) -> None:
    assert refusal(sign(encrypted), wrap(encrypted)) is Reason.CIPHER


def test_shortened_cipher_text_is_refused() -> None:
    sealed = encrypt(pad(frame(INNER.encode())))
    shorter = base64.b64encode(base64.b64decode(sealed)[:-16]).decode()
    assert refusal(sign(shorter), wrap(shorter)) in (Reason.CIPHER, Reason.PADDING)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Encrypt>&c;</Encrypt></xml>'
)
OUTSIDE = '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/hostname">]><xml><Encrypt>&x;</Encrypt></xml>'
ENVELOPES = {
    "empty": b"",
    "json": b'{"encrypt": "abc"}',
    "open": b"<xml><Encrypt>abc",
    "other root": b"<html><Encrypt>abc</Encrypt></html>",
    "no cipher text": b"<xml><ToUserName>ww</ToUserName></xml>",
    "empty cipher text": b"<xml><Encrypt></Encrypt></xml>",
    "bomb": BOMB.encode(),
    "outside entity": OUTSIDE.encode(),
    "undefined entity": b"<xml><Encrypt>&boom;</Encrypt></xml>",
    "deep": b"<xml><Encrypt>abc</Encrypt>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>",
    "wide": b"<xml><Encrypt>abc</Encrypt>" + b"<a/>" * 5000 + b"</xml>",
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><xml/>',
    "not utf-8": b"<xml><Encrypt>\xff\xfe</Encrypt></xml>",
    "nul": b"<xml>\x00</xml>",
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelope_that_is_none_is_refused(name: str) -> None:
    assert refusal(sign("abc"), ENVELOPES[name]) is Reason.ENVELOPE


@pytest.mark.parametrize("inner", ["no xml", BOMB, OUTSIDE, "<other/>", "<xml>" + "<a>" * 50])
def test_content_that_is_no_message_is_refused(inner: str) -> None:
    encrypted = encrypt(pad(frame(inner.encode())))
    assert refusal(sign(encrypted), wrap(encrypted)) is Reason.CONTENT


@pytest.mark.parametrize("key", ["", "short", AES_KEY[:-1], AES_KEY + "A", "密" * 43, "!" * 43])
def test_unusable_key_is_a_setting_to_mend(key: str) -> None:
    with pytest.raises(ConfigError, match="WECOM_ENCODING_AES_KEY"):
        Codec(replace(ACCOUNT, encoding_aes_key=key))


def test_secrets_stay_out_of_the_accounts_words() -> None:
    assert AES_KEY not in repr(ACCOUNT)
    assert CALLBACK_TOKEN not in repr(ACCOUNT)


ANY_TEXT = st.text(max_size=60)


@given(
    body=st.one_of(st.binary(max_size=300), ANY_TEXT.map(lambda text: wrap(text.replace("<", "")).strip())),
    signature=ANY_TEXT,
    timestamp=st.one_of(ANY_TEXT, st.integers(0, 10**11).map(str)),
    nonce=ANY_TEXT,
)
def test_anything_unsigned_is_refused_and_nothing_else_happens(
    body: bytes, signature: str, timestamp: str, nonce: str
) -> None:
    seal = Seal(signature=signature, timestamp=timestamp, nonce=nonce)
    assert refusal(seal, body) in (Reason.SIGNATURE, Reason.ENVELOPE)


@given(blocks=st.binary(max_size=200))
def test_any_signed_blocks_open_only_for_us(blocks: bytes) -> None:
    encrypted = encrypt(blocks + bytes(-len(blocks) % 32 or (0 if blocks else 32)))
    assert refusal(sign(encrypted), wrap(encrypted)) is not Reason.SIGNATURE


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200))
def test_every_text_comes_through_whole(text: str) -> None:
    inner = f"<xml>{wecom_callbacks.wrap({'Content': text})}</xml>"
    sealed = wecom_callbacks.seal(inner, at=NOW)
    assert CODEC.open_message(seal_of(sealed), sealed.body, now=NOW).findtext("Content") == text


@given(at=st.integers(0, 400), bit=st.integers(0, 7))
def test_one_changed_bit_is_refused(at: int, bit: int) -> None:
    sealed = wecom_callbacks.seal(INNER, at=NOW)
    start, end = sealed.body.index(b"<Encrypt>"), sealed.body.index(b"</Encrypt>")
    where = start + 18 + at % (end - start - 21)
    body = bytearray(sealed.body)
    body[where] ^= 1 << bit
    assert refusal(seal_of(sealed), bytes(body)) in (Reason.SIGNATURE, Reason.ENVELOPE)
