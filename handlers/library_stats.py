"""Which talk-tracks work: offered, opened, useful, and what nobody has needed for two months."""

from __future__ import annotations

from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.people import Role
from bot.domain.track_pushes import UNUSED_AFTER, TrackUse
from handlers.context import Context
from handlers.router import Router

router = Router()

SHOWN_USES = 8
SHOWN_UNUSED = 5


@router.command("/话术 统计", help="看哪些话术管用，哪些 60 天没人用", role=Role.ADMIN)
def show_use(ctx: Context) -> list[Outgoing]:
    """All together, the most opened ones, and what might be retired with one tap each."""
    pushed, opened, helpful, unhelpful = ctx.uow.track_pushes.totals()
    total = TrackUse(track_id=0, title="", pushed=pushed, opened=opened, helpful=helpful, unhelpful=unhelpful)
    rows = [Row(label=ctx.say("library.stats.all"), value=_use(ctx, total))]
    uses = ctx.uow.track_pushes.use(limit=SHOWN_USES)
    rows += [Row(label=f"#{use.track_id} {use.title}", value=_use(ctx, use)) for use in uses]
    count, unused = ctx.uow.track_pushes.unused(since=ctx.now - UNUSED_AFTER, limit=SHOWN_UNUSED)
    buttons = [
        Button(label=ctx.say("library.stats.retire", title=title), action=f"library.retire:{track_id}")
        for track_id, title in unused
    ]
    note = ctx.say("library.stats.unused", count=count, days=UNUSED_AFTER.days) if unused else None
    card = Card(title=ctx.say("library.stats.title"), rows=tuple(rows), buttons=tuple(buttons), note=note)
    return [ctx.show(card)]


def _use(ctx: Context, use: TrackUse) -> str:
    percent = use.helpful_percent
    counts = ctx.say("library.stats.counts", pushed=use.pushed, opened=use.opened)
    if percent is None:
        return counts
    return ctx.say(
        "library.stats.rated",
        counts=counts,
        percent=percent,
        helpful=use.helpful,
        answered=use.helpful + use.unhelpful,
    )
