"""Every noun comes back as it was stored, and each question finds what it should and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.customers import Customer
from bot.domain.dialogs import Dialog, OpenCard
from bot.domain.messages import Address, Button, Card, Option, Row, Select
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeStatus
from bot.domain.opportunities import OpportunityStatus
from bot.domain.people import Member, Role
from bot.domain.talk_tracks import TalkTrack
from bot.domain.understanding import Signal
from bot.domain.visits import VisitStatus
from storage.database import Database
from tests.storage.samples import (
    DAY,
    LIMING,
    NOW,
    found_company,
    make_action,
    make_contact,
    make_deal,
    make_item,
    make_visit,
)


def test_members_are_found_by_account_name_and_role(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        assert uow.members.at(LIMING) == company.rep
        assert uow.members.at(Address(platform="wecom", user_id="LiMing")) == company.rep
        assert uow.members.at(Address(platform="wecom", user_id="liming")) is None
        assert uow.members.get(company.rep.id) == company.rep
        assert uow.members.named("王姐") == company.supervisor
        assert uow.members.of_role(Role.REP) == (company.rep, company.other)
        assert uow.members.all() == (company.supervisor, company.rep, company.other)


def test_a_moved_account_is_found_at_its_new_owner(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.members.save(replace(company.rep, addresses=()))
        moved = uow.members.save(replace(company.other, addresses=(LIMING,)))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.members.at(LIMING) == moved


def test_an_account_belongs_to_one_member(database: Database) -> None:
    found_company(database)
    with pytest.raises(IntegrityError), database.unit_of_work("m", NOW) as uow:
        uow.members.save(Member(id=0, name="假李明", role=Role.REP, addresses=(LIMING,)))


def test_inactive_members_are_in_no_role(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.members.save(replace(company.other, active=False))
        assert uow.members.of_role(Role.REP) == (company.rep,)


def test_customers_are_found_by_every_name(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        twin = uow.customers.save(Customer(id=0, name="宁波康联电子有限公司", aliases=("康联",)))
        assert uow.customers.named("康联") == (company.customer, twin)
        assert uow.customers.named("杭州康联医疗科技有限公司") == (company.customer,)
        uow.customers.save(replace(twin, aliases=()))
        assert uow.customers.named("康联") == (company.customer,)


def test_recent_customers_are_the_visited_then_the_owned(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        names = ("visited long ago", "visited just now", "discarded", "owned")
        saved = [uow.customers.save(Customer(id=0, name=name)) for name in names]
        old, new, discarded, owned = saved
        uow.customers.save(replace(owned, owner_id=company.rep.id))
        visit = make_visit(company)
        uow.visits.save(replace(visit, customer_id=old.id, updated_at=NOW - DAY))
        uow.visits.save(replace(visit, customer_id=new.id))
        uow.visits.save(replace(visit, customer_id=discarded.id, status=VisitStatus.DISCARDED))
        found = [customer.name for customer in uow.customers.recent(company.rep.id, limit=9)]
        assert found == ["visited just now", "visited long ago", company.customer.name, "owned"]
        assert len(uow.customers.recent(company.rep.id, limit=1)) == 1
        assert uow.customers.recent(company.other.id, limit=9) == ()


def test_contacts_and_deals_belong_to_a_customer(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        contact = uow.contacts.save(make_contact(company))
        deal = uow.opportunities.save(make_deal(company))
        uow.opportunities.save(replace(make_deal(company), status=OpportunityStatus.LOST))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.contacts.of(company.customer.id) == (contact,)
        assert uow.opportunities.open_of(company.customer.id) == (deal,)
        assert uow.contacts.of(company.customer.id + 1) == ()


def test_visits_begin_at_1001_and_come_back_whole(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        visit = uow.visits.save(make_visit(company))
    assert visit.number == "V1001"
    with database.unit_of_work("n", NOW) as uow:
        assert uow.visits.get(visit.id) == visit
        assert uow.visits.get(1) is None


def test_visits_questions(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        saved = uow.visits.save(make_visit(company, at=NOW - 2 * DAY, status=VisitStatus.SAVED))
        hidden = uow.visits.save(
            replace(make_visit(company, at=NOW - DAY, status=VisitStatus.SAVED), private=True)
        )
        draft = uow.visits.save(make_visit(company, at=NOW - timedelta(minutes=5)))
        gone = uow.visits.save(make_visit(company, status=VisitStatus.DISCARDED))
        assert uow.visits.latest(company.rep.id, since=NOW - DAY) == draft
        assert uow.visits.latest(company.rep.id, since=NOW) is None
        assert uow.visits.latest(company.other.id, since=NOW - DAY) is None
        assert uow.visits.drafts(company.rep.id) == (draft,)
        assert uow.visits.last_saved(company.customer.id, before_id=draft.id) == hidden
        assert uow.visits.last_saved(company.customer.id, before_id=saved.id) is None
        assert uow.visits_between((NOW - 9 * DAY).date(), NOW.date()) == (saved,)
        assert uow.visits_between(NOW.date(), NOW.date()) == ()
        assert uow.visits.get(gone.id) == gone


def test_saving_an_unknown_id_is_an_error(database: Database) -> None:
    company = found_company(database)
    with pytest.raises(LookupError), database.unit_of_work("m", NOW) as uow:
        uow.visits.save(replace(make_visit(company), id=7))


def test_open_next_actions_by_due_time(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        visit = uow.visits.save(make_visit(company))
        undated = uow.next_actions.save(make_action(company, visit.id, due_at=None))
        later = uow.next_actions.save(make_action(company, visit.id, due_at=NOW + 2 * DAY))
        sooner = uow.next_actions.save(make_action(company, visit.id, due_at=NOW + DAY))
        done = uow.next_actions.save(
            replace(make_action(company, visit.id), status=NextActionStatus.DONE, closed_at=NOW)
        )
        assert uow.next_actions.open_of(company.rep.id) == (sooner, later, undated)
        assert uow.next_actions.of_visit(visit.id) == (undated, later, sooner, done)
        assert uow.next_actions.get(done.id) == done


def test_open_node_items(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        visit = uow.visits.save(make_visit(company))
        later = uow.node_items.save(replace(make_item(company, visit.id), due_at=NOW + 3 * DAY))
        sooner = uow.node_items.save(make_item(company, visit.id, node_key="risk_registered"))
        closed = replace(make_item(company, visit.id, node_key="decision_chain"), status=NodeStatus.WAIVED)
        closed = uow.node_items.save(closed)
        assert uow.node_items.open_of(company.rep.id) == (sooner, later)
        assert uow.node_items.open_keys(company.customer.id) == {"need_clarified", "risk_registered"}
        assert uow.node_items.of_visit(visit.id) == (later, sooner, closed)
        assert uow.node_items.get(later.id) == later


def test_talk_tracks_that_answer_more_signals_come_first(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        price = TalkTrack(id=0, scene="价格", title="嫌贵", text="…", signals=frozenset({Signal.PRICE}))
        both = replace(price, title="又贵又慢", signals=frozenset({Signal.PRICE, Signal.DELIVERY}))
        node = replace(price, title="竞品", signals=frozenset(), node_keys=frozenset({"competitor_response"}))
        price, both, node = (uow.talk_tracks.save(track) for track in (price, both, node))
        uow.talk_tracks.save(replace(price, id=0, title="停用", active=False))
        wanted = frozenset({Signal.PRICE, Signal.DELIVERY})
        assert uow.talk_tracks.for_signals(wanted, limit=5) == (both, price)
        assert uow.talk_tracks.for_signals(wanted, limit=1) == (both,)
        assert uow.talk_tracks.for_signals(frozenset({Signal.TRUST}), limit=5) == ()
        assert uow.talk_tracks.for_node("competitor_response", limit=5) == (node,)
        assert uow.talk_tracks.get(price.id) == price


def test_a_dialog_replaces_the_one_before_and_expires(database: Database) -> None:
    company = found_company(database)
    dialog = Dialog(member_id=company.rep.id, state="visit.topic", subject="1001", expires_at=NOW + DAY)
    with database.unit_of_work("m", NOW) as uow:
        uow.dialogs.wait(replace(dialog, state="visit.customer"))
        uow.dialogs.wait(dialog)
        assert uow.dialogs.waiting(company.rep.id, now=NOW) == dialog
        assert uow.dialogs.waiting(company.rep.id, now=NOW + DAY) is None
        uow.dialogs.stop(company.rep.id)
        assert uow.dialogs.waiting(company.rep.id, now=NOW) is None


def test_open_cards_are_newest_first_and_close_without_choices(database: Database) -> None:
    company = found_company(database)
    card = Card(
        title="康联",
        rows=(Row(label="截止", value="周五", said="下周五", was="下周"),),
        quote="碰预算",
        buttons=(Button(label="确认", action="visit.confirm:1001", primary=True),),
        selects=(Select(label="主题", action="visit.topic:1001", options=(Option(label="A", value="a"),)),),
        note="…",
    )
    old = OpenCard(member_id=company.rep.id, key="visit:1", card=card, opened_at=NOW - DAY)
    new = OpenCard(member_id=company.rep.id, key="visit:2", card=card, opened_at=NOW)
    with database.unit_of_work("m", NOW) as uow:
        uow.dialogs.show(old)
        uow.dialogs.show(new)
        assert uow.dialogs.open_cards(company.rep.id, since=NOW - 2 * DAY) == (new, old)
        assert uow.dialogs.open_cards(company.rep.id, since=NOW) == (new,)
        shown_again = replace(old, opened_at=NOW + DAY)
        uow.dialogs.show(shown_again)
        assert uow.dialogs.open_cards(company.rep.id, since=NOW - 2 * DAY) == (shown_again, new)
        uow.dialogs.show(replace(shown_again, card=Card(title="已保存")))
        assert uow.dialogs.open_cards(company.rep.id, since=NOW - 2 * DAY) == (new,)


def test_an_admin_code_is_good_once_and_in_time(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        for code in ("482913", "771204"):
            uow.admin_codes.create(code, now=NOW, minutes=15)
    with database.unit_of_work("n", NOW) as uow:
        assert not uow.admin_codes.use("000000", now=NOW)
        assert not uow.admin_codes.use("771204", now=NOW + timedelta(minutes=15))
        assert uow.admin_codes.use(" 482913 ", now=NOW + timedelta(minutes=14))
        assert not uow.admin_codes.use("482913", now=NOW + timedelta(minutes=14))


def test_settings_are_remembered_and_forgotten(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        assert uow.settings.get("clock.offset") is None
        uow.settings.put("clock.offset", "3600")
        uow.settings.put("clock.offset", "7200")
        assert uow.settings.get("clock.offset") == "7200"
        uow.settings.put("clock.offset", None)
        assert uow.settings.get("clock.offset") is None
