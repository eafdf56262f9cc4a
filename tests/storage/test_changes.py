"""Undo takes back whole messages, step by step, and the audit keeps both what was and what became."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.customers import Contact, Customer
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeStatus, close_item
from bot.domain.nudges import NudgeStatus, Subject
from bot.domain.opportunities import Opportunity
from bot.domain.people import Member
from bot.domain.visits import VisitStatus
from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.unit_of_work import UnitOfWork
from tests.storage.samples import (
    DAY,
    NOW,
    Company,
    found_company,
    make_action,
    make_contact,
    make_deal,
    make_item,
    make_nudge,
    make_visit,
)

SINCE = NOW - DAY


def undo(database: Database, company: Company) -> int:
    """How many changes one undo of the rep took back."""
    with database.unit_of_work("undo", NOW) as uow:
        uow.act_as(company.rep.id)
        return len(uow.changes.undo_last(company.rep.id, since=SINCE, now=NOW))


def test_undo_goes_back_message_by_message(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("note", NOW) as uow:
        uow.act_as(company.rep.id)
        draft = uow.visits.save(make_visit(company))
    with database.unit_of_work("confirm", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.visits.save(replace(draft, status=VisitStatus.SAVED, saved_at=NOW))
        action = uow.next_actions.save(make_action(company, draft.id))
        item = uow.node_items.save(make_item(company, draft.id))

    assert undo(database, company) == 3
    with database.unit_of_work("look", NOW) as uow:
        assert uow.visits.get(draft.id) == draft
        assert uow.next_actions.get(action.id) == replace(
            action, status=NextActionStatus.DROPPED, closed_at=NOW
        )
        assert uow.node_items.get(item.id) == replace(item, status=NodeStatus.CANCELLED, closed_at=NOW)

    assert undo(database, company) == 1
    with database.unit_of_work("look", NOW) as uow:
        assert uow.visits.get(draft.id) == replace(draft, status=VisitStatus.DISCARDED)
    assert undo(database, company) == 0


def test_the_audit_keeps_what_was_undone(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("note", NOW) as uow:
        uow.act_as(company.rep.id)
        visit = uow.visits.save(make_visit(company))
    undo(database, company)
    with database.unit_of_work("look", NOW) as uow:
        (change,) = uow.changes.of("visit", visit.id)
    assert change.undone_at == NOW
    assert change.message_id == "note"
    assert change.member_id == company.rep.id
    assert change.before is None
    assert change.after is not None
    assert visit.text in change.after


def test_a_save_that_changes_nothing_is_no_change(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("note", NOW) as uow:
        uow.act_as(company.rep.id)
        visit = uow.visits.save(make_visit(company))
    with database.unit_of_work("again", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.visits.save(visit)
        assert len(uow.changes.of("visit", visit.id)) == 1


def test_only_the_members_own_and_recent_messages_are_undone(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("theirs", NOW) as uow:
        uow.act_as(company.other.id)
        uow.visits.save(make_visit(company))
    with database.unit_of_work("long ago", SINCE - timedelta(seconds=1)) as uow:
        uow.act_as(company.rep.id)
        uow.visits.save(make_visit(company))
    with database.unit_of_work("nobody's", NOW) as uow:
        uow.visits.save(make_visit(company))
    assert undo(database, company) == 0


def test_what_others_changed_since_in_other_fields_stays(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("mine", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.customers.save(replace(company.customer, aliases=("康联",), industry="医疗"))
    with database.unit_of_work("theirs", NOW) as uow:
        uow.act_as(company.supervisor.id)
        customer = uow.customers.get(company.customer.id)
        assert customer is not None
        uow.customers.save(replace(customer, owner_id=company.other.id))
    undo(database, company)
    with database.unit_of_work("look", NOW) as uow:
        assert uow.customers.get(company.customer.id) == replace(company.customer, owner_id=company.other.id)
        assert len(uow.customers.named("杭州康联")) == 1


def test_a_created_customer_is_deleted_unless_others_refer_to_it(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("free", NOW) as uow:
        uow.act_as(company.rep.id)
        free = uow.customers.save(Customer(id=0, name="嘉兴华瑞", aliases=("华瑞",)))
    undo(database, company)
    with database.unit_of_work("used", NOW) as uow:
        assert uow.customers.get(free.id) is None
        assert uow.customers.named("华瑞") == ()
        uow.act_as(company.rep.id)
        used = uow.customers.save(Customer(id=0, name="台州中心医院", aliases=("台州",)))
        visit = uow.visits.save(replace(make_visit(company), customer_id=used.id))
    undo(database, company)
    with database.unit_of_work("look", NOW) as uow:
        assert uow.customers.get(used.id) == used
        assert uow.customers.named("台州") == (used,)
        discarded = uow.visits.get(visit.id)
        assert discarded is not None
        assert discarded.status is VisitStatus.DISCARDED


def test_an_id_is_not_given_again_after_undo(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("first", NOW) as uow:
        uow.act_as(company.rep.id)
        first = uow.contacts.save(make_contact(company))
    undo(database, company)
    with database.unit_of_work("second", NOW) as uow:
        assert uow.contacts.of(company.customer.id) == ()
        assert uow.contacts.save(make_contact(company)).id > first.id


def test_nudges_of_withdrawn_items_are_cancelled_and_those_of_reopened_ones_can_return(
    database: Database,
) -> None:
    company = found_company(database)
    with database.unit_of_work("opened", NOW) as uow:
        uow.act_as(company.rep.id)
        item = uow.node_items.save(make_item(company))
        nudge = make_nudge(company, key=f"node:{item.id}:rep:0", subject_id=item.id, send_at=NOW + DAY)
        assert uow.nudges.plan(nudge)
    with database.unit_of_work("closed", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.node_items.save(close_item(item, NodeStatus.DONE, at=NOW))
        assert uow.nudges.cancel(Subject.NODE, item.id) == 1

    undo(database, company)
    with database.unit_of_work("re-planned", NOW) as uow:
        assert uow.node_items.get(item.id) == item
        assert uow.nudges.plan(nudge), "a cancelled nudge can be planned anew"
        assert not uow.nudges.plan(nudge)
    undo(database, company)
    with database.unit_of_work("look", NOW) as uow:
        (left,) = uow.nudges.of(Subject.NODE, item.id)
        assert left.status is NudgeStatus.CANCELLED


NAMES = ("甲", "乙", "丙")


@dataclass(frozen=True, slots=True)
class Step:
    """One save: which noun, which of the things made so far (or a new one), and how it is altered."""

    noun: str
    which: int
    variant: int


NEW: dict[str, Callable[[Company], Any]] = {
    "visits": make_visit,
    "node_items": make_item,
    "contacts": make_contact,
    "opportunities": make_deal,
}

ALTER: dict[str, Callable[[Any, int], Any]] = {
    "visits": lambda thing, n: replace(thing, progress=NAMES[n], status=tuple(VisitStatus)[n]),
    "node_items": lambda thing, n: replace(thing, snoozes=n, status=tuple(NodeStatus)[n]),
    "contacts": lambda thing, n: replace(thing, name=NAMES[n], active=bool(n)),
    "opportunities": lambda thing, n: replace(thing, title=NAMES[n], amount=None if n else thing.amount),
    "customers": lambda thing, n: replace(thing, aliases=NAMES[:n], industry=NAMES[n]),
    "members": lambda thing, n: replace(thing, addresses=thing.addresses[:n], team=NAMES[n]),
}
NOUNS = {
    "visits": "visit",
    "node_items": "node_item",
    "contacts": "contact",
    "opportunities": "opportunity",
    "customers": "customer",
    "members": "member",
}
EXISTING = ("customers", "members")


def _everything(uow: UnitOfWork, company: Company) -> dict[str, Any]:
    """All that people can see at work: no discarded records, no cancelled checks."""
    member: Member | None = uow.members.get(company.rep.id)
    customer: Customer | None = uow.customers.get(company.customer.id)
    contacts: tuple[Contact, ...] = tuple(uow.contacts.of(company.customer.id))
    deals: tuple[Opportunity, ...] = tuple(uow.opportunities.of(company.customer.id))
    return {
        "member": member,
        "accounts": [uow.members.at(address) for address in company.rep.addresses],
        "customer": customer,
        "named": {name: uow.customers.named(name) for name in NAMES},
        "contacts": contacts,
        "deals": deals,
    }


step = st.builds(
    Step, st.sampled_from(sorted(ALTER)), st.integers(min_value=0, max_value=3), st.integers(0, 2)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages=st.lists(st.lists(step, min_size=1, max_size=4), min_size=1, max_size=5))
def test_undoing_every_message_restores_every_state_before(messages: list[list[Step]]) -> None:
    database = open_database("sqlite://")
    upgrade(database)
    company = found_company(database)
    made: dict[str, dict[int, Any]] = {noun: {} for noun in ALTER}
    made["customers"][company.customer.id] = company.customer
    made["members"][company.rep.id] = company.rep
    history = []
    for number, steps in enumerate(messages):
        with database.unit_of_work(f"message-{number}", NOW) as uow:
            uow.act_as(company.rep.id)
            before = _everything(uow, company), {noun: dict(things) for noun, things in made.items()}
            for each in steps:
                repository = getattr(uow, each.noun)
                known = list(made[each.noun].values())
                old = (
                    known[each.which % len(known)]
                    if known and (each.which or each.noun in EXISTING)
                    else None
                )
                value = old if old is not None else NEW[each.noun](company)
                saved = repository.save(ALTER[each.noun](value, each.variant))
                made[each.noun][saved.id] = saved
            changed = any(
                change.message_id == f"message-{number}"
                for noun, things in made.items()
                for noun_id in things
                for change in uow.changes.of(NOUNS[noun], noun_id)
            )
        if changed:
            history.append(before)
    for seen, things in reversed(history):
        assert undo(database, company) > 0
        with database.unit_of_work("look", NOW) as uow:
            assert _everything(uow, company) == seen
            for visit_id, visit in things["visits"].items():
                assert uow.visits.get(visit_id) == visit
            for visit_id in made["visits"].keys() - things["visits"].keys():
                found = uow.visits.get(visit_id)
                assert found is not None
                assert found.status is VisitStatus.DISCARDED
            for item_id, item in things["node_items"].items():
                assert uow.node_items.get(item_id) == item
            for item_id in made["node_items"].keys() - things["node_items"].keys():
                withdrawn = uow.node_items.get(item_id)
                assert withdrawn is not None
                assert withdrawn.status is NodeStatus.CANCELLED
    assert undo(database, company) == 0
    database.close()
