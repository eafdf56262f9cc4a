"""What the platform's errors mean for us: the new API has words, the old one numbers (contract 4.3, 5.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import CardRefused, PlatformError, RateLimited, TokenExpired

Code = str | int

DEAD_TOKEN = frozenset({"InvalidAuthentication", "token.invalid", "invalidParameter.token.invalid", 401})
DEAD_TOKEN_OLD = frozenset({40014, 42001, 88})
SESSION_GONE = 300001
"""A session webhook that is over, or was never ours."""
UNKNOWN_RESULT = "unknown.send.result"
LOST_MEDIA = "invalidParameter.robotCode.downloadCode"
QUOTA_USED_UP: frozenset[Code] = frozenset({"Forbidden.AccessDenied.ApiCountLimitForOrg", 90020})
BUSY = frozenset({"ServiceUnavailable", "system.error", "system.busy", "send.ding.exception", -1, 15})
CARD_EXISTS = "param.cardAlreadyExist"

_TOO_FAST = re.compile(r"Qp[sm]Limit|^send\.too\.fast$|tooFast$|^too\.many\.|flowControl", re.I)
_TOO_FAST_OLD = frozenset({90002, 90018, 130101, 410100})
_PERMANENT = re.compile(
    r"^(invalidParameter\.|miss\.|invalid\.|sendMessage\.|group\.|conversation\.|bot\.|template\.|robot\."
    r"|send\.forbidden|chatbotId\.|staffId\.|illegal\.|contain\.|not\.allowed|unauthorized|auth\.|resource\."
    r"|Forbidden\.AccessDenied\.(AccessTokenPermissionDenied|IpNotInWhiteList)|invalidClientIdOrSecret"
    r"|authFailed|unsupported|param\.)"
)
_PERMANENT_OLD = frozenset({33012, 40004, 40006, 40035, 43004, 50002, 60011, 60020, 60121, 60003, 460101})
_CONTENT = re.compile(r"^(contain\.|param\.|miss\.param|invalid\.param|invalidParameter\.msg)")
_SCOPE = re.compile(r"[\w.]{1,60}")
_SUB_CODE = re.compile(r"subcode=(\d{1,9})")


def read_old_code(answer: Mapping[str, Any]) -> int:
    """The number in an answer of the old API; 0 is success. One wrapped in 88 is told as itself."""
    code = _whole(answer.get("errcode", 0))
    if code != 88:
        return code
    inner = {key.strip(): value for key, value in answer.items()}.get("sub_code")
    found = _SUB_CODE.search(str(answer.get("errmsg", "")))
    return _whole(inner) if inner is not None else int(found[1]) if found else code


def is_dead_token(code: Code) -> bool:
    """Whether a new token may help."""
    return code in DEAD_TOKEN or code in DEAD_TOKEN_OLD


def is_too_fast(code: Code) -> bool:
    """Whether the call was refused by throttling only: then it is not in the quota either."""
    return bool(_TOO_FAST.search(code)) if isinstance(code, str) else code in _TOO_FAST_OLD


def to_error(path: str, code: Code, answer: Mapping[str, Any], *, is_card: bool = False) -> PlatformError:
    """The error that an answer stands for; its message holds the code and what to apply for, no more."""
    message = f"{path} answered {code}{_explain(answer)}"
    if is_dead_token(code):
        return TokenExpired(message, code=code)
    if is_too_fast(code) or code in QUOTA_USED_UP:
        return RateLimited(message, code=code)
    if is_card and isinstance(code, str) and _CONTENT.match(code):
        return CardRefused(message, code=code, permanent=True)
    permanent = bool(_PERMANENT.match(code)) if isinstance(code, str) else code in _PERMANENT_OLD
    return PlatformError(message, code=code, permanent=permanent)


def _explain(answer: Mapping[str, Any]) -> str:
    detail = answer.get("accessdenieddetail")
    scopes = detail.get("requiredScopes") if isinstance(detail, dict) else None
    listed = map(str, scopes if isinstance(scopes, list) else [])
    named = [scope for scope in listed if _SCOPE.fullmatch(scope)]
    return f" (apply for the permission {', '.join(named)})" if named else ""


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return -1
