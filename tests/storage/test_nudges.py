"""A nudge is planned once per key, claimed once, and found by an index that holds planned ones only."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from storage.database import Database
from storage.ledger import Trail
from storage.nudges import Nudges
from tests.storage.samples import DAY, NOW, found_company, make_nudge


def test_a_key_is_planned_once_and_never_again_after_sending(database: Database) -> None:
    company = found_company(database)
    nudge = make_nudge(company, key="node:1:rep:0")
    with database.unit_of_work("m", NOW) as uow:
        assert uow.nudges.plan(nudge)
        assert not uow.nudges.plan(nudge)
        (sent,) = uow.nudges.claim_due(now=NOW, limit=9)
        assert sent == replace(nudge, id=sent.id, status=NudgeStatus.SENT)
        assert not uow.nudges.plan(nudge)
        assert uow.nudges.claim_due(now=NOW, limit=9) == ()


def test_only_due_planned_nudges_are_claimed_oldest_first(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        for key, send_at in (("late", NOW), ("early", NOW - DAY), ("future", NOW + DAY)):
            uow.nudges.plan(make_nudge(company, key=key, send_at=send_at))
        uow.nudges.plan(make_nudge(company, key="cancelled", send_at=NOW - DAY, subject_id=2))
        assert uow.nudges.cancel(Subject.NODE, 2) == 1
        assert uow.nudges.cancel(Subject.ACTION, 1) == 0
        assert uow.nudges.next_at() == NOW - DAY
        assert [nudge.key for nudge in uow.nudges.claim_due(now=NOW, limit=1)] == ["early"]
        assert [nudge.key for nudge in uow.nudges.claim_due(now=NOW, limit=9)] == ["late"]
        assert uow.nudges.next_at() == NOW + DAY


def test_a_moved_clock_finds_the_next_one(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        assert uow.nudges.next_at() is None
        uow.nudges.plan(make_nudge(company, key="k", send_at=NOW + DAY))
        next_at = uow.nudges.next_at()
        assert next_at == NOW + DAY
        assert len(uow.nudges.claim_due(now=next_at, limit=9)) == 1


def test_what_a_member_got_is_counted_by_step_and_time(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        for number in range(3):
            uow.nudges.plan(make_nudge(company, key=f"k{number}", send_at=NOW + number * DAY))
        uow.nudges.claim_due(now=NOW, limit=9)
        uow.nudges.claim_due(now=NOW + DAY, limit=9)
        member_id = company.rep.id
        assert uow.nudges.sent_to(member_id, step=LadderStep.REP, since=NOW - DAY) == 2
        assert uow.nudges.sent_to(member_id, step=LadderStep.REP, since=NOW + timedelta(hours=1)) == 1
        assert uow.nudges.sent_to(member_id, step=LadderStep.SUPERVISOR, since=NOW - DAY) == 0
        assert uow.nudges.sent_to(company.other.id, step=LadderStep.REP, since=NOW - DAY) == 0


def test_an_error_gives_claimed_nudges_back(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.nudges.plan(make_nudge(company, key="k"))

    def fail() -> None:
        with database.unit_of_work("tick", NOW) as uow:
            assert len(uow.nudges.claim_due(now=NOW, limit=9)) == 1
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    with database.unit_of_work("tick", NOW) as uow:
        assert len(uow.nudges.claim_due(now=NOW, limit=9)) == 1


def test_three_ticks_at_once_claim_a_thousand_nudges_once_each(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        for number in range(1000):
            uow.nudges.plan(make_nudge(company, key=f"k{number}"))
    at_once = threading.Barrier(3)

    def tick(worker: int) -> list[str]:
        at_once.wait()
        found: list[str] = []
        while True:
            with database.unit_of_work(f"tick-{worker}", NOW) as uow:
                claimed = [nudge.key for nudge in uow.nudges.claim_due(now=NOW, limit=40)]
            if not claimed:
                return found
            found += claimed

    with ThreadPoolExecutor(3) as threads:
        keys = [key for found in threads.map(tick, range(3)) for key in found]
    assert Counter(keys) == Counter(f"k{number}" for number in range(1000))


def test_the_due_query_uses_the_partial_index(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        for number in range(300):
            uow.nudges.plan(make_nudge(company, key=f"k{number}", send_at=NOW + number * DAY))
        uow.nudges.claim_due(now=NOW + 290 * DAY, limit=290)
    ran: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: Any, *_: object) -> None:
        ran.append((statement, values))

    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.begin() as connection:
        if not database.is_sqlite:
            # So few rows fit one page: the planner would read it whole.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(connection, "before_cursor_execute", note)
        Nudges(Trail(connection=connection, message_id="tick", now=NOW)).claim_due(now=NOW, limit=9)
        statement, values = ran[0]
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + statement, values))
    assert "ix_nudges_planned" in plan
