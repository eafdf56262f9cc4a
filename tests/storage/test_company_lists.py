"""A company's lists go in all or nothing, come out the same, and errors say where they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.customers import BuyingRole
from bot.domain.errors import ConfigError
from bot.domain.people import Role
from bot.domain.understanding import Signal
from storage.company_export import export_company
from storage.company_import import import_company
from storage.database import Database
from tests.storage.samples import NOW, found_company, make_contact

DEMO = Path(__file__).parents[2] / "config" / "demo"


def write(folder: Path, text: str, *, name: str = "company.toml") -> Path:
    """A list file."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_demo_company_is_whole(database: Database) -> None:
    counts = import_company(database, DEMO, NOW)
    assert counts.people == 4
    assert counts.customers >= 8
    assert counts.talk_tracks >= 6
    with database.unit_of_work("look", NOW) as uow:
        rep = uow.members.named("李明")
        supervisor = uow.members.named("王姐")
        assert rep is not None
        assert supervisor is not None
        assert rep.supervisor_id == supervisor.id
        assert str(rep.address) == "console:liming"
        assert [member.name for member in uow.members.of_role(Role.ADMIN)] == ["赵工"]
        (customer,) = uow.customers.named("杭州康联")
        assert customer.name == "杭州康联医疗科技有限公司"
        (deal,) = uow.opportunities.open_of(customer.id)
        assert deal.amount == Decimal(480000)
        assert deal.stage_entered_at == NOW - timedelta(days=6)
        (hengda,) = uow.customers.named("恒达")
        roles = {contact.name: contact.role for contact in uow.contacts.of(hengda.id)}
        assert roles["陈总"] is BuyingRole.DECIDER
        assert uow.talk_tracks.for_signals(frozenset({Signal.PRICE}), limit=1)
        assert uow.talk_tracks.for_node("competitor_response", limit=1)
        for track in uow.talk_tracks.all():
            assert len(track.text.splitlines()) <= 3


def test_importing_again_changes_nothing(database: Database) -> None:
    import_company(database, DEMO, NOW)
    with database.unit_of_work("look", NOW) as uow:
        before = (uow.members.all(), uow.customers.all(), uow.talk_tracks.all(), uow.competitors.all())
    import_company(database, DEMO, NOW + timedelta(days=3))
    with database.unit_of_work("look", NOW) as uow:
        assert (
            uow.members.all(),
            uow.customers.all(),
            uow.talk_tracks.all(),
            uow.competitors.all(),
        ) == before
        assert len(uow.changes.of("customer", before[1][0].id)) == 1


def test_what_is_exported_comes_out_the_same_from_another_database(
    database: Database, sqlite: Database, tmp_path: Path
) -> None:
    import_company(database, DEMO, NOW)
    export_company(database, tmp_path / "one", NOW)
    import_company(sqlite, tmp_path / "one", NOW)
    export_company(sqlite, tmp_path / "two", NOW)
    for name in ("company.toml", "customers.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_was_added_in_chat_stays(database: Database, tmp_path: Path) -> None:
    company = found_company(database)
    text = '[[customers]]\nname = "杭州康联医疗科技有限公司"\naliases = ["康联医疗"]\n'
    text += '[[customers.contacts]]\nname = "王主任"\ndepartment = "采购部"\nrole = "decider"\n'
    with database.unit_of_work("chat", NOW) as uow:
        contact = uow.contacts.save(replace(make_contact(company), title="主任"))
    import_company(database, write(tmp_path, text), NOW)
    with database.unit_of_work("look", NOW) as uow:
        customer = uow.customers.get(company.customer.id)
        assert customer == replace(company.customer, aliases=("康联医疗", "杭州康联", "康联"))
        assert uow.contacts.of(company.customer.id) == (replace(contact, role=BuyingRole.DECIDER),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[people]\n", "company.toml: "),
        ("[[persons]]\n", "no such list: persons"),
        ('people = "李明"\n', "no such list"),
        ('[[people]]\nname = "李明"\nrole = "boss"\n', "company.toml line 1: role: "),
        ('\n\n[[people]]\nname = ""\nrole = "rep"\n', "company.toml line 3: name: "),
        ('[[people]]\nname = "李明"\nrole = "rep"\nage = 3\n', "line 1: age: "),
        ('[[people]]\nname = "李明"\nrole = "rep"\nsupervisor = "无名"\n', "line 1: supervisor: nobody"),
        ('[[people]]\nname = "李明"\nrole = "rep"\naddresses = ["liming"]\n', "line 1: addresses.1: "),
        ('[[customers]]\nname = "甲"\nowner = "无名"\n', "line 1: owner: nobody"),
        (
            '[[customers]]\nname = "甲"\n[[customers.opportunities]]\ntitle = "单"\nstage = "lead"\n',
            "line 1: opportunities: ",
        ),
        ('[[customers]]\nname = "甲"\n[[customers.contacts]]\ntitle = "总"\n', "line 1: contacts.1.name: "),
        ('[[talk_tracks]]\nscene = "a"\ntitle = "b"\ntext = "1\\n2\\n3\\n4"\n', "at most three lines"),
        ('[[talk_tracks]]\nscene = "a"\ntitle = "b"\ntext = "c"\nsignals = ["cheap"]\n', "signals"),
    ],
)
def test_errors_say_where_they_are_and_nothing_is_stored(
    sqlite: Database, tmp_path: Path, text: str, said: str
) -> None:
    good = '[[competitors]]\nname = "迈瑞"\n'
    write(tmp_path / "lists", good, name="a.toml")
    write(tmp_path / "lists", text)
    with pytest.raises(ConfigError) as raised:
        import_company(sqlite, tmp_path / "lists", NOW)
    assert said in str(raised.value)
    with sqlite.unit_of_work("look", NOW) as uow:
        assert uow.members.all() == ()
        assert uow.customers.all() == ()
        assert uow.competitors.all() == ()


def test_all_errors_are_told_at_once_up_to_a_limit(sqlite: Database, tmp_path: Path) -> None:
    text = "".join(f'[[people]]\nname = "{number}"\nrole = "boss"\n' for number in range(30))
    with pytest.raises(ConfigError) as raised:
        import_company(sqlite, write(tmp_path, text), NOW)
    lines = str(raised.value).splitlines()
    assert lines[0].startswith("company.toml line 1: ")
    assert lines[19].startswith("company.toml line 58: ")
    assert lines[20:] == ["and 10 more"]


def test_an_account_of_somebody_else_is_refused(sqlite: Database, tmp_path: Path) -> None:
    found_company(sqlite)
    text = '[[people]]\nname = "新人"\nrole = "rep"\naddresses = ["console:liming"]\n'
    with pytest.raises(ConfigError, match="belongs to 李明"):
        import_company(sqlite, write(tmp_path, text), NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_customers_from_a_spreadsheet(sqlite: Database, tmp_path: Path, encoding: str) -> None:
    company = found_company(sqlite)
    path = tmp_path / "customers.csv"
    text = "name,aliases,industry,owner\n嘉兴华瑞,华瑞|华瑞汽配,汽车,李明\n,,,\n常州宏宇,,,\n"
    path.write_bytes(text.encode(encoding))
    assert import_company(sqlite, path, NOW).customers == 2
    with sqlite.unit_of_work("look", NOW) as uow:
        (customer,) = uow.customers.named("华瑞汽配")
        assert (customer.industry, customer.owner_id) == ("汽车", company.rep.id)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("客户\n甲\n", "customers.csv line 1: the headings are name, aliases, industry, owner"),
        ("name\n甲,乙\n", "customers.csv line 2: more cells"),
        ("name,owner\n甲,\n乙,无名\n", "customers.csv line 3: owner: nobody"),
    ],
)
def test_bad_spreadsheets(sqlite: Database, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        import_company(sqlite, write(tmp_path, text, name="customers.csv"), NOW)
    assert said in str(raised.value)


@pytest.mark.parametrize("name", ["missing", "empty", "list.xlsx"])
def test_no_list_there(sqlite: Database, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.xlsx").write_bytes(b"PK")
    with pytest.raises(ConfigError, match="no \\.toml or \\.csv"):
        import_company(sqlite, tmp_path / name, NOW)
