"""A talk-track's words for the customer whom the rep has in mind."""

from __future__ import annotations

from bot.domain.talk_tracks import Variable, fill_variables
from bot.domain.track_pushes import TrackPush
from bot.domain.understanding import Field
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context


def variable_names(ctx: Context) -> dict[str, Variable]:
    """What stands in braces, by the name that people write."""
    return {ctx.deps.texts.label("variable", each): each for each in Variable}


def fill_track(ctx: Context, words: str, push: TrackPush | None = None) -> str:
    """The words with customer, contact and product of the push's record, else of the latest one; what is not
    known is said in general words.
    """
    record = _record(ctx, push)
    customer_id = push.customer_id if push and push.customer_id else record and record.customer_id
    values = {each: ctx.deps.texts.label("variable_unknown", each) for each in Variable}
    openings = {each: ctx.deps.texts.label("variable_opening", each) for each in Variable}
    for variable, value in _known(ctx, record, customer_id or None).items():
        values[variable] = openings[variable] = value
    names = variable_names(ctx)
    return fill_variables(
        words,
        {name: values[variable] for name, variable in names.items()},
        openings={name: openings[variable] for name, variable in names.items()},
    )


def _known(ctx: Context, record: VisitRecord | None, customer_id: int | None) -> dict[Variable, str]:
    known: dict[Variable, str] = {}
    customer = ctx.uow.customers.get(customer_id) if customer_id is not None else None
    if customer:
        known[Variable.CUSTOMER] = customer.short_name
    for variable, field in ((Variable.CONTACT, Field.CONTACT), (Variable.PRODUCT, Field.PRODUCT)):
        fact = record.facts.first(field) if record else None
        if fact:
            known[variable] = fact.value
    return known


def _record(ctx: Context, push: TrackPush | None) -> VisitRecord | None:
    """The push's own record; what was looked for without one goes with the latest of today."""
    if push and push.visit_id is not None:
        record = ctx.uow.visits.get(push.visit_id)
    elif push and push.customer_id is not None:
        return None
    else:
        since = ctx.now - ctx.deps.playbook.limits.undo_window
        record = ctx.uow.visits.latest(ctx.member.id, since=since)
    hidden = record is None or record.member_id != ctx.member.id or record.status is VisitStatus.DISCARDED
    return None if hidden else record
