"""A company's lists as plain TOML and CSV: the same form that the import reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.domain.opportunities import Opportunity
from bot.domain.people import Member
from storage.company_lists import CSV_HEADINGS
from storage.database import Database
from storage.unit_of_work import UnitOfWork

Lines = Iterator[str]


def export_company(database: Database, folder: Path, now: datetime) -> None:
    """Write `company.toml` with everything and `customers.csv` for spreadsheets into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with database.unit_of_work("export", now) as uow:
        names = {member.id: member.name for member in uow.members.all()}
        (folder / "company.toml").write_text("\n".join(_company(uow, names)) + "\n", encoding="utf-8")
        with (folder / "customers.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(CSV_HEADINGS)
            for one in uow.customers.all():
                owner = names.get(one.owner_id or 0, "")
                writer.writerow((one.name, "|".join(one.aliases), one.industry, owner))


def _company(uow: UnitOfWork, names: Mapping[int, str]) -> Lines:
    for member in uow.members.all():
        yield from _table("people", _person(member, names))
    for customer in uow.customers.all():
        owner = names.get(customer.owner_id or 0)
        entry = {
            "name": customer.name,
            "aliases": customer.aliases,
            "industry": customer.industry,
            "owner": owner,
        }
        yield from _table("customers", entry)
        for contact in uow.contacts.of(customer.id):
            person = {
                "name": contact.name,
                "title": contact.title,
                "department": contact.department,
                "role": contact.role,
                "active": None if contact.active else False,
            }
            yield from _table("customers.contacts", person)
        for deal in uow.opportunities.of(customer.id):
            yield from _table("customers.opportunities", _deal(deal, names))
    for table, known in (("competitors", uow.competitors.all()), ("products", uow.products.all())):
        for one in known:
            yield from _table(table, {"name": one.name, "aliases": one.aliases})
    for track in uow.talk_tracks.all():
        said = {
            "scene": track.scene,
            "title": track.title,
            "text": track.text,
            "signals": sorted(track.signals),
            "node_keys": sorted(track.node_keys),
            "active": None if track.active else False,
        }
        yield from _table("talk_tracks", said)


def _person(member: Member, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "name": member.name,
        "role": member.role,
        "team": member.team,
        "supervisor": names.get(member.supervisor_id or 0),
        "addresses": [str(address) for address in member.addresses],
        "active": None if member.active else False,
    }


def _deal(deal: Opportunity, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "title": deal.title,
        "stage": deal.stage_key,
        "owner": names.get(deal.owner_id),
        "amount": deal.amount,
        "stage_entered_on": deal.stage_entered_at.date(),
        "status": deal.status,
        "lost_reason": deal.lost_reason,
    }


def _table(name: str, entry: Mapping[str, Any]) -> Lines:
    """One entry; what is empty is left out."""
    yield f"[[{name}]]"
    for key, value in entry.items():
        if value not in (None, "", (), []):
            yield f"{key} = {_toml(value)}"
    yield ""


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # A JSON string is a TOML basic string, but for DEL (https://toml.io/en/v1.0.0#string).
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return "[" + ", ".join(_toml(item) for item in value) + "]"
