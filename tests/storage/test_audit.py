"""The audit field by field: private words stay hidden, exports hold no formulas, rehearsals leave nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook

from bot.domain.audit import AuditQuery, Kind
from bot.domain.customers import Customer
from bot.domain.people import Member, Role
from storage.audit_export import audit_csv, audit_rows, write_audit
from storage.database import Database
from tests.storage.samples import NOW


def test_fields_old_and_new(database: Database) -> None:
    with database.unit_of_work("m1", NOW) as uow:
        member = uow.members.save(Member(id=0, name="李明", role=Role.REP))
        uow.act_as(member.id)
        uow.members.save(replace(member, team="华东", role=Role.SUPERVISOR))
    with database.unit_of_work("m2", NOW) as uow:
        newest, first = uow.audit.find(AuditQuery(member_id=member.id), before=None, limit=9)
    assert (newest.kind, newest.called, newest.member_id) == (Kind.CHANGED, "李明", member.id)
    assert {each.name: (each.old, each.new) for each in newest.fields} == {
        "role": (("rep",), ("supervisor",)),
        "team": ((), ("华东",)),
    }
    assert first.kind is Kind.CREATED


def test_an_export_holds_no_formula_and_only_what_is_new_enough(database: Database, tmp_path: Path) -> None:
    with database.unit_of_work("old", NOW - timedelta(days=9)) as uow:
        member = uow.members.save(Member(id=0, name="旧的", role=Role.REP))
    with database.unit_of_work("new", NOW) as uow:
        uow.customers.save(Customer(id=0, name='=HYPERLINK("x")', aliases=("+1",)))
        uow.refusals.note(member.id, "@SUM(1)", now=NOW)
    rows = list(audit_rows(database, since=NOW - timedelta(days=1), now=NOW))
    table = audit_csv(rows)
    assert "'=HYPERLINK" in table
    assert "'@SUM(1)" in table
    assert "旧的" not in [row.name for row in rows]
    write_audit(tmp_path / "audit.xlsx", rows)
    sheet = load_workbook(tmp_path / "audit.xlsx").worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_rehearsal_leaves_nothing(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        member = uow.members.save(Member(id=0, name="李明", role=Role.ADMIN))
        before = uow.lexicon(member)
        with uow.rehearsal():
            uow.customers.save(Customer(id=0, name="某某公司"))
            assert [each.name for each in uow.lexicon(member).customers] == ["某某公司"]
        assert uow.lexicon(member) == before
        assert uow.customers.all() == ()
        kept = uow.customers.save(Customer(id=0, name="另一家公司"))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.customers.all() == (kept,)


def test_whole_lists_are_stored_with_names_and_changes(database: Database) -> None:
    with database.unit_of_work("list", NOW) as uow:
        uow.customer_lists.add(
            [Customer(id=0, name=f"第{number}公司", aliases=(f"{number}号",)) for number in range(1200)]
        )
        [old] = uow.customers.named("7号")
        uow.customer_lists.change([(old, replace(old, aliases=("七号",), industry="电子"))])
    with database.unit_of_work("look", NOW) as uow:
        assert uow.customers.named("7号") == ()
        assert [each.industry for each in uow.customers.named("七号")] == ["电子"]
        assert len(uow.changes.of("customer", old.id)) == 2
        undone = uow.changes.undo_message("list", now=NOW)
        assert uow.customer_lists.remove_unused([each.noun_id for each in undone if not each.before]) == 0
        assert uow.customers.all() == ()
