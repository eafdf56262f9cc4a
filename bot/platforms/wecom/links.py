"""One-time addresses of the upload page: signed, for one person and one item, good for a day."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=24)
PATH = "/wecom/upload"
MAX_TOKEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLink:
    """What a good address says; `id` is the same for every use of one address."""

    id: str
    member_id: int
    item_id: int
    expires_at: datetime


class UploadLinks:
    """Makes and reads addresses under `base_url` with a secret key; nothing is stored."""

    def __init__(self, key: bytes, *, base_url: str) -> None:
        self._key = key
        self._base = base_url.rstrip("/")

    def make(self, *, member_id: int, item_id: int, asked_by: str, now: datetime) -> str:
        """The address for that member's file for that item; `asked_by` is the message that asked for it."""
        expires = int((now + LIFETIME).timestamp())
        once = hashlib.sha256(f"{asked_by}\n{item_id}".encode()).hexdigest()[:16]
        body = f"{member_id}-{item_id}-{expires}-{once}"
        return f"{self._base}{PATH}/{body}-{self._sign(body)}"

    def read(self, token: str) -> UploadLink | None:
        """What the last part of an address says; None unless it was made with our key. It may be too old."""
        body, _, signature = token.rpartition("-")
        numbers = body.split("-")
        if len(token) > MAX_TOKEN or not hmac.compare_digest(
            signature.encode("utf-8", "surrogateescape"), self._sign(body).encode()
        ):
            return None
        member_id, item_id, expires, once = numbers
        return UploadLink(
            id=f"upload:{once}",
            member_id=int(member_id),
            item_id=int(item_id),
            expires_at=datetime.fromtimestamp(int(expires), UTC),
        )

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()
        # Without `-`, which parts the address.
        return base64.b32encode(digest[:20]).decode().lower()
