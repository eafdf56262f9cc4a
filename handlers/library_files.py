"""Whole files of talk-tracks or customers: previewed, taken in all or nothing, taken back within a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Card, Kind, Outgoing
from bot.domain.people import Role
from bot.domain.track_imports import ImportStatus, ImportSubject, TrackImport
from handlers.context import Context
from handlers.customer_files import take_back
from handlers.library_editing import is_admin
from handlers.router import Router, read_id

router = Router()

WITHDRAW_WITHIN = timedelta(hours=24)


@router.command("/话术 导入", help="用表格一次放进很多条：发 XLSX 或 CSV 给我", role=Role.ADMIN)
def explain_files(ctx: Context) -> list[Outgoing]:
    """Which columns a file has."""
    return explain(ctx, "library.file.how")


@router.command("/导入", help="用表格导入客户或话术：发 XLSX 或 CSV 给我", role=Role.ADMIN)
def explain_lists(ctx: Context) -> list[Outgoing]:
    """Which columns a file of customers has, and where to send it."""
    return explain(ctx, "customers.file.how")


def explain(ctx: Context, key: str) -> list[Outgoing]:
    """The columns; where the chat carries no spreadsheets, the page that takes one."""
    offer, page = ctx.deps.offer_upload, ""
    if offer:
        page = offer(
            ctx.incoming.sender,
            member_id=ctx.member.id,
            item_id=None,
            message_id=ctx.incoming.id,
            now=ctx.now,
        )
    if not page:
        return ctx.reply(key)
    card = Card(title=ctx.say("customers.page"), note=ctx.say("customers.file.page", page=page))
    return [ctx.tell(ctx.say(key)), ctx.show(card)]


def is_table(ctx: Context) -> bool:
    """A spreadsheet or CSV file from an admin; told by its content, not by its name."""
    file = ctx.incoming.attachment
    return (
        ctx.incoming.kind is Kind.FILE
        and file is not None
        and is_admin(ctx)
        and ctx.deps.sheets.holds(file.media_ref)
    )


@router.when(is_table)
def receive_file(ctx: Context) -> list[Outgoing]:
    """Said at once that it is being read; reading it takes seconds, and happens outside this transaction."""
    file = ctx.incoming.attachment
    if file is None:
        raise Stale
    return take_file(ctx, file.media_ref, name=file.name)


@router.button("library.file")
def receive_from_page(ctx: Context) -> list[Outgoing]:
    """A table that came by the upload page: `ref=name`."""
    media_ref, _, name = ctx.argument.partition("=")
    if not is_admin(ctx) or not ctx.deps.sheets.holds(media_ref):
        raise Stale
    return take_file(ctx, media_ref, name=name)


def take_file(ctx: Context, media_ref: str, *, name: str) -> list[Outgoing]:
    """Remember the file for the job that reads it."""
    batch = ctx.uow.track_imports.save(
        TrackImport(id=0, member_id=ctx.member.id, media_ref=media_ref, name=name, sent_at=ctx.now)
    )
    return [replace(ctx.tell(ctx.say("library.file.reading", name=name)), key=screen_key(batch))]


def screen_key(batch: TrackImport) -> str:
    """The message on the screen that tells how far a file is."""
    return f"library-import:{batch.id}"


@router.button("library.import")
def confirm_import(ctx: Context) -> list[Outgoing]:
    """「确认导入」: again said at once, then done by the program's own job."""
    return confirm(ctx, own_import(ctx, ImportStatus.SHOWN))


@router.button("library.import_all")
def confirm_all(ctx: Context) -> list[Outgoing]:
    """「疑似的也导入」: customers that look like known ones are others."""
    return confirm(ctx, replace(own_import(ctx, ImportStatus.SHOWN), with_doubtful=True))


def confirm(ctx: Context, batch: TrackImport) -> list[Outgoing]:
    """Leave the file to the job."""
    confirmed = ctx.uow.track_imports.save(replace(batch, status=ImportStatus.CONFIRMED))
    telling = ctx.tell(ctx.say("library.file.importing", name=batch.name, count=batch.count))
    return [replace(telling, key=screen_key(confirmed))]


@router.button("library.import_drop")
def drop_import(ctx: Context) -> list[Outgoing]:
    """「不导入」."""
    batch = own_import(ctx, ImportStatus.SHOWN)
    ctx.uow.track_imports.save(replace(batch, status=ImportStatus.REFUSED))
    return [replace(ctx.tell(ctx.say("library.file.dropped")), key=screen_key(batch))]


def own_import(ctx: Context, status: ImportStatus) -> TrackImport:
    """The admin's own import in that state; else Stale."""
    batch = ctx.uow.track_imports.get(read_id(ctx.argument))
    if batch is None or not is_admin(ctx) or batch.member_id != ctx.member.id or batch.status is not status:
        raise Stale
    return batch


@router.command("/撤回导入", "/话术 撤回导入", help="24 小时内撤回最近一次导入", role=Role.ADMIN)
def withdraw_newest(ctx: Context) -> list[Outgoing]:
    """The newest import of the last day."""
    batch = ctx.uow.track_imports.newest_done(since=ctx.now - WITHDRAW_WITHIN)
    if batch is None:
        raise Refusal("library.file.nothing_to_withdraw")
    return withdraw(ctx, batch)


@router.button("library.import_withdraw")
def withdraw_by_tap(ctx: Context) -> list[Outgoing]:
    """「撤回导入」 on the card of the import."""
    batch = ctx.uow.track_imports.get(read_id(ctx.argument))
    if batch is None or not is_admin(ctx) or batch.status is not ImportStatus.DONE:
        raise Stale
    if batch.applied_at is None or ctx.now - batch.applied_at > WITHDRAW_WITHIN:
        raise Refusal("library.file.too_late")
    return withdraw(ctx, batch)


def withdraw(ctx: Context, batch: TrackImport) -> list[Outgoing]:
    """Changed entries get back what the file changed; added ones go, or retire if they were offered."""
    undone = ctx.uow.changes.undo_message(batch.message_id, now=ctx.now)
    ctx.uow.track_imports.save(replace(batch, status=ImportStatus.WITHDRAWN))
    if batch.subject is ImportSubject.CUSTOMERS:
        kept = take_back(ctx.uow, undone)
        gone = batch.added - kept
        said = ctx.say("customers.file.withdrawn", name=batch.name, gone=gone, changed=batch.changed)
        said += ctx.say("customers.file.withdrawn_but", count=kept) if kept else ""
        return [replace(ctx.tell(said), key=screen_key(batch))]
    created = [change.noun_id for change in undone if change.before is None]
    left = ctx.uow.talk_tracks.remove_unused(created)
    for track in ctx.uow.talk_tracks.of_ids(left):
        ctx.uow.talk_tracks.save(replace(track, active=False))
    telling = ctx.tell(
        ctx.say("library.file.withdrawn", name=batch.name, added=batch.added, changed=batch.changed)
    )
    return [replace(telling, key=screen_key(batch))]
