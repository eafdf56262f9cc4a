"""Which talk-tracks come with a reply: at most three, those that triggers name first, none too often."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Button
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.talk_tracks import TalkTrack, TrackKind
from bot.domain.track_pushes import QUIET_FOR, TrackPush
from bot.domain.triggers import OFFERED, Offer, TriggerKind, called, sources_in
from bot.domain.understanding import Signal, VisitFacts
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context

ASKED_FOR = "asked"
"""The source of what somebody looked for, which nothing holds back."""
MORE_THAN_SHOWN = 12
"""Of so many that fit, some may be for another industry."""

Offered = tuple[TalkTrack, TrackPush]


def today(ctx: Context) -> date:
    """The day in the product's zone."""
    return ctx.now.astimezone(SHANGHAI).date()


def offer_for_record(ctx: Context, record: VisitRecord) -> tuple[Offered, ...]:
    """What the record calls for; what brought something for this customer within a week is silent."""
    occasion = f"visit:{record.id}"
    said = sources_in(record.facts)
    sources = sources_in(record.facts, opened=_opened_nodes(ctx, record), stage_key=_stage_of(ctx, record))
    # What a check needs is a tap away on its own card; unasked it comes only where an admin says so.
    process = [each for each in sources if each not in said]
    offers = find_offers(ctx, sources, text=record.text, named_only=process, kinds=(TrackKind.SAYING,))
    if record.customer_id is not None:
        since = ctx.now - QUIET_FOR
        used = ctx.uow.track_pushes.sources_since(
            ctx.member.id, record.customer_id, since=since, but=occasion
        )
        offers = tuple(each for each in offers if each.source not in used)
    return offer(ctx, offers, occasion=occasion, customer_id=record.customer_id, visit_id=record.id)


def offer_when_stuck(ctx: Context, record: VisitRecord, before: VisitRecord) -> tuple[Offered, ...]:
    """What helps where two visits in a row moved nothing: on what was said, else on whatever may be said."""
    said = dict.fromkeys((*sources_in(record.facts), *sources_in(before.facts)))
    sources = tuple(said) or tuple(f"{TriggerKind.SIGNAL}:{signal}" for signal in Signal)
    return offer(
        ctx,
        find_offers(ctx, sources, kinds=(TrackKind.SAYING,)),
        occasion=f"stuck:{record.id}",
        customer_id=record.customer_id,
        visit_id=record.id,
    )


def offer_for_node(ctx: Context, item: NodeItem) -> tuple[Offered, ...]:
    """What a node item calls for: those that answer what its record said as well come first."""
    late = (item.node_key,) if item.due_at <= ctx.now else ()
    record = ctx.uow.visits.get(item.visit_id) if item.visit_id is not None else None
    node = sources_in(VisitFacts(), opened=(item.node_key,), overdue=late)
    sources = (*node, *(sources_in(record.facts) if record else ()))
    return offer(
        ctx,
        find_offers(ctx, sources),
        occasion=f"node:{item.id}",
        customer_id=item.customer_id,
        visit_id=item.visit_id,
    )


def find_offers(
    ctx: Context,
    sources: Sequence[str],
    *,
    text: str = "",
    named_only: Collection[str] = (),
    kinds: Collection[TrackKind] = tuple(TrackKind),
) -> tuple[Offer, ...]:
    """What triggers name, then what answers by itself, but not for the sources `named_only`."""
    packs = {pack.id: pack for pack in ctx.uow.packs.active()}
    named = called(ctx.uow.triggers.active(), packs, sources=sources, text=text, team=ctx.member.team)
    by_answer = {answer_of(source): source for source in sources if source not in named_only}
    fitting = ctx.uow.talk_tracks.answering(
        list(by_answer), member=ctx.member, today=today(ctx), limit=MORE_THAN_SHOWN, kinds=kinds
    )
    found = {each.track_id: each for each in named}
    for track_id, answer in fitting:
        found.setdefault(track_id, Offer(track_id=track_id, source=by_answer[answer]))
    return tuple(found.values())


def answer_of(source: str) -> str:
    """What an entry is bound to that answers the source: a node, whether it opened or is late."""
    kind, _, value = source.partition(":")
    return f"node:{value}" if kind in (TriggerKind.NODE_OPENED, TriggerKind.NODE_OVERDUE) else source


def offer(
    ctx: Context,
    offers: Sequence[Offer],
    *,
    occasion: str,
    customer_id: int | None = None,
    visit_id: int | None = None,
    limit: int = OFFERED,
) -> tuple[Offered, ...]:
    """Remember the first few that the member may have as offered."""
    by_id = {each.track_id: each for each in offers}
    tracks = fitting_tracks(ctx, list(by_id), customer_id=customer_id)[:limit]
    pushes = [
        TrackPush(
            id=0,
            track_id=track.id,
            member_id=ctx.member.id,
            occasion=occasion,
            source=by_id[track.id].source,
            pushed_at=ctx.now,
            customer_id=customer_id,
            visit_id=visit_id,
        )
        for track in tracks
    ]
    return tuple(zip(tracks, map(ctx.uow.track_pushes.offer, pushes), strict=True))


def fitting_tracks(ctx: Context, ids: Sequence[int], *, customer_id: int | None) -> list[TalkTrack]:
    """Those of the ids that are live, for this member and for the customer's industry."""
    customer = ctx.uow.customers.get(customer_id) if customer_id is not None else None
    industry = customer.industry if customer else ""
    return [
        track
        for track in (ctx.uow.talk_tracks.of_ids(ids) if ids else ())
        if track.is_live(today(ctx))
        and track.fits(ctx.member)
        and (not track.industries or not industry or industry in track.industries)
    ]


def track_buttons(ctx: Context, record: VisitRecord, *, room: int) -> list[Button]:
    """The titles, each opened by one tap; where a card has no room for all of them, one button for all."""
    offered = offer_for_record(ctx, record) if room > 0 else ()
    if len(offered) > room:
        return [ctx.button("visit.button.tracks", f"tracks.visit:{record.id}")]
    return [title_button(ctx, track, push) for track, push in offered]


def title_button(ctx: Context, track: TalkTrack, push: TrackPush) -> Button:
    """A title that opens."""
    return Button(label=ctx.say("tracks.title", title=track.title), action=f"tracks.open:{push.id}")


def offers_of(tracks: Iterable[TalkTrack]) -> list[Offer]:
    """Entries that somebody looked for, as offers."""
    return [Offer(track_id=track.id, source=ASKED_FOR) for track in tracks]


def _opened_nodes(ctx: Context, record: VisitRecord) -> list[str]:
    if record.status is not VisitStatus.SAVED:
        return []
    items = ctx.uow.node_items.of_visit(record.id)
    return [item.node_key for item in items if item.status is NodeStatus.OPEN]


def _stage_of(ctx: Context, record: VisitRecord) -> str:
    if record.customer_id is None:
        return ""
    deals = ctx.uow.opportunities.open_of(record.customer_id)
    return max(deals, key=lambda deal: deal.stage_entered_at).stage_key if deals else ""
