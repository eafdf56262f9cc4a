"""What is measured is found on both databases: updates by day and moment, due checks, samples, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.domain.freshness import Sample
from bot.domain.nodes import NodeStatus
from bot.domain.rates import PeriodKind, period_of
from bot.domain.visits import News, VisitRecord, VisitStatus
from storage.database import Database
from storage.migrations import downgrade, upgrade
from storage.unit_of_work import UnitOfWork
from tests.storage.samples import DAY, NOW, Company, found_company, make_action, make_item, make_visit

MONTH = period_of(PeriodKind.THIS_MONTH, NOW.date())


def put(uow: UnitOfWork, company: Company, *, days_ago: int = 0, **changes: object) -> VisitRecord:
    """A saved record of a valid update, unless `changes` say otherwise."""
    record = make_visit(company, at=NOW - days_ago * DAY, status=VisitStatus.SAVED)
    return uow.visits.save(replace(record, **({"news": (News.SIGNAL,)} | changes)))  # type: ignore[arg-type]


def test_only_saved_open_and_new_records_are_counted_by_the_day_of_the_visit(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        for changes in (
            {},
            {"news": None},  # saved before updates were judged
            {"news": ()},
            {"private": True},
            {"status": VisitStatus.DRAFT, "news": None},
            {"status": VisitStatus.DISCARDED},
            {"happened_on": NOW.date() - DAY},
            {"member_id": company.other.id},
        ):
            put(uow, company, **changes)
        today = uow.valid_updates.count(NOW.date(), NOW.date())
        both = uow.valid_updates.count(NOW.date() - DAY, NOW.date())
    assert today == {company.rep.id: 2, company.other.id: 1}
    assert both == {company.rep.id: 3, company.other.id: 1}


def test_the_last_update_of_a_member_and_of_a_customer(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        other = uow.customers.save(replace(company.customer, id=0, name="宁波德力", aliases=()))
        for days in (9, 5, 3):
            put(uow, company, days_ago=days)
        put(uow, company, days_ago=1, news=())
        last = uow.valid_updates.last_of_members(since=NOW - 90 * DAY, until=NOW)
        earlier = uow.valid_updates.last_of_members(since=NOW - 90 * DAY, until=NOW - 4 * DAY)
        none = uow.valid_updates.last_of_members(since=NOW - 2 * DAY, until=NOW)
        customers = uow.valid_updates.last_of_customers([company.rep.id])
    assert last == {company.rep.id: NOW - 3 * DAY}
    assert earlier == {company.rep.id: NOW - 5 * DAY}
    assert none == {}
    assert customers == {company.customer.id: NOW - 3 * DAY, other.id: None}


def test_what_was_known_before_is_the_customers_and_no_secret_of_others(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        own = put(uow, company, days_ago=3, private=True)
        open_one = put(uow, company, days_ago=2, member_id=company.other.id)
        put(uow, company, days_ago=2, member_id=company.other.id, private=True)
        put(uow, company, days_ago=100)
        put(uow, company, days_ago=1, status=VisitStatus.DISCARDED)
        put(uow, company, days_ago=1, customer_id=None)
        record = put(uow, company)
        known = uow.valid_updates.known_before(record, since=NOW - 90 * DAY, until=NOW)
    assert known == (open_one, own)


def test_checks_of_a_period_are_by_due_time_with_late_notes_marked(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        late = put(uow, company, happened_on=NOW.date() - DAY)
        prompt = put(uow, company)
        wanted = [
            uow.node_items.save(
                replace(make_item(company, visit_id), due_at=due, alert_at=due, status=status)
            )
            for visit_id, due, status in (
                (late.id, MONTH.begin, NodeStatus.WAIVED),
                (prompt.id, NOW, NodeStatus.OPEN),
                (None, MONTH.end - timedelta(seconds=1), NodeStatus.DONE),
            )
        ]
        for due in (MONTH.begin - timedelta(seconds=1), MONTH.end):
            uow.node_items.save(replace(make_item(company), due_at=due, alert_at=due))
        uow.node_items.save(replace(make_item(company), member_id=company.other.id, due_at=NOW))
        checks = uow.rates.checks([company.rep.id], MONTH)
    assert [check.item for check in checks] == wanted
    assert [check.backfilled for check in checks] == [True, False, False]


def test_a_day_is_sampled_once(database: Database) -> None:
    company = found_company(database)
    day = NOW.date()
    samples = [
        Sample(day=day, member_id=company.rep.id, minutes=192),
        Sample(day=day, member_id=company.other.id, minutes=None),
    ]
    with database.unit_of_work("m", NOW) as uow:
        assert not uow.rates.sampled(day)
        assert uow.rates.keep(samples) == 2
    with database.unit_of_work("n", NOW) as uow:
        assert uow.rates.sampled(day)
        assert uow.rates.keep([replace(each, minutes=1) for each in samples]) == 0
        assert uow.rates.samples([company.rep.id, company.other.id], day, day) == tuple(samples)
        assert uow.rates.samples([company.rep.id], day, day) == (samples[0],)
        assert uow.rates.samples([company.rep.id], day - 2 * DAY, day - DAY) == ()


def test_history_is_what_was_saved_opened_and_promised_in_time(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        old = put(uow, company, days_ago=30)
        record = put(uow, company, days_ago=3)
        put(uow, company, days_ago=2, status=VisitStatus.DISCARDED)
        uow.next_actions.save(make_action(company, old.id))
        action = uow.next_actions.save(make_action(company, record.id))
        item = uow.node_items.save(replace(make_item(company, record.id), opened_at=NOW - 3 * DAY))
        uow.node_items.save(replace(make_item(company, old.id), opened_at=NOW - 30 * DAY))
        history = uow.histories.between(NOW - 14 * DAY, NOW)
        everybody = uow.members.all()
    assert history.records == (record,)
    assert history.items == (item,)
    assert history.actions == (action,)
    assert history.members == everybody


def test_records_of_an_older_program_go_on_counting(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        put(uow, company)
        uow.rates.keep([Sample(day=NOW.date(), member_id=company.rep.id, minutes=5)])
    downgrade(database, "card_codes")
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM visits")).scalar() == 1
    upgrade(database)
    with database.unit_of_work("n", NOW) as uow:
        assert uow.valid_updates.count(NOW.date(), NOW.date()) == {company.rep.id: 1}
        record = uow.visits.last_saved(company.customer.id, before_id=9999)
        assert record
        assert record.news is None
        assert not uow.rates.sampled(NOW.date())
