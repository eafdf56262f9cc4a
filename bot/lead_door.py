"""`POST /leads`: signed letters of leads come in here, each once; without a secret nothing is here."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from bot.app import Parts
from bot.lead_letters import MOST_BYTES, WINDOW, BadLetter, Letter, Reason, open_letter
from handlers.lead_intake import new_lead, take_in

log = structlog.get_logger()

STATUS = {
    Reason.SIGNATURE: 401,
    Reason.TIMESTAMP: 401,
    Reason.REPLAYED: 409,
    Reason.TOO_LARGE: 413,
    Reason.JSON: 400,
    Reason.FIELD: 400,
}


def lead_routes(parts: Parts) -> list[web.RouteDef]:
    """The one address, for an application whose `LEADS_SECRET` is set."""

    async def take(request: web.Request) -> web.Response:
        try:
            letter = open_letter(
                parts.settings.leads_secret,
                timestamp=request.headers.get("X-Genjin-Timestamp", ""),
                signature=request.headers.get("X-Genjin-Signature", ""),
                body=await read_bounded(request),
                now=parts.clock.now(),
            )
            lead_id, is_new = await asyncio.to_thread(keep, parts, letter)
        except BadLetter as error:
            log.warning("lead refused", reason=str(error.reason), field=error.field)
            told = {"error": str(error.reason)} | ({"field": error.field} if error.field else {})
            return web.json_response(told, status=STATUS[error.reason])
        if is_new:
            log.info("lead taken in", lead=lead_id)
            parts.sender.bell.ring()
        status = "accepted" if is_new else "known"
        return web.json_response({"status": status, "lead": lead_id}, status=201 if is_new else 200)

    return [web.post("/leads", take)]


async def read_bounded(request: web.Request) -> bytes:
    """The body; BadLetter where it is larger than a letter can be, without reading on."""
    if (request.content_length or 0) > MOST_BYTES:
        raise BadLetter(Reason.TOO_LARGE)
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadLetter(Reason.TOO_LARGE)
    return body


def keep(parts: Parts, letter: Letter) -> tuple[int, bool]:
    """Keep the lead with its seal in one transaction; its number, and whether it is new.

    A letter of the same sender's id that was signed anew is known already; the very same one is a replay.
    """
    now = parts.clock.now()
    source_id = f"web:{letter.source_id}"
    with parts.database.unit_of_work(f"lead:{letter.seal}", now) as uow:
        if not uow.leads.use_seal(letter.seal, now=now, forget_before=now - 3 * WINDOW):
            raise BadLetter(Reason.REPLAYED)
        # Two letters of one lead at the same moment: the second waits here for the first.
        uow.leads.use_seal(source_id, now=now, forget_before=now - 3 * WINDOW)
        lead = new_lead(letter.fields, source_id=source_id, now=now)
        kept, is_new = take_in(uow, parts.deps, lead, now=now)
        return kept.id, is_new
