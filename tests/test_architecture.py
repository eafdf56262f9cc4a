"""Holds the code to the layers of the design: one rule a test, and for each rule code that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.rules.layers import LAYERS, check_layers, check_siblings, find_cycles, layer_of, platform_folders
from tests.rules.loading import check_loading, find_harmless
from tests.rules.purity import check_chinese, check_purity
from tests.rules.sentences import asked_by, check_all_used, check_asked_exist, keys_in
from tests.rules.source import ROOT, Module, parse, product

Check = Callable[[Module], list[str]]


@cache
def harmless() -> frozenset[str]:
    """What of ours may be called while a module is imported."""
    return find_harmless(product())


def siblings(module: Module) -> list[str]:
    """Platforms do not know each other."""
    return check_siblings(module, folders=platform_folders(product()) | {"wecom", "dingtalk", "console"})


def loading(module: Module) -> list[str]:
    """Nothing is opened at import."""
    return check_loading(module, harmless=harmless())


RULES: dict[str, Check] = {
    "imports only what its layer may": check_layers,
    "platforms do not know each other": siblings,
    "asks for no clock, chance or environment": check_purity,
    "Chinese stands where it is data": check_chinese,
    "opens nothing at import": loading,
}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("rule", RULES)
def test_layer_keeps_the_rule(rule: str, layer: str) -> None:
    modules = [module for module in product() if layer_of(module.name) == layer]
    wrong = [complaint for module in modules for complaint in RULES[rule](module)]
    assert not wrong, "\n".join([f"{layer} breaks “{rule}”:", *wrong])


def test_every_module_has_a_layer() -> None:
    assert [module.path for module in product() if not layer_of(module.name)] == []
    assert len(product()) > 20


def test_no_module_imports_itself_in_a_circle() -> None:
    assert find_cycles(product()) == []


def sentences() -> frozenset[str]:
    return keys_in((ROOT / "prompts" / "messages.toml").read_text(encoding="utf-8"))


def test_every_sentence_asked_for_exists() -> None:
    wrong = check_asked_exist(asked_by(product()), sentences())
    assert not wrong, "\n".join(wrong)


def test_every_sentence_is_asked_for() -> None:
    wrong = check_all_used(product(), sentences())
    assert not wrong, "\n".join(["prompts/messages.toml:", *wrong])


BROKEN = {
    "imports only what its layer may": [
        ("bot.domain.visits", "import sqlalchemy"),
        ("bot.domain.visits", "from storage.database import Database"),
        ("nlu.dates", "from storage import database"),
        ("nlu.dates", "def f():\n    import numpy"),
        ("nlu.dates", "import bot.app"),
        ("prompts.cards", "from handlers.context import Context"),
        ("handlers.visits", "from nlu.understand import understand"),
        ("handlers.visits", "import pydantic"),
        ("storage.database", "import aiohttp"),
        ("config.settings", "from ..prompts import texts"),
        ("bot.platforms.wecom.client", "import wechatpy"),
        ("bot.platforms.console.web", "from bot.dispatcher import dispatch"),
        ("bot.web", "import uvicorn"),
        ("bot.web", "from tests.fakes import clock"),
    ],
    "platforms do not know each other": [
        ("bot.platforms.wecom.cards", "from bot.platforms.dingtalk.cards import encode"),
        ("bot.platforms.wecom.cards", "from ..dingtalk import cards"),
        ("bot.platforms.console.web", "def f():\n    import bot.platforms.wecom"),
    ],
    "asks for no clock, chance or environment": [
        ("bot.domain.nudges", "from datetime import datetime\nx = lambda: datetime.now(None)"),
        ("bot.domain.nudges", "import datetime as d\nf = d.date.today"),
        ("nlu.dates", "from time import monotonic as clock\ndef f(): return clock()"),
        ("handlers.visits", "import os\ndef f(): return os.environ['X']"),
        ("handlers.visits", "from os import environ\ndef f(): return environ.get('X')"),
        ("handlers.visits", "from uuid import uuid4\ndef f(): return uuid4()"),
        ("prompts.texts", "from random import choice\n"),
        ("nlu.speech_engines", "import time\ndef f(): return time.perf_counter()"),
    ],
    "Chinese stands where it is data": [
        ("bot.web", "x = '收到'"),
        ("handlers.visits", "def f(n): return f'已保存 {n}'"),
        ("storage.inbox", "def f(x='客户'): ..."),
    ],
    "opens nothing at import": [
        ("bot.app", "x = open('x')"),
        ("bot.app", "from storage.database import open_database\nd = open_database('x')"),
        ("bot.app", "import os\nos.makedirs('x')"),
        ("bot.app", "with x: pass"),
        ("bot.app", "import warnings\nwith warnings.catch_warnings():\n    x = open('x')"),
        ("bot.app", "for x in (): pass"),
        ("bot.app", "import os\nif os.environ: x = 1"),
        ("bot.app", "from pathlib import Path\nx = Path('a').read_text()"),
        ("bot.app", "def _load():\n    return open('x').read()\nx = _load()"),
        ("bot.app", "def _load():\n    return _read()\ndef _read():\n    return open('x')\nx = _load()"),
        ("bot.app", "class A:\n    x = connect()"),
        ("bot.app", "def f(x=connect()): ..."),
        ("storage.database", "import sqlalchemy as sa\ne = sa.create_engine('sqlite://')"),
        ("nlu.tokens", "import jieba\nt = jieba.Tokenizer()"),
    ],
}

SOUND = {
    "imports only what its layer may": [
        ("bot.domain.visits", "import json\nfrom bot.domain.messages import Card"),
        ("nlu.speech_engines", "import numpy as np\nfrom nlu.normalize import x\nimport whisper"),
        ("bot.platforms.wecom.codec", "from wechatpy import crypto\nfrom bot.platforms.base import Channel"),
        ("bot.app", "from handlers import router\nimport taskiq\nfrom storage.tables import visits"),
    ],
    "platforms do not know each other": [
        (
            "bot.platforms.wecom.cards",
            "from bot.platforms.wecom import codec\nfrom bot.platforms import base",
        ),
    ],
    "asks for no clock, chance or environment": [
        ("nlu.dates", "from datetime import date, datetime\nx = datetime.combine\ny = date(2026, 1, 1)"),
        ("bot.app", "import os\nx = os.environ"),
        ("storage.inbox", "from datetime import datetime\nx = datetime.now"),
    ],
    "Chinese stands where it is data": [
        ("handlers.visits", "@router.command('今日', help='看今天')\ndef f():\n    '''说 今日'''\n"),
        ("handlers.visits", "HELP = Command(names=('帮助',), help='看帮助')"),
        ("nlu.dates", "x = '下周'"),
        ("bot.domain.calendar", "A = 1\n'''补班 (调休)'''"),
    ],
    "opens nothing at import": [
        (
            "bot.app",
            "import re\nfrom pathlib import Path\nX = re.compile('x')\nY = Path(__file__).parent / 'x'",
        ),
        ("bot.app", "import os\ndef f():\n    return os.makedirs('x')\nif __name__ == '__main__': f()"),
        (
            "nlu.dates",
            "def _join(w):\n    return '|'.join(w)\nX = _join(['a'])\nY = 'a b'.split()\nZ = X.upper()",
        ),
        ("nlu.tokens", "import warnings\nwith warnings.catch_warnings():\n    import jieba"),
        ("storage.tables", "from sqlalchemy import MetaData, Table\nmeta = MetaData()\nt = Table('x', meta)"),
        (
            "bot.domain.nodes",
            "from dataclasses import dataclass, field\n@dataclass\nclass A:\n    x: int = field(default=1)",
        ),
    ],
}


@pytest.mark.parametrize(("rule", "name", "text"), [(rule, *case) for rule in RULES for case in BROKEN[rule]])
def test_rule_finds_what_breaks_it(rule: str, name: str, text: str) -> None:
    assert RULES[rule](parse(name, text)) != []


@pytest.mark.parametrize(("rule", "name", "text"), [(rule, *case) for rule in RULES for case in SOUND[rule]])
def test_rule_lets_sound_code_be(rule: str, name: str, text: str) -> None:
    assert RULES[rule](parse(name, text)) == []


def test_circles_are_found_at_module_level_only() -> None:
    a = parse("bot.a", "from bot.b import x")
    assert find_cycles([a, parse("bot.b", "from bot import c"), parse("bot.c", "import bot.a")]) == [
        "bot.a → bot.b → bot.c → bot.a"
    ]
    assert find_cycles([a, parse("bot.b", "def f():\n    import bot.a")]) == []


def test_sentences_missing_and_unsaid_are_found() -> None:
    keys = keys_in('[visit]\nsaved = "已保存"\nlost = "x"\n[labels.role]\nrep = "销售"\n[node]\na.x = "1"')
    code = parse(
        "handlers.visits",
        "def f(ctx, k):\n"
        "    ctx.say('visit.saved' if k else 'visit.gone')\n"
        "    ctx.reply(f'node.a.{k}')\n"
        "    ctx.button('visit.away', 'visit.act')\n"
        "    ctx.texts.label('role', k)\n"
        "@router.button('visit.act')\n"
        "def g(ctx):\n"
        "    raise Refusal('people.unknown')\n",
    )
    missing = [complaint.rpartition(" ")[2] for complaint in check_asked_exist(asked_by([code]), keys)]
    assert sorted(missing) == ["people.unknown", "visit.away", "visit.gone"]
    assert check_all_used([code], keys) == ["nobody says visit.lost"]
