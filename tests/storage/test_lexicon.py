"""The names that a member may see: right by scope, and one object until a name changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.customers import Customer
from bot.domain.people import Member, Role
from bot.domain.understanding import Lexicon
from storage.company import KnownName
from storage.database import Database, open_database
from tests.storage.samples import NOW, Company, found_company, make_contact, make_visit


def lexicon_of(database: Database, member: Member) -> Lexicon:
    """What the member may see, in a transaction of its own."""
    with database.unit_of_work("look", NOW) as uow:
        return uow.lexicon(member)


def customers_of(database: Database, member: Member) -> set[str]:
    """The names of the customers that the member may see."""
    return {entry.name for entry in lexicon_of(database, member).customers}


def fill(database: Database) -> Company:
    """A company with customers of two teams, and one without an owner."""
    company = found_company(database)
    with database.unit_of_work("fill", NOW) as uow:
        uow.customers.save(Customer(id=0, name="广州某厂", owner_id=company.other.id))
        uow.customers.save(Customer(id=0, name="公海客户"))
        uow.contacts.save(make_contact(company))
        uow.contacts.save(replace(make_contact(company, name="走了的人"), active=False))
        uow.competitors.save(KnownName(name="迈瑞", aliases=("迈瑞医疗",)))
        uow.products.save(KnownName(name="化学发光仪"))
    return company


def test_a_rep_sees_the_own_team_and_what_has_no_owner(database: Database) -> None:
    company = fill(database)
    ours, theirs, nobodys = company.customer.name, "广州某厂", "公海客户"
    assert customers_of(database, company.rep) == {ours, nobodys}
    assert customers_of(database, company.other) == {theirs, nobodys}
    assert customers_of(database, company.supervisor) == {ours, theirs, nobodys}
    assert customers_of(database, replace(company.rep, role=Role.ADMIN)) == {ours, theirs, nobodys}
    assert customers_of(database, replace(company.rep, team="")) == {ours, nobodys}


def test_all_kinds_of_names_with_their_keys(database: Database) -> None:
    company = fill(database)
    lexicon = lexicon_of(database, company.rep)
    assert lexicon.customers[0].key == str(company.customer.id)
    assert lexicon.customers[0].names == ("杭州康联医疗科技有限公司", "杭州康联", "康联")
    (contact,) = lexicon.contacts
    assert contact.names == ("王主任", "采购部王主任")
    assert contact.belongs_to == str(company.customer.id)
    assert lexicon.competitors[0].names == ("迈瑞", "迈瑞医疗")
    assert lexicon.products[0].names == ("化学发光仪",)
    assert {entry.name for entry in lexicon.colleagues} == {"王姐", "李明", "何伟"}
    assert lexicon_of(database, company.other).contacts == ()


def test_it_is_the_same_object_until_a_name_changes(database: Database) -> None:
    company = fill(database)
    before = lexicon_of(database, company.rep)
    with database.unit_of_work("note", NOW) as uow:
        uow.visits.save(make_visit(company))
    assert lexicon_of(database, company.rep) is before
    with database.unit_of_work("alias", NOW) as uow:
        uow.customers.save(replace(company.customer, aliases=("康联",)))
        assert uow.lexicon(company.rep).customers[0].names == ("杭州康联医疗科技有限公司", "康联")
    after = lexicon_of(database, company.rep)
    assert after.customers[0].names == ("杭州康联医疗科技有限公司", "康联")
    assert lexicon_of(database, company.rep) is after


def test_a_name_that_was_rolled_back_was_never_known(database: Database) -> None:
    company = fill(database)

    def fail() -> None:
        with database.unit_of_work("alias", NOW) as uow:
            uow.customers.save(Customer(id=0, name="没有存成"))
            assert "没有存成" in {entry.name for entry in uow.lexicon(company.rep).customers}
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert "没有存成" not in customers_of(database, company.rep)


def test_undo_of_a_name_is_seen_at_once(database: Database) -> None:
    company = fill(database)
    with database.unit_of_work("new", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.customers.save(Customer(id=0, name="新客户", owner_id=company.rep.id))
    assert "新客户" in customers_of(database, company.rep)
    with database.unit_of_work("undo", NOW) as uow:
        uow.changes.undo_last(company.rep.id, since=NOW, now=NOW)
    assert "新客户" not in customers_of(database, company.rep)


def test_names_that_another_process_wrote_are_seen(database: Database, database_url: str) -> None:
    company = fill(database)
    lexicon_of(database, company.rep)
    other = open_database(database_url)
    with other.unit_of_work("new", NOW) as uow:
        uow.customers.save(Customer(id=0, name="别处来的"))
    other.close()
    assert "别处来的" in customers_of(database, company.rep)
