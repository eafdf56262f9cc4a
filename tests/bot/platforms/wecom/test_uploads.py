"""The upload page takes one document from one person for one item, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address, Kind
from bot.platforms.wecom.documents import safe_name, tell_document
from bot.platforms.wecom.links import LIFETIME, UploadLinks
from bot.platforms.wecom.uploads import MAX_BYTES, Offer, UploadPages, UploadState
from tests.fakes.console_ports import Inbox

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
LINA = Address(platform="wecom", user_id="lina")
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
LINKS = UploadLinks(b"k" * 32, base_url="https://bot.example.com/")

Client = TestClient[web.Request, web.Application]


@dataclass(slots=True, kw_only=True)
class Desk:
    """One person's item; a clock that stands still."""

    inbox: Inbox
    kept: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def read_offer(self, token: str, *, now: datetime) -> Offer:
        link = LINKS.read(token)
        if link is None:
            return Offer(state=UploadState.UNKNOWN)
        if link.expires_at <= now:
            return Offer(state=UploadState.EXPIRED)
        state = UploadState.USED if link.id in self.inbox.messages else UploadState.READY
        title = "方案匹配验证 · <b>康联</b>"
        return Offer(state=state, id=link.id, title=title, item_id=link.item_id, sender=LINA)

    def keep(self, data: bytes, *, name: str, media_type: str) -> str:
        self.kept["f1"] = (data, name, media_type)
        return "f1"


@pytest.fixture
def desk() -> Desk:
    return Desk(inbox=Inbox())


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(UploadPages(desk, clock=desk, accept=desk.inbox.accept).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


def path(item_id: int = 7, asked_by: str = "m1") -> str:
    address = LINKS.make(member_id=3, item_id=item_id, asked_by=asked_by, now=NOW)
    return address.removeprefix("https://bot.example.com")


async def send(client: Client, where: str, data: bytes, name: str = "确认单.docx") -> tuple[int, str]:
    async with client.post(where, params={"name": name}, data=BytesIO(data)) as response:
        return response.status, (await response.json())["state"]


async def test_document_becomes_the_proof_of_its_item(client: Client, desk: Desk) -> None:
    assert await send(client, path(), PDF) == (200, "received")
    assert desk.kept["f1"] == (PDF, "确认单.pdf", "application/pdf")
    [proof] = desk.inbox.messages.values()
    assert (proof.kind, proof.action, proof.sender) == (Kind.BUTTON, "evidence.put:7=f1", LINA)


async def test_address_takes_one_file_only(client: Client, desk: Desk) -> None:
    await send(client, path(), PDF)
    assert await send(client, path(), PDF) == (410, "used")
    async with client.get(path()) as response:
        assert 'data-state="used"' in await response.text()
    assert await send(client, path(asked_by="m2"), PDF) == (200, "received")
    assert len(desk.inbox.messages) == 2


async def test_address_dies_after_a_day(client: Client, desk: Desk) -> None:
    desk.moment = NOW + LIFETIME - timedelta(seconds=1)
    async with client.get(path()) as response:
        assert response.status == 200
    desk.moment = NOW + LIFETIME
    assert await send(client, path(), PDF) == (410, "expired")
    assert not desk.kept


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace("3-7-", "3-8-", 1),
        lambda token: token.replace("3-7-", "4-7-", 1),
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token[:-32],
        lambda token: "x",
        lambda token: "-".join(["9"] * 90),
        lambda token: "%ff%00",
    ],
    ids=["item", "member", "signature", "unsigned", "short", "long", "bytes"],
)
async def test_changed_address_is_unknown(client: Client, desk: Desk, change: object) -> None:
    assert callable(change)
    token = path().rpartition("/")[2]
    async with client.post(f"/wecom/upload/{change(token)}", data=PDF) as response:
        assert response.status == 404
    assert not desk.kept


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"MZ\x90\x00", b"<html>%PDF-1.7", b"PK\x03\x04"],
    ids=["empty", "text", "exe", "html", "zip"],
)
async def test_only_documents_are_taken_whatever_their_name(client: Client, desk: Desk, data: bytes) -> None:
    assert await send(client, path(), data, name="合同.pdf") == (415, "no_document")
    assert await send(client, path(), PDF) == (200, "received")


async def test_twenty_mebibytes_are_the_limit(client: Client, desk: Desk) -> None:
    assert await send(client, path(), PDF.ljust(MAX_BYTES + 1, b" ")) == (413, "too_large")
    assert await send(client, path(), PDF.ljust(MAX_BYTES, b" ")) == (200, "received")


async def test_body_without_a_length_is_counted(client: Client, desk: Desk) -> None:
    async def pour() -> AsyncIterator[bytes]:
        yield PDF
        for _ in range(81):
            yield b" " * (256 * 1024)

    async with client.post(path(), data=pour()) as response:
        assert response.status == 413
    assert not desk.kept


async def test_full_queue_can_be_tried_again(client: Client, desk: Desk) -> None:
    desk.inbox.full = True
    assert await send(client, path(), PDF) == (503, "busy")
    desk.inbox.full = False
    assert await send(client, path(), PDF) == (200, "received")


async def test_page_shows_the_item_and_runs_nothing_foreign(client: Client) -> None:
    async with client.get(path()) as response:
        page = await response.text()
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["Cache-Control"] == "no-store"
    assert "方案匹配验证 · &lt;b&gt;康联&lt;/b&gt;" in page
    assert "{{" not in page
    for name in ("upload.css", "upload.js"):
        async with client.get(f"/wecom/upload/static/{name}") as response:
            assert response.status == 200
    async with client.get("/wecom/upload/static/words.json") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"GIF89a", "image/gif"),
    ],
)
def test_pictures_are_told_by_their_first_bytes(start: bytes, media_type: str) -> None:
    kind = tell_document(start + b"\x00" * 20)
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("报价 v2.PDF", "报价 v2.pdf"),
        ("../../etc/passwd", "etc_passwd.pdf"),
        ("", "file.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    kind = tell_document(PDF)
    assert kind is not None
    assert safe_name(given, kind) == kept
