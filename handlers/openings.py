"""What a record opens: checks with their clocks, the deal that it belongs to, hints of what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.clocks import Clock
from bot.domain.errors import Stale
from bot.domain.evidence import Evidence, answer_of, prefill
from bot.domain.messages import Row
from bot.domain.nodes import (
    NodeItem,
    NodeStatus,
    Opening,
    close_item,
    find_openings,
    match_nodes,
    match_stage,
    open_item,
    tell,
)
from bot.domain.opportunities import Opportunity, OpportunityStatus, deals_meant, prove
from bot.domain.people import Member
from bot.domain.playbook import Stage, find_hints, find_stage, finished
from bot.domain.understanding import Signal
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.alerts import alert_rows, raise_alert
from handlers.context import Context
from handlers.process import keep_actions, learn_contacts, plan_for_node
from prompts.cards import hint_row, node_row, preview_row

EARLIER_NOTES = 10


def follow_up(ctx: Context, record: VisitRecord) -> None:
    """Bring actions, checks, the deal, nudges and known contacts in line with a saved record."""
    assert record.customer_id is not None
    move_nodes(ctx, record, customer_id=record.customer_id)
    keep_actions(ctx, record, customer_id=record.customer_id)
    learn_contacts(ctx, record, customer_id=record.customer_id)
    deal = find_deal(ctx, record)
    drop_unfounded(ctx, record)
    open_all(ctx, wanted_nodes(ctx, record), record=record, deal=deal)
    fill_open_forms(ctx, record, deal)
    if deal:
        prove_by_visit(ctx, deal)
    raise_alert(ctx, record)


def follow_draft(ctx: Context, record: VisitRecord) -> list[NodeItem]:
    """Open the instant checks of a draft whose customer is known; the items that are new."""
    if record.status is not VisitStatus.DRAFT or record.customer_id is None:
        return []
    instant = [each for each in wanted_nodes(ctx, record) if each.node.clock is Clock.INSTANT]
    return open_all(ctx, instant, record=record, deal=find_deal(ctx, record))


def owner_of(ctx: Context, record: VisitRecord) -> Member:
    """Whose record it is: that is seldom another than who sent the message."""
    member = ctx.uow.members.get(record.member_id)
    if member is None:
        raise Stale
    return member


def deals_of(ctx: Context, record: VisitRecord) -> Sequence[Opportunity]:
    """The rep's open deals with the record's customer that the note may speak of."""
    if record.customer_id is None:
        return ()
    customer = ctx.uow.customers.get(record.customer_id)
    mine = [
        deal
        for deal in ctx.uow.opportunities.open_of(record.customer_id)
        if deal.owner_id == record.member_id
    ]
    names = (customer.name, *customer.aliases) if customer else ()
    return deals_meant(mine, record.text, names=names)


def find_deal(ctx: Context, record: VisitRecord) -> Opportunity | None:
    """The deal that was tapped, else the only one that the note may speak of."""
    if record.opportunity_id is not None:
        deal = ctx.uow.opportunities.get(record.opportunity_id)
        if deal and deal.customer_id == record.customer_id:
            return deal
    deals = deals_of(ctx, record)
    return deals[0] if len(deals) == 1 else None


def known_items(ctx: Context, customer_id: int, deal: Opportunity | None) -> list[NodeItem]:
    """The customer's items that count for the deal: its own, and open ones without any."""
    deal_id = deal.id if deal else None
    return [
        item
        for item in ctx.uow.node_items.of_customer(customer_id)
        if item.opportunity_id == deal_id or (item.opportunity_id is None and item.status is NodeStatus.OPEN)
    ]


def wanted_nodes(ctx: Context, record: VisitRecord) -> tuple[Opening, ...]:
    """The nodes that the record's facts call for and that its deal does not have yet."""
    customer_id = record.customer_id
    known = known_items(ctx, customer_id, find_deal(ctx, record)) if customer_id is not None else []
    team = owner_of(ctx, record).team
    return match_nodes(ctx.deps.playbook.nodes, record.facts, known=known, team=team)


def open_all(
    ctx: Context, openings: Iterable[Opening], *, record: VisitRecord, deal: Opportunity | None
) -> list[NodeItem]:
    """Open and store items, filled in with what the note says already."""
    assert record.customer_id is not None
    opened = []
    for opening in openings:
        item = open_item(
            opening,
            member_id=record.member_id,
            customer_id=record.customer_id,
            opportunity_id=deal.id if deal else None,
            visit_id=record.id,
            at=ctx.now,
            calendar=ctx.deps.calendar,
            quiet_hours=ctx.deps.playbook.manners.quiet_hours,
        )
        item = fill_in(ctx, item, opening, record)
        opened.append(ctx.uow.node_items.save(item))
        plan_for_node(ctx, opened[-1])
    return opened


def open_stage_nodes(ctx: Context, deal: Opportunity) -> list[NodeItem]:
    """Open what the deal's present stage calls for, its clock from the moment that the stage was entered."""
    owner, stage = ctx.uow.members.get(deal.owner_id), ctx.deps.playbook.stage(deal.stage_key)
    if owner is None or stage is None:
        return []
    openings = match_stage(
        ctx.deps.playbook.nodes,
        stage.key,
        stage_name=stage.name,
        known=known_items(ctx, deal.customer_id, deal),
        team=owner.team,
    )
    opened = []
    for opening in openings:
        item = open_item(
            opening,
            member_id=deal.owner_id,
            customer_id=deal.customer_id,
            opportunity_id=deal.id,
            visit_id=None,
            at=deal.stage_entered_at,
            calendar=ctx.deps.calendar,
            quiet_hours=ctx.deps.playbook.manners.quiet_hours,
        )
        opened.append(ctx.uow.node_items.save(item))
        plan_for_node(ctx, opened[-1])
    return opened


def fill_in(ctx: Context, item: NodeItem, opening: Opening, record: VisitRecord) -> NodeItem:
    """The item with what the note says of its form; a note that was spoken long enough is its voice proof."""
    answers = prefill(opening.node.fields, record.facts, names=names_of_values(ctx))
    item = replace(item, answers=answers)
    wants_voice = Evidence.VOICE in opening.node.evidence
    if wants_voice and record.voice_seconds >= ctx.deps.playbook.thresholds.voice_seconds:
        item = tell(item, Evidence.VOICE, record.number)
        item = replace(item, evidence_refs=record.media_refs)
    return item


def fill_open_forms(ctx: Context, record: VisitRecord, deal: Opportunity | None) -> None:
    """Lines that are still empty in open forms of the deal get what this note says of them."""
    assert record.customer_id is not None
    for item in known_items(ctx, record.customer_id, deal):
        node = ctx.deps.playbook.node(item.node_key)
        if node is None or item.status is not NodeStatus.OPEN or item.member_id != record.member_id:
            continue
        filled = item
        for answer in prefill(node.fields, record.facts, names=names_of_values(ctx)):
            if not answer_of(item.answers, answer.key):
                filled = tell(filled, answer.key, answer.value)
        ctx.uow.node_items.save(filled)


def names_of_values(ctx: Context) -> dict[str, str]:
    """What people call the members of closed lists that a form may be filled in with."""
    texts = ctx.deps.texts
    names = {signal.value: texts.label("signal", signal) for signal in Signal}
    return {**names, **{key: texts.label("scene", key) for key in texts.keys_of("scene")}}


def move_nodes(ctx: Context, record: VisitRecord, *, customer_id: int) -> None:
    """Open items of a record whose customer was corrected go with it."""
    for item in ctx.uow.node_items.of_visit(record.id):
        if item.status is NodeStatus.OPEN and item.customer_id != customer_id:
            ctx.uow.node_items.save(replace(item, customer_id=customer_id, opportunity_id=None))


def drop_unfounded(ctx: Context, record: VisitRecord) -> None:
    """Cancel the record's open items whose reason was corrected away."""
    for item in ctx.uow.node_items.of_visit(record.id):
        node = ctx.deps.playbook.node(item.node_key)
        if node is None or node.clock is Clock.STAGE_ENTRY or item.status is not NodeStatus.OPEN:
            continue
        if all(opening.trigger != item.trigger for opening in find_openings(node, record.facts)):
            cancel_item(ctx, item, reason="")


def cancel_item(ctx: Context, item: NodeItem, *, reason: str) -> None:
    """Cancel an open item and its reminders."""
    plan_for_node(
        ctx, ctx.uow.node_items.save(close_item(item, NodeStatus.CANCELLED, at=ctx.now, reason=reason))
    )


def cancel_of_visit(ctx: Context, record: VisitRecord) -> None:
    """Cancel whatever a draft that is put away has opened."""
    for item in ctx.uow.node_items.of_visit(record.id):
        if item.status is NodeStatus.OPEN:
            cancel_item(ctx, item, reason="")


def prove_by_visit(ctx: Context, deal: Opportunity) -> None:
    """A saved visit is the evidence action of the deal's stage where the playbook says so."""
    stage = ctx.deps.playbook.stage(deal.stage_key)
    if deal.status is not OpportunityStatus.OPEN or stage is None:
        return
    for proof in stage.proofs:
        if proof.by_visit and not deal.has_proof(deal.stage_key, proof.key):
            ctx.uow.opportunities.save(prove(deal, proof.key, at=ctx.now))


def node_rows(ctx: Context, record: VisitRecord) -> tuple[Row, ...]:
    """The open checks that this record opened or, as a draft, will open, and hints, as rows of its card."""
    rows = []
    texts = ctx.deps.texts
    for item in ctx.uow.node_items.of_visit(record.id):
        node = ctx.deps.playbook.node(item.node_key)
        if node and item.status is NodeStatus.OPEN:
            rows.append(node_row(node, item, when=texts.moment(item.due_at, now=ctx.now), texts=texts))
    if record.status is VisitStatus.DRAFT:
        for opening in wanted_nodes(ctx, record):
            answers = prefill(opening.node.fields, record.facts, names=names_of_values(ctx))
            rows.append(preview_row(opening, answers, texts=texts))
    return (*rows, *hint_rows(ctx, record), *alert_rows(ctx, record))


def hint_rows(ctx: Context, record: VisitRecord) -> tuple[Row, ...]:
    """What the customer's words hint was left out."""
    earlier: list[VisitRecord] = []
    done: frozenset[str] = frozenset()
    if record.customer_id is not None and record.facts.signals():
        notes = ctx.uow.visits.of_customer(record.customer_id, limit=EARLIER_NOTES)
        earlier = [each for each in notes if each.id != record.id and not each.private]
        done = finished(known_items(ctx, record.customer_id, find_deal(ctx, record)))
    hints = find_hints(
        ctx.deps.playbook.hints,
        record.facts,
        text=record.text,
        earlier=[each.facts for each in earlier],
        done=done,
    )
    return tuple(hint_row(hint, texts=ctx.deps.texts) for hint in hints)


def stage_move(ctx: Context, record: VisitRecord) -> tuple[Opportunity | None, Stage] | None:
    """The move that the note's stage words propose: of its deal, else of one that is to be made."""
    if record.customer_id is None:
        return None
    found = find_stage(ctx.deps.playbook, record.text)
    if found is None:
        return None
    deal = find_deal(ctx, record)
    if deal is None:
        return None if deals_of(ctx, record) else (None, found[0])
    return (deal, found[0]) if deal.stage_key != found[0].key else None
