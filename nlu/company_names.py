"""By what two spellings of one company's name are recognised as likely the same."""

from __future__ import annotations

import re
import unicodedata

from nlu.homophones import sound_of
from nlu.simplify import simplify
from nlu.tables import any_of, read_table

_TABLE = read_table("organisations")
_CORPORATE = re.compile(rf"(?:{any_of(_TABLE['corporate'])})+$")
_PLACE = re.compile(rf"^(?:{any_of(_TABLE['places'])})[省市县区]?")
_ASIDE = re.compile(r"[\W_]+")
_LEAST = 2


def name_key(name: str) -> str:
    """How the name's own part sounds: 杭州康莲医疗有限公司 has the key of 康联医疗; empty where too little is
    left to tell companies apart.
    """
    plain = _ASIDE.sub("", simplify(unicodedata.normalize("NFKC", name)).lower())
    own = _CORPORATE.sub("", plain)
    bare = _PLACE.sub("", own)
    # 上海电气: without its place nothing of a name is left.
    kept = bare if len(bare) >= _LEAST else own
    return sound_of(kept) if len(kept) >= _LEAST else ""
