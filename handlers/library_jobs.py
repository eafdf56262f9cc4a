"""The slow part of a file's way into the library: reading and storing it, apart from the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Refusal, SheetError
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Member, Role
from bot.domain.sheets import Sheet
from bot.domain.talk_tracks import Variable
from bot.domain.track_imports import (
    ImportPlan,
    ImportStatus,
    RowError,
    TrackImport,
    is_for_library,
    plan_import,
)
from handlers.context import Deps
from handlers.library_files import screen_key
from handlers.library_words import vocabulary
from handlers.ports import UnitOfWork
from handlers.screens import remember_card
from handlers.turn import OpenTransaction

SHOWN_ERRORS = 8
SHOWN_TITLES = 5


def work_off_imports(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> int:
    """Preview every file that came, take in every one that was confirmed; how many files."""
    with open_transaction("library-imports", now) as uow:
        waiting = uow.track_imports.waiting()
    for import_id in waiting:
        _work_off(import_id, open_transaction=open_transaction, deps=deps, now=now)
    index_entries(open_transaction=open_transaction, deps=deps, now=now)
    return len(waiting)


def index_entries(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> None:
    """Make all that was changed findable by its words, in pieces so small that nobody waits for them."""
    while True:
        with open_transaction("library-index", now) as uow:
            if not uow.talk_tracks.index(deps.cut_terms):
                return


def _work_off(import_id: int, *, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> None:
    with open_transaction("library-imports", now) as uow:
        batch = uow.track_imports.get(import_id)
    if batch is None:
        return
    try:
        # Seconds for a long file: nobody else waits for them.
        sheet: Sheet | SheetError = deps.sheets.read(batch.media_ref)
    except SheetError as error:
        sheet = error
    with open_transaction(batch.message_id, now) as uow:
        batch = uow.track_imports.get(import_id)
        author = uow.members.get(batch.member_id) if batch else None
        if batch is None or batch.status not in (ImportStatus.RECEIVED, ImportStatus.CONFIRMED):
            return
        if author is None or author.role is not Role.ADMIN or not author.active:
            # Whoever is no admin any more takes nothing in.
            uow.track_imports.save(replace(batch, status=ImportStatus.REFUSED))
            return
        uow.act_as(author.id)
        batch, card = _step(uow, deps, batch, sheet, author, now=now)
        uow.track_imports.save(batch)
        _tell(uow, author, batch, card, now=now)


def _step(
    uow: UnitOfWork,
    deps: Deps,
    batch: TrackImport,
    sheet: Sheet | SheetError,
    author: Member,
    *,
    now: datetime,
) -> tuple[TrackImport, Card]:
    refused = replace(batch, status=ImportStatus.REFUSED)
    if isinstance(sheet, SheetError):
        return refused, Card(title=deps.texts.say(f"library.file.{sheet.problem}", **sheet.values))
    words = vocabulary(uow, deps)
    if not is_for_library(sheet, vocabulary=words):
        return refused, Card(title=deps.texts.say("library.file.headings"))
    variables = {deps.texts.label("variable", each): each for each in Variable}
    try:
        plan = plan_import(
            sheet,
            known=uow.talk_tracks.known,
            vocabulary=words,
            variables=variables,
            author=author,
            at=now,
        )
    except Refusal as refusal:
        return refused, Card(title=deps.texts.say(refusal.key, **refusal.values))
    if plan.errors:
        return refused, _errors_card(deps, batch, plan.errors, rows=len(sheet.rows))
    if not plan.added and not plan.changed:
        return refused, Card(title=deps.texts.say("library.file.nothing_new", count=plan.same))
    counted = replace(batch, added=len(plan.added), changed=len(plan.changed))
    if batch.status is ImportStatus.RECEIVED:
        return replace(counted, status=ImportStatus.SHOWN), _preview_card(deps, counted, plan)
    _take_in(uow, plan)
    done = replace(counted, status=ImportStatus.DONE, applied_at=now)
    return done, _done_card(deps, done)


def _take_in(uow: UnitOfWork, plan: ImportPlan) -> None:
    uow.talk_tracks.add_all(plan.added)
    for track in plan.changed:
        uow.talk_tracks.save(track)


def _errors_card(deps: Deps, batch: TrackImport, errors: Sequence[RowError], *, rows: int) -> Card:
    say = deps.texts.say
    shown = tuple(
        Row(label=say("library.file.line", line=error.line), value=say(error.key, **error.values))
        for error in errors[:SHOWN_ERRORS]
    )
    more = len(errors) - len(shown)
    note = say("library.file.fix_and_send")
    if more > 0:
        note = say("library.file.more_errors", count=more) + note
    title = say("library.file.errors", name=batch.name, bad=len(errors), rows=rows)
    return Card(title=title, rows=shown, note=note)


def _preview_card(deps: Deps, batch: TrackImport, plan: ImportPlan) -> Card:
    say = deps.texts.say
    rows = []
    for key, tracks in (("library.file.added", plan.added), ("library.file.changed", plan.changed)):
        if tracks:
            titles = say("visit.and").join(track.title for track in tracks[:SHOWN_TITLES])
            rows.append(Row(label=say(key, count=len(tracks)), value=titles))
    if plan.same:
        rows.append(Row(label=say("library.file.same", count=plan.same), value=say("library.file.left")))
    yes = Button(label=say("library.file.confirm"), action=f"library.import:{batch.id}", primary=True)
    no = Button(label=say("library.file.drop"), action=f"library.import_drop:{batch.id}")
    return Card(title=say("library.file.preview", name=batch.name), rows=tuple(rows), buttons=(yes, no))


def _done_card(deps: Deps, batch: TrackImport) -> Card:
    say = deps.texts.say
    button = Button(label=say("library.file.withdraw"), action=f"library.import_withdraw:{batch.id}")
    title = say("library.file.done", name=batch.name, added=batch.added, changed=batch.changed)
    return Card(title=title, buttons=(button,), settled=True)


def _tell(uow: UnitOfWork, author: Member, batch: TrackImport, card: Card, *, now: datetime) -> None:
    if author.address is None:
        return
    outgoing = Outgoing(to=author.address, card=card, key=screen_key(batch))
    once = f"{screen_key(batch)}:{batch.status}"
    uow.outbox.push(outgoing, idempotency_key=once, now=now)
    remember_card(uow, outgoing, now=now)
