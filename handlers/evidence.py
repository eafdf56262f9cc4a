"""Pictures, files and places that arrive without a question: kept, and put where the rep says."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.evidence import Evidence
from bot.domain.messages import MAX_BUTTONS, Attachment, Button, Card, Kind, Outgoing
from bot.domain.nodes import attach_evidence, missing_parts
from bot.domain.opportunities import prove
from handlers.context import Context
from handlers.finding import visible_deal
from handlers.items import describe_node
from handlers.matches import is_table
from handlers.node_steps import own_item
from handlers.nodes import go_on_saved
from handlers.router import Router

router = Router()

OFFERED_ITEMS = 4


@router.waiting("deal.proof", fits=lambda ctx, _subject: ctx.incoming.kind in (Kind.IMAGE, Kind.FILE))
def take_deal_proof(ctx: Context) -> list[Outgoing]:
    """A file for an evidence action of a deal's stage: `7/quotation`."""
    deal_id, _, key = ctx.argument.partition("/")
    deal, file = visible_deal(ctx, deal_id), ctx.incoming.attachment
    if file is None:
        raise Stale
    ctx.uow.dialogs.stop(ctx.member.id)
    ctx.uow.opportunities.save(prove(deal, key, at=ctx.now, media_ref=file.media_ref))
    stage = ctx.deps.playbook.stage(deal.stage_key)
    name = next((proof.name for proof in stage.proofs if proof.key == key), key) if stage else key
    return ctx.reply("deal.proved", proof=name, file=file.name, size=size_text(file))


@router.kind(Kind.IMAGE, Kind.FILE)
def keep_file(ctx: Context) -> list[Outgoing]:
    """Kept at once; offered to the open checks that want a file, and a table as a purchase list."""
    file = ctx.incoming.attachment
    if file is None:
        raise Stale
    buttons = offered_items(ctx, file)[:OFFERED_ITEMS]
    if is_table(file.name):
        buttons.append(ctx.button("purchase.button", f"purchase.ask:{file.media_ref}"))
    key = "evidence.kept" if buttons else "evidence.kept_plain"
    title = ctx.say(key, name=file.name, size=size_text(file))
    return [ctx.show(Card(title=title, buttons=tuple(buttons[:MAX_BUTTONS])))]


def offered_items(ctx: Context, file: Attachment) -> list[Button]:
    """The member's open checks that still want a file or a voice note, each a button."""
    buttons = []
    for item in ctx.uow.node_items.open_of(ctx.member.id):
        node = ctx.deps.playbook.node(item.node_key)
        due = describe_node(ctx.uow, ctx.deps.playbook, item)
        if node is None or due is None or item.asked_at:
            continue
        if {Evidence.FILE, Evidence.VOICE} & set(missing_parts(node, item)):
            label = f"{due.title} · {due.customer}"
            buttons.append(Button(label=label, action=f"evidence.put:{item.id}={file.media_ref}"))
    return buttons


@router.button("evidence.put")
def put_evidence(ctx: Context) -> list[Outgoing]:
    """The file is that check's proof."""
    item_id, _, media_ref = ctx.argument.partition("=")
    return go_on_saved(ctx, attach_evidence(own_item(ctx, item_id), media_ref))


@router.kind(Kind.LOCATION)
def keep_location(ctx: Context) -> list[Outgoing]:
    """Kept with the message; checking places is off by default."""
    return ctx.reply("evidence.location")


def size_text(file: Attachment) -> str:
    """「12 KB」 or 「3.4 MB」."""
    size = file.size or 0
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
