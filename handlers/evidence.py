"""Pictures, files and places that arrive without a question: kept, and put where the rep says."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.messages import Attachment, Button, Card, Kind, Outgoing
from bot.domain.nodes import Evidence, NodeStatus, attach_evidence
from handlers.context import Context
from handlers.items import describe_node
from handlers.nodes import close, own_item
from handlers.router import Router

router = Router()

OFFERED_ITEMS = 5


@router.kind(Kind.IMAGE, Kind.FILE)
def keep_file(ctx: Context) -> list[Outgoing]:
    """Kept at once; offered to the open items that want a proof."""
    file = ctx.incoming.attachment
    if file is None:
        raise Stale
    buttons = []
    for item in ctx.uow.node_items.open_of(ctx.member.id):
        node = ctx.deps.playbook.node(item.node_key)
        due = describe_node(ctx.uow, ctx.deps.playbook, item)
        if node and due and node.evidence in (Evidence.FILE, Evidence.VOICE):
            label = f"{due.title} · {due.customer}"
            buttons.append(Button(label=label, action=f"evidence.put:{item.id}={file.media_ref}"))
    key = "evidence.kept" if buttons else "evidence.kept_plain"
    title = ctx.say(key, name=file.name, size=size_text(file))
    return [ctx.show(Card(title=title, buttons=tuple(buttons[:OFFERED_ITEMS])))]


@router.button("evidence.put")
def put_evidence(ctx: Context) -> list[Outgoing]:
    """The file proves that item, which is done with it."""
    item_id, _, media_ref = ctx.argument.partition("=")
    item = own_item(ctx, item_id)
    return close(ctx, attach_evidence(item, media_ref), NodeStatus.DONE)


@router.kind(Kind.LOCATION)
def keep_location(ctx: Context) -> list[Outgoing]:
    """Kept with the message; checking places is off by default."""
    return ctx.reply("evidence.location")


def size_text(file: Attachment) -> str:
    """「12 KB」 or 「3.4 MB」."""
    size = file.size or 0
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
