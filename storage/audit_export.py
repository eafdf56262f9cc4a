"""The audit as rows of a list, for whoever has to show who changed what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from bot.domain.audit import AuditEntry, AuditQuery
from bot.domain.calendar import SHANGHAI
from storage.database import Database
from storage.visit_files import neutral

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One field of one change, old and new; a refused question has only what was asked for."""

    at: str
    who: str
    what: str
    noun: str
    number: str
    name: str
    field: str
    old: str
    new: str
    undone: str


def audit_rows(database: Database, *, since: datetime, now: datetime) -> Iterator[AuditRow]:
    """Everything since then, newest first: changes, then refused questions. What was said at customers' is
    left out, as in the chat. Page by page, so that a long history needs little memory.
    """
    with database.unit_of_work("export:audit", now) as uow:
        names = {each.id: each.name for each in uow.members.all()}
        before: int | None = None
        while page := uow.audit.find(AuditQuery(), before=before, limit=PAGE):
            for entry in page:
                if entry.at >= since:
                    yield from _of_change(entry, names)
            before = page[-1].id if page[-1].at >= since else 0
        before = None
        while asked := uow.audit.refused(before=before, limit=PAGE):
            for each in asked:
                if each.at >= since:
                    who = names.get(each.member_id, "")
                    yield _row(at=each.at, who=who, what="refused", name=each.asked)
            before = asked[-1].id


def _of_change(entry: AuditEntry, names: dict[int, str]) -> Iterator[AuditRow]:
    for each in entry.fields:
        yield _row(
            at=entry.at,
            who=names.get(entry.member_id or 0, ""),
            what=entry.kind,
            noun=entry.noun,
            number=str(entry.noun_id),
            name=entry.called,
            field=each.name,
            old="; ".join(each.old),
            new="; ".join(each.new),
            undone="yes" if entry.undone else "",
        )


def _row(*, at: datetime, **cells: str) -> AuditRow:
    written = {each.name: "" for each in fields(AuditRow)} | cells
    return AuditRow(**{**written, "at": at.astimezone(SHANGHAI).isoformat(timespec="seconds")})


def audit_csv(rows: Iterable[AuditRow]) -> str:
    """A table with headings, harmless for spreadsheets."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([_headings(), *map(_cells, rows)])
    return written.getvalue()


def write_audit(to: Path, rows: Iterable[AuditRow]) -> None:
    """One sheet, its headings frozen, no cell of which is a formula."""
    # Imported here: it would take a tenth of the program's start.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("audit")
    sheet.freeze_panes = "A2"
    sheet.append(_headings())
    for row in rows:
        sheet.append(_cells(row))
    book.save(to)


def _headings() -> list[str]:
    return [each.name for each in fields(AuditRow)]


def _cells(row: AuditRow) -> list[str]:
    return [neutral(str(cell)) for cell in astuple(row)]
