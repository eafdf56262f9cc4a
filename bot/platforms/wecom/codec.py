"""Opens the envelope of a callback: signature, age, encryption, recipient; whatever is wrong is one error."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from xml.etree.ElementTree import Element

from wechatpy.crypto.base import WeChatCipher

from bot.domain.errors import BotError, ConfigError
from bot.platforms.wecom.account import Account
from bot.platforms.wecom.markup import BadMarkup, parse_markup

FRESH = timedelta(minutes=10)
"""The document leaves replay to us; the platform itself repeats a callback within seconds [D90930]."""
_PAD = 32
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


class Reason(StrEnum):
    """Why a callback was not let in."""

    SIGNATURE = "signature"
    STALE = "stale"
    ENVELOPE = "envelope"
    CIPHER = "cipher"
    PADDING = "padding"
    RECIPIENT = "recipient"
    CONTENT = "content"
    TOO_LARGE = "too_large"


class BadCallback(BotError):
    """A callback that cannot have come from the platform for us; it carries nothing of the content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"callback refused: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The query of a callback."""

    signature: str
    timestamp: str
    nonce: str


def open_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey. Raises ConfigError.

    Its last character may carry spare bits, so the key is decoded leniently [D90968].
    """
    try:
        key = base64.b64decode(encoding_aes_key + "=", validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError("WECOM_ENCODING_AES_KEY is not the 43 letters and digits of the console") from None
    if len(key) != 32 or len(encoding_aes_key) != 43:
        raise ConfigError("WECOM_ENCODING_AES_KEY must have exactly 43 characters")
    return key


class Codec:
    """Checks and opens callbacks for one account."""

    def __init__(self, account: Account) -> None:
        self._token = account.token
        self._recipient = account.corp_id.encode()
        self._cipher = WeChatCipher(open_key(account.encoding_aes_key))

    def open_echo(self, seal: Seal, echo: str, *, now: datetime) -> bytes:
        """The plain text that answers the console's check of the URL. Raises BadCallback."""
        # A bare `+` that a proxy has turned into a space; base64 has no spaces.
        return self._open(seal, echo.replace(" ", "+"), now=now)

    def open_message(self, seal: Seal, body: bytes, *, now: datetime) -> Element:
        """The message inside a callback's body. Raises BadCallback."""
        try:
            sealed = parse_markup(body).findtext("Encrypt", "")
        except BadMarkup:
            raise BadCallback(Reason.ENVELOPE) from None
        if not sealed:
            raise BadCallback(Reason.ENVELOPE)
        plain = self._open(seal, sealed, now=now)
        try:
            return parse_markup(plain)
        except BadMarkup:
            raise BadCallback(Reason.CONTENT) from None

    def _open(self, seal: Seal, sealed: str, *, now: datetime) -> bytes:
        if not hmac.compare_digest(self._sign(seal, sealed), seal.signature.encode("utf-8", "replace")):
            raise BadCallback(Reason.SIGNATURE)
        require_fresh(seal.timestamp, now)
        return self._unframe(_unpad(self._decrypt(sealed)))

    def _sign(self, seal: Seal, sealed: str) -> bytes:
        parts = sorted([self._token, seal.timestamp, seal.nonce, sealed])
        return hashlib.sha1("".join(parts).encode("utf-8", "replace")).hexdigest().encode()

    def _decrypt(self, sealed: str) -> bytes:
        try:
            data = base64.b64decode(sealed, validate=True)
            if not data or len(data) % _PAD:
                raise BadCallback(Reason.CIPHER)
            plain: bytes = self._cipher.decrypt(data)
        except ValueError:
            raise BadCallback(Reason.CIPHER) from None
        return plain

    def _unframe(self, plain: bytes) -> bytes:
        start = _RANDOM_BYTES + _LENGTH_BYTES
        if len(plain) < start:
            raise BadCallback(Reason.CIPHER)
        [length] = struct.unpack(">I", plain[_RANDOM_BYTES:start])
        if length > len(plain) - start:
            raise BadCallback(Reason.CIPHER)
        message, recipient = plain[start : start + length], plain[start + length :]
        if not hmac.compare_digest(recipient, self._recipient):
            raise BadCallback(Reason.RECIPIENT)
        return message


def require_fresh(timestamp: str, now: datetime) -> None:
    """Raise BadCallback for a callback signed more than ten minutes before or after now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadCallback(Reason.STALE)
    if abs(now.timestamp() - int(timestamp)) > FRESH.total_seconds():
        raise BadCallback(Reason.STALE)


def _unpad(plain: bytes) -> bytes:
    """Take off 1 to 32 bytes that all carry their number; the unit is 32, not the cipher's 16 [D90968]."""
    pad = plain[-1]
    if not 1 <= pad <= _PAD or plain[-pad:] != bytes([pad]) * pad:
        raise BadCallback(Reason.PADDING)
    return plain[:-pad]
