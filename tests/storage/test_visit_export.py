"""The list of records: saved and not private ones, in words, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.visits import VisitStatus
from storage.database import Database
from storage.visit_export import PAGE, export_rows
from tests.storage.samples import DAY, NOW, TEXT, found_company, make_visit


def test_a_row_says_everything_in_words(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        visit = make_visit(company, status=VisitStatus.SAVED)
        uow.visits.save(replace(visit, happened_on=(NOW - DAY).date(), progress="已报价"))
    (row,) = export_rows(database, since=(NOW - DAY).date())
    assert (row.number, row.rep, row.team) == ("V1001", "李明", "华东")
    assert (row.customer, row.progress, row.text) == ("杭州康联医疗科技有限公司", "已报价", TEXT)
    assert (row.actions, row.due) == (("发三份报价",), ("2026-11-19T15:30",))
    assert row.quotes == ("下周和财务碰预算",)
    assert row.backfilled
    assert row.saved_at == NOW


def test_only_saved_records_of_the_days_and_members_that_are_not_private(database: Database) -> None:
    company = found_company(database)
    saved = make_visit(company, status=VisitStatus.SAVED)
    with database.unit_of_work("m", NOW) as uow:
        uow.visits.save(make_visit(company))
        uow.visits.save(replace(saved, private=True))
        wanted = uow.visits.save(saved)
        nobodys = uow.visits.save(replace(saved, member_id=company.other.id, customer_id=None))
        later = uow.visits.save(replace(saved, happened_on=(NOW + DAY).date()))
    today = NOW.date()

    def numbers(**limits: object) -> list[str]:
        return [row.number for row in export_rows(database, **limits)]  # type: ignore[arg-type]

    assert numbers(since=today) == [wanted.number, nobodys.number, later.number]
    assert numbers(since=today, until=today) == [wanted.number, nobodys.number]
    assert numbers(since=today, member_ids=[company.other.id]) == [nobodys.number]
    assert numbers(since=today, member_ids=[]) == []
    assert numbers(since=(NOW + timedelta(days=2)).date()) == []


def test_more_rows_than_a_page_come_once_each_in_order(sqlite: Database) -> None:
    company = found_company(sqlite)
    saved = make_visit(company, status=VisitStatus.SAVED)
    with sqlite.unit_of_work("m", NOW) as uow:
        for number in range(PAGE + 3):
            uow.visits.save(replace(saved, happened_on=(NOW - (number % 3) * DAY).date()))
    rows = list(export_rows(sqlite, since=(NOW - 9 * DAY).date()))
    assert len({row.number for row in rows}) == PAGE + 3
    assert [row.happened_on for row in rows] == sorted(row.happened_on for row in rows)
