"""The slow part of a file's way in: reading and storing it, apart from the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.customer_imports import is_for_customers
from bot.domain.errors import Refusal, SheetError
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Member, Role
from bot.domain.sheets import Sheet
from bot.domain.talk_tracks import Variable
from bot.domain.track_fields import Vocabulary
from bot.domain.track_imports import (
    ImportPlan,
    ImportStatus,
    TrackImport,
    is_for_library,
    plan_import,
)
from handlers.context import Deps
from handlers.customer_files import customer_words, take_step
from handlers.library_files import screen_key
from handlers.library_words import vocabulary
from handlers.ports import UnitOfWork
from handlers.screens import remember_card
from handlers.turn import OpenTransaction
from prompts.imports import confirm_buttons, done_card, errors_card

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
    try:
        words = vocabulary(uow, deps)
        if is_for_library(sheet, vocabulary=words):
            return _step_library(uow, deps, batch, sheet, author, words, now=now)
        if is_for_customers(sheet, words=customer_words(uow, deps)):
            return take_step(uow, deps, batch, sheet, now=now)
    except Refusal as refusal:
        return refused, Card(title=deps.texts.say(refusal.key, **refusal.values))
    # Whatever else an admin sends may be what a customer has bought.
    other = Button(label=deps.texts.say("purchase.button"), action=f"purchase.ask:{batch.media_ref}")
    return refused, Card(title=deps.texts.say("customers.file.headings"), buttons=(other,))


def _step_library(
    uow: UnitOfWork,
    deps: Deps,
    batch: TrackImport,
    sheet: Sheet,
    author: Member,
    words: Vocabulary,
    *,
    now: datetime,
) -> tuple[TrackImport, Card]:
    refused = replace(batch, status=ImportStatus.REFUSED)
    variables = {deps.texts.label("variable", each): each for each in Variable}
    plan = plan_import(
        sheet,
        known=uow.talk_tracks.known,
        vocabulary=words,
        variables=variables,
        author=author,
        at=now,
    )
    if plan.errors:
        return refused, errors_card(batch, plan.errors, rows=len(sheet.rows), texts=deps.texts)
    if not plan.added and not plan.changed:
        return refused, Card(title=deps.texts.say("library.file.nothing_new", count=plan.same))
    counted = replace(batch, added=len(plan.added), changed=len(plan.changed))
    if batch.status is ImportStatus.RECEIVED:
        return replace(counted, status=ImportStatus.SHOWN), _preview_card(deps, counted, plan)
    _take_in(uow, plan)
    done = replace(counted, status=ImportStatus.DONE, applied_at=now)
    return done, done_card(done, texts=deps.texts)


def _take_in(uow: UnitOfWork, plan: ImportPlan) -> None:
    uow.talk_tracks.add_all(plan.added)
    for track in plan.changed:
        uow.talk_tracks.save(track)


def _preview_card(deps: Deps, batch: TrackImport, plan: ImportPlan) -> Card:
    say = deps.texts.say
    rows = []
    for key, tracks in (("library.file.added", plan.added), ("library.file.changed", plan.changed)):
        if tracks:
            titles = say("visit.and").join(track.title for track in tracks[:SHOWN_TITLES])
            rows.append(Row(label=say(key, count=len(tracks)), value=titles))
    if plan.same:
        rows.append(Row(label=say("library.file.same", count=plan.same), value=say("library.file.left")))
    buttons = confirm_buttons(batch, texts=deps.texts)
    return Card(title=say("library.file.preview", name=batch.name), rows=tuple(rows), buttons=buttons)


def _tell(uow: UnitOfWork, author: Member, batch: TrackImport, card: Card, *, now: datetime) -> None:
    if author.address is None:
        return
    outgoing = Outgoing(to=author.address, card=card, key=screen_key(batch))
    once = f"{screen_key(batch)}:{batch.status}"
    uow.outbox.push(outgoing, idempotency_key=once, now=now)
    remember_card(uow, outgoing, now=now)
