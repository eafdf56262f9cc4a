"""The way of one check: which part of its proof comes next, who has to agree, and how it closes."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.dialogs import Dialog
from bot.domain.errors import Stale
from bot.domain.evidence import Evidence, find_risk, missing_roles
from bot.domain.messages import Button, Card, Kind, Outgoing
from bot.domain.nodes import Node, NodeItem, NodeStatus, close_item, missing_lines, missing_parts
from bot.domain.people import Member
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW, is_whole_note
from handlers.items import describe_node
from handlers.process import plan_for_node
from handlers.router import read_id
from handlers.scope import acts_for, receiver_of
from prompts.nodes import form_card, gate_card, match_card, risk_card, role_card, step_title, way_out
from prompts.nudges import DueItem

PROOF = (Evidence.FILE, Evidence.VOICE)
SKIPPED = "skipped"
"""The key under which an item keeps whom its rep passed over."""


def own_item(ctx: Context, item_id: str) -> NodeItem:
    """The open item of the member, or of whom the member stands in for; else Stale."""
    item = ctx.uow.node_items.get(read_id(item_id))
    if item is None or item.status is not NodeStatus.OPEN or not acts_for(ctx, item.member_id):
        raise Stale
    return item


def rule_of(ctx: Context, item: NodeItem) -> Node:
    """The item's node; Stale where the playbook has dropped it."""
    node = ctx.deps.playbook.node(item.node_key)
    if node is None:
        raise Stale
    return node


def described(ctx: Context, item: NodeItem) -> DueItem:
    """The item as people call it; Stale where the playbook has dropped its node."""
    due = describe_node(ctx.uow, ctx.deps.playbook, item)
    if due is None:
        raise Stale
    return due


def show_on_item(ctx: Context, item: NodeItem, card: Card) -> list[Outgoing]:
    """Put a card in the place of the one that was pressed."""
    pressed = ctx.incoming.card_key or ""
    if pressed.startswith(("note:", "checklist:")):
        # A record stays on the screen, and a checklist too.
        pressed = ""
    return [ctx.show(card, key=pressed or f"item:node:{item.id}")]


def await_words(ctx: Context, state: str, subject: str) -> None:
    """Take the next words, picture or file as the answer."""
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state=state,
            subject=subject,
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )


def is_words(ctx: Context, _subject: str) -> bool:
    """Words, typed or spoken, that are no whole note of their own."""
    if ctx.incoming.kind not in (Kind.TEXT, Kind.VOICE) or not ctx.text.strip():
        return False
    return not is_whole_note(ctx.understanding)


def go_on(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """The next part of the proof, or, with all parts there, the end of the item."""
    node = rule_of(ctx, item)
    roles_known = not missing_roles(ctx.uow.contacts.of(item.customer_id))
    parts = missing_parts(node, item, roles_known=roles_known)
    return show_on_item(ctx, item, step_card(ctx, item, parts[0])) if parts else settle(ctx, item)


def step_card(ctx: Context, item: NodeItem, part: Evidence) -> Card:
    """The card that asks for that part; words, files or voice are waited for where it takes some."""
    node, due, texts = rule_of(ctx, item), described(ctx, item), ctx.deps.texts
    if part is Evidence.RISK:
        risk = find_risk(node.risks, item.trigger)
        return risk_card(due, item, risks=node.risks, risk=risk, texts=texts, now=ctx.now)
    if part is Evidence.FORM:
        asked = next(iter(missing_lines(item)), None)
        if asked:
            await_words(ctx, "node.form", f"{item.id}/{asked}")
        return form_card(due, node, item, asked=asked, texts=texts, now=ctx.now)
    if part is Evidence.ROLES:
        return roles_step(ctx, item, due)
    if part is Evidence.MATCH:
        known = ctx.uow.purchases.newest(item.customer_id)
        if known:
            await_words(ctx, "node.match", str(item.id))
        count, percent = len(known.models) if known else 0, ctx.deps.playbook.thresholds.match_percent
        return match_card(due, item, known_models=count, match=None, percent=percent, texts=texts)
    if part is Evidence.ATTESTED:
        attest = ctx.button("node.button.attest", f"node.attest:{item.id}", primary=True)
        return Card(title=step_title(due, texts), buttons=(attest, way_out(item, texts)), settled=True)
    return proof_card(ctx, item, part, due)


def roles_step(ctx: Context, item: NodeItem, due: DueItem) -> Card:
    """The next person who may get a role, else the question for the missing one."""
    contacts = [each for each in ctx.uow.contacts.of(item.customer_id) if each.active]
    skipped = {answer.value for answer in item.answers if answer.key.startswith(SKIPPED)}
    person = next((each for each in contacts if not each.role and str(each.id) not in skipped), None)
    if person is None:
        await_words(ctx, "node.role", str(item.id))
    return role_card(due, item, contacts=contacts, person=person, texts=ctx.deps.texts)


def proof_card(ctx: Context, item: NodeItem, part: Evidence, due: DueItem) -> Card:
    """Asks for a file, or a voice note that is long enough."""
    await_words(ctx, "node.evidence", f"{item.id}/{part}")
    seconds = ctx.deps.playbook.thresholds.voice_seconds
    note = ctx.say("node.voice", seconds=seconds) if part is Evidence.VOICE else ask_for_file(ctx, item)
    buttons: list[Button] = [
        ctx.button("node.button.attest", f"node.attest:{item.id}", primary=True),
        ctx.button("node.button.tomorrow", f"node.tomorrow:{item.id}"),
    ]
    node = rule_of(ctx, item)
    if node.fields and Evidence.FORM not in node.evidence:
        buttons.append(ctx.button("node.button.sheet", f"sheet.show:{item.id}"))
    title = ctx.say("node.title", node=due.title, customer=due.customer)
    return Card(title=title, note=note, buttons=tuple(buttons))


def ask_for_file(ctx: Context, item: NodeItem) -> str:
    """What to send; with a page for files where the chat carries none."""
    offer, page = ctx.deps.offer_upload, ""
    if offer:
        page = offer(
            ctx.incoming.sender,
            member_id=ctx.member.id,
            item_id=item.id,
            message_id=ctx.incoming.id,
            now=ctx.now,
        )
    return ctx.say("node.evidence_page", page=page) if page else ctx.say("node.evidence")


def settle(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """With all proof there: done, or up to the supervisor where the node wants a yes."""
    supervisor = approver(ctx, item)
    if not rule_of(ctx, item).approval or supervisor is None:
        return close(ctx, item, NodeStatus.DONE)
    asked = ctx.uow.node_items.save(replace(item, asked_at=ctx.now))
    plan_for_node(ctx, asked)
    ctx.uow.dialogs.stop(ctx.member.id)
    due, card = described(ctx, asked), gate_request(ctx, asked)
    told = Card(title=ctx.say("gate.asked", node=due.title, customer=due.customer, name=supervisor.name))
    return [
        *show_on_item(ctx, item, told),
        *ctx.write(supervisor, card, key=gate_key(asked)),
    ]


def gate_request(ctx: Context, item: NodeItem) -> Card:
    """What the supervisor is asked to agree to."""
    return gate_card(described(ctx, item), item, node=rule_of(ctx, item), texts=ctx.deps.texts)


def gate_key(item: NodeItem) -> str:
    """The request's card on the supervisor's screen: each request has one of its own."""
    return f"gate:{item.id}:{int(item.asked_at.timestamp() * 1000) if item.asked_at else 0}"


def approver(ctx: Context, item: NodeItem) -> Member | None:
    """Who has to agree: the supervisor, or today's deputy, if active and with an account.

    Nobody agrees to an own check: where the rep is the deputy, it stays with the supervisor.
    """
    rep = ctx.uow.members.get(item.member_id)
    supervisor = receiver_of(ctx.uow, rep.supervisor_id, now=ctx.now) if rep and rep.supervisor_id else None
    if supervisor and supervisor.id == item.member_id:
        supervisor = ctx.uow.members.get(rep.supervisor_id) if rep and rep.supervisor_id else None
    return supervisor if supervisor and supervisor.active and supervisor.address else None


def close(ctx: Context, item: NodeItem, status: NodeStatus, *, reason: str = "") -> list[Outgoing]:
    """Close the item and its ladder; the card says so."""
    due = described(ctx, item)
    closed = ctx.uow.node_items.save(close_item(item, status, at=ctx.now, reason=reason))
    plan_for_node(ctx, closed)
    ctx.uow.dialogs.stop(ctx.member.id)
    if status is NodeStatus.DONE:
        title = ctx.say("node.done", node=due.title, customer=due.customer)
    else:
        title = ctx.say("node.waived", node=due.title, customer=due.customer, reason=reason)
    return show_on_item(ctx, item, Card(title=title, note=reason if status is NodeStatus.DONE else None))
