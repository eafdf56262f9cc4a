"""The page's HTTP API: files up and down, people, sample notes, and the clock."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from yarl import URL

from bot.platforms.console.media import MAX_UPLOAD_BYTES
from bot.platforms.console.pages import STATIC
from tests.bot.platforms.console.simulated import Console
from tests.fakes.console_ports import PEOPLE, SAMPLES, START, make_amr, make_wav

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize("name", sorted(path.name for path in STATIC.iterdir()))
async def test_static_file_is_served(console: Console, name: str) -> None:
    async with console.client.get(f"/console/static/{name}") as response:
        assert response.status == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await response.read() == (STATIC / name).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/console/static/..%2Fchannel.py",
        "/console/static/%2e%2e/channel.py",
        "/console/static/..%5cchannel.py",
        "/console/static/nothing.js",
        "/console/media/..%2F..%2Fetc%2Fpasswd",
        "/console/media/%2e%2e",
        "/console/media/" + "f" * 64,
        "/console/media/" + "f" * 200,
        "/console/samples/..%2F01",
        "/console/samples/99",
    ],
)
async def test_nothing_else_is_served(console: Console, path: str) -> None:
    async with console.client.get(URL(path, encoded=True)) as response:
        assert response.status == 404


async def test_people_can_be_chosen(console: Console) -> None:
    async with console.client.get("/console/people") as response:
        people = await response.json()
    assert [person["name"] for person in people] == [person.name for person in PEOPLE]
    assert people[2] == {"user_id": "wangjie", "name": "王姐", "role": "supervisor", "team": "华东"}


async def test_picture_is_shown_in_the_page(console: Console) -> None:
    ref = await console.upload(PNG, "../../现场 照片.png")
    async with console.client.get(f"/console/media/{ref}") as response:
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''%E7%8E%B0")
        assert "/" not in response.headers["Content-Disposition"]
        assert await response.read() == PNG


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"<svg xmlns='a'/>", b"%PDF-1.7"])
async def test_other_files_are_only_downloaded(console: Console, data: bytes) -> None:
    ref = await console.upload(data, "a.html")
    async with console.client.get(f"/console/media/{ref}") as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_sound_is_served_in_ranges(console: Console) -> None:
    sound = make_wav(0.5)
    ref = await console.upload(sound, "a.wav")
    async with console.client.get(f"/console/media/{ref}", headers={"Range": "bytes=10-19"}) as response:
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes 10-19/{len(sound)}"
        assert await response.read() == sound[10:20]
    async with console.client.get(f"/console/media/{ref}", headers={"Range": "bytes=-4"}) as response:
        assert await response.read() == sound[-4:]
    async with console.client.get(f"/console/media/{ref}", headers={"Range": "bytes=9999999-"}) as response:
        assert response.status == 416
    async with console.client.get(f"/console/media/{ref}", headers={"Range": "lines=1"}) as response:
        assert response.status == 200


async def test_amr_can_be_heard_as_wav(console: Console) -> None:
    ref = await console.upload(make_amr(1), "note.amr")
    async with console.client.get(f"/console/media/{ref}", params={"as": "wav"}) as response:
        assert response.headers["Content-Type"] == "audio/wav"
        assert (await response.read())[:4] == b"RIFF"


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "streamed"])
async def test_too_large_a_file_is_refused_in_words(console: Console, declared: bool) -> None:
    async def stream() -> object:
        for _ in range(MAX_UPLOAD_BYTES // (1 << 20) + 1):
            yield bytes(1 << 20)

    body = BytesIO(bytes(MAX_UPLOAD_BYTES + 1)) if declared else stream()
    async with console.client.post("/console/media", params={"name": "a.wav"}, data=body) as response:
        assert response.status == 413
        assert "20 MB" in (await response.json())["text"]


async def test_largest_file_fits(console: Console) -> None:
    ref = await console.upload(bytes(MAX_UPLOAD_BYTES), "a.bin")
    async with console.client.get(f"/console/media/{ref}") as response:
        assert len(await response.read()) == MAX_UPLOAD_BYTES


async def test_empty_file_is_refused(console: Console) -> None:
    async with console.client.post("/console/media", data=b"") as response:
        assert response.status == 400


async def test_samples_are_listed_and_heard(console: Console) -> None:
    async with console.client.get("/console/samples") as response:
        [first, _] = await response.json()
    assert first == {"id": "01", "text": SAMPLES[0].text, "seconds": SAMPLES[0].seconds}
    async with console.client.get("/console/samples/01") as response:
        assert response.headers["Content-Type"] == "audio/amr"
    async with console.client.get("/console/samples/01", params={"as": "wav"}) as response:
        assert response.headers["Content-Type"] == "audio/wav"


async def test_clock_moves_and_every_window_sees_it(console: Console) -> None:
    other = await console.open_page("wangjie")
    async with console.client.post("/console/clock", json={"by_seconds": 3600}) as response:
        assert (await response.json())["moved_seconds"] == 3600
    for page in (console.page, other):
        event = await page.read_until("clock")
        assert event["now"] == (START + timedelta(hours=1)).isoformat()


async def test_clock_goes_to_the_next_reminder(console: Console) -> None:
    due = START + timedelta(hours=24)
    console.ports.clock.planned.append(due)
    async with console.client.get("/console/clock") as response:
        assert (await response.json())["next"] == due.isoformat()
    async with console.client.post("/console/clock", json={"to": "next"}) as response:
        assert await response.json() == {
            "now": due.isoformat(),
            "next": None,
            "movable": True,
            "moved_seconds": 86400,
        }
    async with console.client.post("/console/clock", json={"to": "next"}) as response:
        assert (await response.json())["moved_seconds"] == 0
    assert console.ports.clock.now() == due


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"by_seconds": -5}',
        '{"by_seconds": 0}',
        '{"by_seconds": true}',
        '{"by_seconds": "9"}',
        '{"by_seconds": 9e99}',
        '{"by_seconds": NaN}',
        '{"to": "yesterday"}',
    ],
)
async def test_clock_refuses_what_it_cannot_do(console: Console, body: str) -> None:
    async with console.client.post("/console/clock", data=body) as response:
        assert response.status == 400
        assert (await response.json())["text"]
    assert console.ports.clock.now() == START
