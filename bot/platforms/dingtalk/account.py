"""Which application robot of which company we are, as the administrator has entered it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

OFFICIAL_API = "https://api.dingtalk.com"
OFFICIAL_OAPI = "https://oapi.dingtalk.com"


class Mode(StrEnum):
    """How messages reach us: over a websocket that we open, or as HTTP callbacks to our public address."""

    STREAM = "stream"
    HTTP = "http"


class DingTalkSettings(Protocol):
    """The settings that the channel reads; `config.settings.Settings` has them."""

    @property
    def dingtalk_client_id(self) -> str: ...

    @property
    def dingtalk_client_secret(self) -> str: ...

    @property
    def dingtalk_robot_code(self) -> str: ...

    @property
    def dingtalk_corp_id(self) -> str: ...

    @property
    def dingtalk_mode(self) -> str: ...

    @property
    def dingtalk_api_base(self) -> str: ...

    @property
    def dingtalk_oapi_base(self) -> str: ...

    @property
    def dingtalk_card_template_id(self) -> str: ...

    @property
    def dingtalk_own_recogniser(self) -> bool: ...

    @property
    def dingtalk_group_webhook(self) -> str: ...

    @property
    def dingtalk_group_webhook_secret(self) -> str: ...

    @property
    def public_url(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One internal application (企业内部应用) with its robot. Secrets stay out of its `repr`."""

    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    corp_id: str = ""
    """The company; empty: the one that messages name as the robot's."""
    mode: Mode = Mode.STREAM
    public_url: str = ""
    """Our own address, where HTTP callbacks reach us."""
    api_base: str = OFFICIAL_API
    oapi_base: str = OFFICIAL_OAPI
    card_template_id: str = ""
    """Of a published interactive card; empty: cards are action cards with quick replies."""
    has_own_recogniser: bool = False
    """Voice notes are recognised by us, whatever the platform has heard."""
    group_webhook: str = field(default="", repr=False)
    group_webhook_secret: str = field(default="", repr=False)


def read_account(settings: DingTalkSettings) -> Account:
    """The account of the settings; without a robot code the client id is it, as for internal applications."""
    return Account(
        client_id=settings.dingtalk_client_id.strip(),
        client_secret=settings.dingtalk_client_secret.strip(),
        robot_code=settings.dingtalk_robot_code.strip() or settings.dingtalk_client_id.strip(),
        corp_id=settings.dingtalk_corp_id.strip(),
        public_url=settings.public_url.rstrip("/"),
        mode=Mode(settings.dingtalk_mode or Mode.STREAM),
        api_base=(settings.dingtalk_api_base or OFFICIAL_API).rstrip("/"),
        oapi_base=(settings.dingtalk_oapi_base or OFFICIAL_OAPI).rstrip("/"),
        card_template_id=settings.dingtalk_card_template_id.strip(),
        has_own_recogniser=settings.dingtalk_own_recogniser,
        group_webhook=settings.dingtalk_group_webhook.strip(),
        group_webhook_secret=settings.dingtalk_group_webhook_secret.strip(),
    )


def token_name(account: Account) -> str:
    """The name of an account's token in a shared store; the secret is in it only as a digest."""
    digest = hashlib.sha256(account.client_secret.encode()).hexdigest()[:16]
    return f"dingtalk:{account.client_id}:{digest}"
