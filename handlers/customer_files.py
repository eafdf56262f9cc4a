"""Files of customers: what one would do, shown first, and then done or taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.changes import Change
from bot.domain.customer_imports import (
    CustomerField,
    CustomerPlan,
    CustomerWords,
    plan_customers,
)
from bot.domain.messages import Button, Card, Row
from bot.domain.sheets import Sheet
from bot.domain.track_imports import ImportStatus, ImportSubject, TrackImport
from handlers.context import Deps
from handlers.ports import UnitOfWork
from prompts.imports import confirm_buttons, done_card, errors_card

SHOWN_NAMES = 5
SHOWN_LOOKALIKES = 4


def customer_words(uow: UnitOfWork, deps: Deps) -> CustomerWords:
    """What columns and owners may be written, out of texts and members."""
    texts = deps.texts
    return CustomerWords(
        fields={
            word: field
            for field in CustomerField
            for word in texts.label("customer_field", field).lower().split()
        },
        owners={each.name: each.id for each in uow.members.all() if each.active},
        name_key=deps.name_key,
    )


def take_step(
    uow: UnitOfWork, deps: Deps, batch: TrackImport, sheet: Sheet, *, now: datetime
) -> tuple[TrackImport, Card]:
    """Preview a file that came, or take in one that was confirmed; raises Refusal for its headings."""
    plan = plan_customers(sheet, known=uow.customers.all(), words=customer_words(uow, deps))
    batch = replace(batch, subject=ImportSubject.CUSTOMERS)
    if plan.errors:
        card = errors_card(batch, plan.errors, rows=len(sheet.rows), texts=deps.texts)
        return replace(batch, status=ImportStatus.REFUSED), card
    if not (plan.added or plan.changed or plan.doubtful):
        title = deps.texts.say("customers.file.nothing_new", count=plan.same)
        return replace(batch, status=ImportStatus.REFUSED), Card(title=title)
    counted = replace(batch, added=len(plan.added), changed=len(plan.changed), doubtful=len(plan.doubtful))
    if batch.status is ImportStatus.RECEIVED:
        return replace(counted, status=ImportStatus.SHOWN), preview_card(deps, counted, plan)
    new = [*plan.added, *(each.customer for each in plan.doubtful if batch.with_doubtful)]
    uow.customer_lists.add(new)
    uow.customer_lists.change(plan.changed)
    done = replace(counted, added=len(new), status=ImportStatus.DONE, applied_at=now)
    return done, done_card(done, texts=deps.texts)


def preview_card(deps: Deps, batch: TrackImport, plan: CustomerPlan) -> Card:
    """How many rows are new, changed, likely known and the same, with samples of each."""
    say, comma = deps.texts.say, deps.texts.say("visit.and")
    rows = []
    if plan.added:
        names = comma.join(each.name for each in plan.added[:SHOWN_NAMES])
        rows.append(Row(label=say("customers.file.added", count=len(plan.added)), value=names))
    if plan.changed:
        names = comma.join(new.name for _, new in plan.changed[:SHOWN_NAMES])
        rows.append(Row(label=say("customers.file.changed", count=len(plan.changed)), value=names))
    if plan.doubtful:
        alike = comma.join(
            say("customers.file.alike", line=each.line, name=each.customer.name, known=each.known)
            for each in plan.doubtful[:SHOWN_LOOKALIKES]
        )
        rows.append(Row(label=say("customers.file.doubtful", count=len(plan.doubtful)), value=alike))
    if plan.same:
        rows.append(Row(label=say("customers.file.same", count=plan.same), value=say("library.file.left")))
    if plan.unused:
        rows.append(Row(label=say("customers.file.unused"), value=comma.join(plan.unused[:SHOWN_NAMES])))
    yes, no = confirm_buttons(batch, texts=deps.texts)
    every = Button(label=say("customers.file.with_doubtful"), action=f"library.import_all:{batch.id}")
    buttons = (
        *((yes,) if plan.added or plan.changed else ()),
        *((every,) if plan.doubtful else ()),
        no,
    )
    note = say("customers.file.doubtful_note") if plan.doubtful else None
    return Card(
        title=say("library.file.preview", name=batch.name), rows=tuple(rows), buttons=buttons, note=note
    )


def take_back(uow: UnitOfWork, undone: Sequence[Change]) -> int:
    """Remove the customers that the file brought; how many stay because something refers to them by now."""
    return uow.customer_lists.remove_unused([each.noun_id for each in undone if each.before is None])
