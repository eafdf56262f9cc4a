"""Which application of which company we are, as the administrator has entered it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

OFFICIAL_API = "https://qyapi.weixin.qq.com"


class WeComSettings(Protocol):
    """The settings that the channel reads; `config.settings.Settings` has them."""

    @property
    def wecom_corp_id(self) -> str: ...

    @property
    def wecom_agent_id(self) -> int: ...

    @property
    def wecom_secret(self) -> str: ...

    @property
    def wecom_token(self) -> str: ...

    @property
    def wecom_encoding_aes_key(self) -> str: ...

    @property
    def wecom_api_base(self) -> str: ...

    @property
    def wecom_group_webhook_key(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One self-built application. Secrets stay out of its `repr`."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    api_base: str = OFFICIAL_API
    group_webhook_key: str = field(default="", repr=False)


def read_account(settings: WeComSettings) -> Account:
    """The account of the settings."""
    return Account(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        secret=settings.wecom_secret,
        token=settings.wecom_token,
        encoding_aes_key=settings.wecom_encoding_aes_key,
        api_base=(settings.wecom_api_base or OFFICIAL_API).rstrip("/"),
        group_webhook_key=settings.wecom_group_webhook_key,
    )


def token_name(account: Account) -> str:
    """The name of an account's token in a shared store; the secret is in it only as a digest."""
    digest = hashlib.sha256(account.secret.encode()).hexdigest()[:16]
    return f"wecom:{account.corp_id}:{account.agent_id}:{digest}"
