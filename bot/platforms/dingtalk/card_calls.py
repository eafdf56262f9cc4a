"""The calls for interactive cards: put up, change, try a template, say where presses go (contract 6)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import PlatformError
from bot.platforms.dingtalk.account import Account, Mode
from bot.platforms.dingtalk.calls import Calls
from bot.platforms.dingtalk.errcodes import CARD_EXISTS
from bot.platforms.dingtalk.transport import UNKNOWN_END

UPDATE_BY_KEY = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
"""Without both flags an update overwrites the whole card (contract 6.3)."""
CARD_PATH = "/dingtalk/cards"
"""Where presses reach us in HTTP mode, behind our own address."""
CREATE = "/v1.0/card/instances/createAndDeliver"


class CardCalls:
    """Cards of one robot. Every method raises PlatformError and its kin."""

    def __init__(self, account: Account, calls: Calls) -> None:
        self._account = account
        self._calls = calls
        self._is_registered = account.mode is Mode.STREAM

    @property
    def can_call_back(self) -> bool:
        """Whether a press would reach us: over a stream always, over HTTP once that is registered."""
        return bool(self._account.card_template_id) and self._is_registered

    async def register_callback(self) -> None:
        """Tell the platform where presses go, and with which secret they are signed (contract 6.5).

        The same route again with the same address changes nothing, so that each start may ask.
        """
        body = {
            "callbackRouteKey": route_key(self._account),
            "callbackUrl": f"{self._account.public_url}{CARD_PATH}",
            "apiSecret": card_secret(self._account),
            "forceUpdate": True,
        }
        await self._calls.call("POST", "/v1.0/card/callbacks/register", body=body)
        self._is_registered = True

    async def create(self, user_id: str, track_id: str, fields: Mapping[str, str], *, title: str) -> str:
        """Put an interactive card into a single chat and return what quotes call it, "" if nobody knows.

        Of an unknown end, it is put up once more under the same name.
        """
        try:
            return await self._create(user_id, track_id, fields, title=title)
        except PlatformError as error:
            if error.code != UNKNOWN_END:
                raise
            return await self._create(user_id, track_id, fields, title=title)

    async def update(self, track_id: str, fields: Mapping[str, str]) -> None:
        """Change an interactive card for all who see it (contract 6.3)."""
        body = {
            "outTrackId": track_id,
            "cardData": {"cardParamMap": dict(fields)},
            "cardUpdateOptions": UPDATE_BY_KEY,
            "userIdType": 1,
        }
        await self._calls.call("PUT", "/v1.0/card/instances", body=body, is_card=True)

    async def try_template(self, track_id: str, fields: Mapping[str, str]) -> None:
        """Make a card that nobody gets: it fails as one for somebody would."""
        await self._calls.call(
            "POST", "/v1.0/card/instances", body=self._instance(track_id, fields), is_card=True
        )

    async def _create(self, user_id: str, track_id: str, fields: Mapping[str, str], *, title: str) -> str:
        body = self._instance(track_id, fields) | {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{user_id}",
            "imRobotOpenSpaceModel": {
                "supportForward": False,
                "lastMessageI18n": {"ZH_CN": title},
                "notification": {"alertContent": title, "notificationOff": False},
            },
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self._account.robot_code},
        }
        try:
            answer = await self._calls.call("POST", CREATE, body=body, is_card=True)
        except PlatformError as error:
            # The first try went through after all: cards are idempotent by their track id.
            if error.code == CARD_EXISTS:
                return ""
            raise
        # A success above does not prove that anybody got it.
        result = answer.get("result")
        delivered = result.get("deliverResults") if isinstance(result, dict) else None
        if not delivered or not all(each.get("success") for each in delivered):
            raise PlatformError(f"{CREATE}: not delivered", code="not_delivered")
        return str(delivered[0].get("carrierId") or "")

    def _instance(self, track_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
        over_http = {"callbackType": "HTTP", "callbackRouteKey": route_key(self._account)}
        return {
            "cardTemplateId": self._account.card_template_id,
            "outTrackId": track_id,
            **({"callbackType": "STREAM"} if self._account.mode is Mode.STREAM else over_http),
            "userIdType": 1,
            "cardData": {"cardParamMap": dict(fields)},
        }


def route_key(account: Account) -> str:
    """The name under which our address for presses is registered; another address gets another name."""
    return f"genjin-{hashlib.sha256(account.public_url.encode()).hexdigest()[:12]}"


def card_secret(account: Account) -> str:
    """The secret that signs presses over HTTP, made of the application's own, which stays here."""
    return hmac.new(account.client_secret.encode(), b"card callbacks", hashlib.sha256).hexdigest()
