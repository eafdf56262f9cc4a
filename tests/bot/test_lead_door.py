"""Signed letters of leads over real HTTP: genuine ones once, all others with a reason and nothing kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.app import Parts, open_movable_clock, open_parts
from bot.clock import MovableClock
from bot.domain.messages import Address
from bot.domain.people import Member, Role
from bot.lead_letters import MOST_BYTES, BadLetter, Letter, open_letter, sign
from bot.serve import serving
from bot.story import OPENING
from config.calendar import load_calendar
from config.settings import Settings
from nlu.understand import Understander
from storage.database import open_database
from storage.migrations import upgrade

SECRET = "a-secret-of-the-tests"
LEAD: dict[str, Any] = {"id": "crm-1", "company": "绍兴检测中心", "phone": "138 0000 0000"}


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander.load(load_calendar(2024, 2029))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A form on a web site that tells of leads."""

    parts: Parts
    session: ClientSession

    async def post(
        self,
        body: dict[str, Any] | bytes,
        *,
        secret: str = SECRET,
        age: timedelta = timedelta(0),
        timestamp: str | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """One letter; the answer's status and content."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = timestamp or str(int((self.parts.clock.now() - age).timestamp()))
        headers = {"X-Genjin-Timestamp": stamp, "X-Genjin-Signature": f"sha256={sign(secret, stamp, raw)}"}
        async with self.session.post("/leads", data=raw, headers=headers) as answer:
            return answer.status, await answer.json()

    def leads(self) -> list[tuple[Any, ...]]:
        """What is kept."""
        with self.parts.database.read() as connection:
            found = connection.execute(text("SELECT source_id, company, phone, member_id FROM leads"))
            return [tuple(row) for row in found]

    def later(self, **length: float) -> None:
        """Let time pass."""
        clock = self.parts.clock
        assert isinstance(clock, MovableClock)
        clock.move(timedelta(**length))


@pytest.fixture
async def sender(tmp_path: Path, understander: Understander) -> AsyncIterator[Sender]:
    """The program at work, and somebody who tells it of leads."""
    settings = Settings(_env_file=None, var_dir=tmp_path, port=0, leads_secret=SECRET)
    with closing(open_database(settings.database())) as database:
        upgrade(database)
        with database.unit_of_work("hire", OPENING) as uow:
            phone = Address(platform="console", user_id="liming")
            uow.members.save(Member(id=0, name="李明", role=Role.REP, addresses=(phone,)))
        clock = open_movable_clock(database, start=OPENING)
        parts = open_parts(settings, database, clock, understander=understander)
        async with serving(parts) as address, ClientSession(base_url=address) as session:
            yield Sender(parts=parts, session=session)


async def test_a_genuine_letter_is_a_lead_with_a_card(sender: Sender) -> None:
    assert await sender.post(LEAD) == (201, {"status": "accepted", "lead": 1})
    assert sender.leads() == [("web:crm-1", "绍兴检测中心", "138 0000 0000", 1)]
    await sender.parts.settled()
    with sender.parts.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 1


async def test_the_same_letter_is_a_replay_and_the_same_lead_is_known(sender: Sender) -> None:
    await sender.post(LEAD, timestamp=str(int(sender.parts.clock.now().timestamp())))
    stamp = str(int(sender.parts.clock.now().timestamp()) - 5)
    assert await sender.post(LEAD, timestamp=stamp) == (200, {"status": "known", "lead": 1})
    assert await sender.post(LEAD, timestamp=stamp) == (409, {"error": "replayed"})
    assert await sender.post(LEAD | {"note": "又一次"}) == (200, {"status": "known", "lead": 1})
    assert len(sender.leads()) == 1


@pytest.mark.parametrize("minutes", [11, -11])
async def test_an_old_letter_and_one_from_the_future_are_refused(sender: Sender, minutes: int) -> None:
    answer = await sender.post(LEAD, age=timedelta(minutes=minutes))
    assert answer == (401, {"error": "timestamp"})
    assert (await sender.post(LEAD, age=timedelta(minutes=9)))[0] == 201


async def test_a_letter_that_waited_longer_than_its_seal_is_refused_by_its_age(sender: Sender) -> None:
    stamp = str(int(sender.parts.clock.now().timestamp()))
    await sender.post(LEAD, timestamp=stamp)
    sender.later(hours=2)
    await sender.post(LEAD | {"id": "crm-2"})
    assert await sender.post(LEAD, timestamp=stamp) == (401, {"error": "timestamp"})


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 400, {"error": "json"}),
        (b"[]", 400, {"error": "json"}),
        (b"[" * 9000, 400, {"error": "json"}),
        (b"\xff", 400, {"error": "json"}),
        ({"company": "某厂"}, 400, {"error": "field", "field": "id"}),
        ({"id": 7}, 400, {"error": "field", "field": "company"}),
        ({"id": True, "company": "某厂"}, 400, {"error": "field", "field": "id"}),
        ({"id": "1", "company": " \n"}, 400, {"error": "field", "field": "company"}),
        ({"id": "1", "company": "长" * 101}, 400, {"error": "field", "field": "company"}),
        ({"id": "1", "company": "某厂", "note": ["?"]}, 400, {"error": "field", "field": "note"}),
        (b'{"id": "1", "company": "\\ud800"}', 400, {"error": "field", "field": "company"}),
        (b" " * (MOST_BYTES + 1), 413, {"error": "too_large"}),
    ],
    ids=lambda value: value if isinstance(value, int) else str(value)[:30],
)
async def test_what_is_no_lead_is_told_by_its_field(
    sender: Sender, body: dict[str, Any] | bytes, status: int, told: dict[str, str]
) -> None:
    assert await sender.post(body) == (status, told)
    assert sender.leads() == []


async def test_a_wrong_or_missing_signature_is_refused_before_anything_is_read(sender: Sender) -> None:
    assert await sender.post(LEAD, secret="another-secret") == (401, {"error": "signature"})
    async with sender.session.post("/leads", json=LEAD) as answer:
        assert answer.status == 401
    async with sender.session.get("/leads") as answer:
        assert answer.status == 405
    assert sender.leads() == []


async def test_without_a_secret_nothing_is_there(tmp_path: Path, understander: Understander) -> None:
    own = Settings(_env_file=None, var_dir=tmp_path, port=0)
    with closing(open_database(own.database())) as database:
        upgrade(database)
        parts = open_parts(
            own, database, open_movable_clock(database, start=OPENING), understander=understander
        )
        async with (
            serving(parts) as address,
            ClientSession(base_url=address) as session,
            session.post("/leads", json=LEAD) as answer,
        ):
            assert answer.status == 404


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="leads_secret"):
        Settings(_env_file=None, leads_secret="short")
    assert SECRET not in repr(Settings(_env_file=None, leads_secret=SECRET))


def opened(body: bytes, *, now: datetime = OPENING) -> Letter | None:
    """A genuine letter with that body; None where it is refused."""
    stamp = str(int(now.timestamp()))
    try:
        signature = sign(SECRET, stamp, body)
        return open_letter(SECRET, timestamp=stamp, signature=signature, body=body, now=now)
    except BadLetter:
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_letter_or_refused(body: bytes) -> None:
    letter = opened(body)
    assert letter is None or (letter.source_id and letter.fields["company"])


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "company", "contact", "phone", "region", "note"]), JSON))
def test_any_fields_are_clean_or_refused(told: dict[str, Any]) -> None:
    letter = opened(json.dumps(told).encode())
    for value in (letter.source_id, *letter.fields.values()) if letter else ():
        assert value == " ".join(value.split())
        assert value.isprintable()
        assert len(value) <= 500


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=80))
def test_any_headers_are_refused(timestamp: str, signature: str) -> None:
    with pytest.raises(BadLetter):
        open_letter(SECRET, timestamp=timestamp, signature=signature, body=b"{}", now=OPENING)
