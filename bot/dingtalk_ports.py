"""What the DingTalk channel is given: quotas and counters, out of the program's own parts."""

from __future__ import annotations

from bot.channel_ports import CountedEvents, SentMessages, open_tokens
from bot.console_ports import StoredMedia
from bot.house import House
from bot.platforms.dingtalk.ports import DingTalkPorts
from bot.quotas import PLATFORM, StoredQuotas
from storage.outbox import OutboxQueue


def open_dingtalk_ports(house: House) -> DingTalkPorts:
    """All that the channel is given."""
    return DingTalkPorts(
        clock=house.clock,
        media=StoredMedia(house.media),
        meter=CountedEvents(metrics=house.metrics, platform=PLATFORM),
        quotas=open_quotas(house),
        tokens=open_tokens(house),
        sent=SentMessages(queue=OutboxQueue(house.database), platform=PLATFORM),
        outsider_words=house.deps.texts.say("group.outsider"),
    )


def open_quotas(house: House) -> StoredQuotas:
    """The counts of the month; they are in the database, so any number of these say the same."""
    return StoredQuotas(
        database=house.database,
        settings=house.settings,
        texts=house.deps.texts,
        clock=house.clock,
        bell=house.bells.sender,
    )
