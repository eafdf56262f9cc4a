"""Whole files for the library: read, previewed, taken in all or nothing, and taken back within a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Kind, Outgoing
from bot.domain.people import Role
from bot.domain.track_imports import ImportStatus, TrackImport
from handlers.context import Context
from handlers.library_editing import is_admin
from handlers.router import Router, read_id

router = Router()

WITHDRAW_WITHIN = timedelta(hours=24)


@router.command("/话术 导入", help="用表格一次放进很多条：发 XLSX 或 CSV 给我", role=Role.ADMIN)
def explain_files(ctx: Context) -> list[Outgoing]:
    """Which columns a file has."""
    return ctx.reply("library.file.how")


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
    batch = ctx.uow.track_imports.save(
        TrackImport(id=0, member_id=ctx.member.id, media_ref=file.media_ref, name=file.name, sent_at=ctx.now)
    )
    return [replace(ctx.tell(ctx.say("library.file.reading", name=file.name)), key=screen_key(batch))]


def screen_key(batch: TrackImport) -> str:
    """The message on the screen that tells how far a file is."""
    return f"library-import:{batch.id}"


@router.button("library.import")
def confirm_import(ctx: Context) -> list[Outgoing]:
    """「确认导入」: again said at once, then done by the program's own job."""
    batch = own_import(ctx, ImportStatus.SHOWN)
    confirmed = ctx.uow.track_imports.save(replace(batch, status=ImportStatus.CONFIRMED))
    count = batch.added + batch.changed
    telling = ctx.tell(ctx.say("library.file.importing", name=batch.name, count=count))
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
    created = [change.noun_id for change in undone if change.before is None]
    left = ctx.uow.talk_tracks.remove_unused(created)
    for track in ctx.uow.talk_tracks.of_ids(left):
        ctx.uow.talk_tracks.save(replace(track, active=False))
    ctx.uow.track_imports.save(replace(batch, status=ImportStatus.WITHDRAWN))
    telling = ctx.tell(
        ctx.say("library.file.withdrawn", name=batch.name, added=batch.added, changed=batch.changed)
    )
    return [replace(telling, key=screen_key(batch))]
