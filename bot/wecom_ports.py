"""What the WeCom channel is given: codes of cards and the upload page, out of the program's own parts."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from aiohttp.web import AbstractRouteDef

from bot.channel_ports import CountedEvents, SentMessages, open_tokens
from bot.console_ports import StoredMedia
from bot.domain.messages import Address
from bot.domain.nodes import NodeStatus
from bot.domain.playbook import Playbook
from bot.house import House
from bot.platforms.base import Accept
from bot.platforms.wecom.links import UploadLinks
from bot.platforms.wecom.ports import WeComPorts
from bot.platforms.wecom.uploads import Offer, UploadPages, UploadState
from config.settings import Settings
from handlers.context import OfferUpload
from handlers.items import describe_node
from storage.card_codes import CardCodes
from storage.database import Database
from storage.inbox import Inbox
from storage.media import MediaFiles
from storage.outbox import OutboxQueue

WECOM = "wecom"
CODE_LIFETIME = timedelta(hours=72)
"""How long a card can be changed by its code (document 94888)."""
UPLOAD_KEY = "upload.key"


class StoredUploads:
    """The upload page's desk over the database and the media folder."""

    def __init__(
        self, database: Database, *, links: UploadLinks, media: MediaFiles, playbook: Playbook
    ) -> None:
        self._database = database
        self._links = links
        self._media = media
        self._playbook = playbook
        self._inbox = Inbox(database)

    def read_offer(self, token: str, *, now: datetime) -> Offer:
        """What stands behind an address; it is used once its file was taken in as a message."""
        link = self._links.read(token)
        if link is None:
            return Offer(state=UploadState.UNKNOWN)
        if link.expires_at <= now:
            return Offer(state=UploadState.EXPIRED)
        if self._inbox.holds(WECOM, link.id):
            return Offer(state=UploadState.USED)
        with self._database.unit_of_work(link.id, now) as uow:
            item, member = uow.node_items.get(link.item_id), uow.members.get(link.member_id)
            described = describe_node(uow, self._playbook, item) if item else None
        accounts = member.addresses if member and member.active else ()
        sender = next((address for address in accounts if address.platform == WECOM), None)
        if item is None or described is None or sender is None or item.member_id != link.member_id:
            return Offer(state=UploadState.UNKNOWN)
        return Offer(
            state=UploadState.READY if item.status is NodeStatus.OPEN else UploadState.CLOSED,
            id=link.id,
            title=f"{described.title} · {described.customer}",
            item_id=item.id,
            sender=sender,
        )

    def keep(self, data: bytes, *, name: str, media_type: str) -> str:
        """Keep a file for good."""
        return self._media.put(data, name=name, media_type=media_type)


def open_links(settings: Settings, database: Database, now: datetime) -> UploadLinks | None:
    """Addresses of upload pages, signed with a key that this installation made once; None without a host."""
    if not settings.public_url or WECOM not in settings.platform_names:
        return None
    with database.unit_of_work(UPLOAD_KEY, now) as uow:
        key = uow.settings.get(UPLOAD_KEY)
        if key is None:
            key = secrets.token_hex(32)
            uow.settings.put(UPLOAD_KEY, key)
    return UploadLinks(bytes.fromhex(key), base_url=settings.public_url)


def offer_upload(links: UploadLinks) -> OfferUpload:
    """Offers a page to people of WeCom: their chat carries no files (document 90239)."""

    def offer(address: Address, *, member_id: int, item_id: int, message_id: str, now: datetime) -> str:
        if address.platform != WECOM:
            return ""
        return links.make(member_id=member_id, item_id=item_id, asked_by=message_id, now=now)

    return offer


def open_wecom_ports(house: House, *, accept: Accept, links: UploadLinks | None) -> WeComPorts:
    """All that the channel is given."""
    routes: tuple[AbstractRouteDef, ...] = ()
    if links:
        desk = StoredUploads(house.database, links=links, media=house.media, playbook=house.deps.playbook)
        routes = tuple(UploadPages(desk, clock=house.clock, accept=accept).routes())
    return WeComPorts(
        clock=house.clock,
        codes=CardCodes(house.database, lifetime=CODE_LIFETIME),
        media=StoredMedia(house.media),
        meter=CountedEvents(metrics=house.metrics, platform=WECOM),
        sent=SentMessages(queue=OutboxQueue(house.database), platform=WECOM),
        tokens=open_tokens(house),
        routes=routes,
    )
