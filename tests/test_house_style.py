"""Holds the code to the house style where a linter cannot: sizes, names, openings, inheritance, folders."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.rules import shape
from tests.rules.source import PACKAGES, ROOT, Module, parse, product

Check = Callable[[Module], list[str]]


@cache
def own_families() -> frozenset[str]:
    """Our exceptions and pydantic tables."""
    return shape.families(product())


def inheritance(module: Module) -> list[str]:
    """Nothing builds on another class but exceptions, enums, protocols and pydantic tables."""
    return shape.check_inheritance(module, families=own_families())


RULES: dict[str, Check] = {
    "a file has at most 300 lines": shape.check_file_size,
    "a function has at most 40 lines": shape.check_function_size,
    "a file is named by its noun": shape.check_file_name,
    "a file opens with a sentence": shape.check_opening,
    "classes do not inherit": inheritance,
    "values are frozen": shape.check_frozen,
}


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("rule", RULES)
def test_package_keeps_the_rule(rule: str, package: str) -> None:
    modules = [module for module in product() if module.name.partition(".")[0] == package]
    wrong = [complaint for module in modules for complaint in RULES[rule](module)]
    assert not wrong, "\n".join([f"{package} breaks “{rule}”:", *wrong])


def test_top_level_has_only_the_folders_of_the_layout() -> None:
    assert shape.check_folders(ROOT) == []


def test_strange_folder_is_found(tmp_path: Path) -> None:
    for name in ("bot", "var", "misc", ".git"):
        (tmp_path / name).mkdir()
    assert shape.check_folders(tmp_path) == ["misc/ is not part of the layout"]


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 40
BROKEN = [
    ("a file has at most 300 lines", "bot.web", "x = 1\n" * 301),
    ("a function has at most 40 lines", "bot.web", LONG_FUNCTION),
    (
        "a function has at most 40 lines",
        "bot.web",
        "class A:\n    async def f(self):\n" + "        x = 1\n" * 40,
    ),
    ("a file is named by its noun", "bot.utils", ""),
    ("a file is named by its noun", "bot.token_manager", ""),
    ("a file is named by its noun", "bot.services.visits", ""),
    ("a file is named by its noun", "bot.card_factories", ""),
    ("a file opens with a sentence", "bot.web", "import os"),
    ("a file opens with a sentence", "bot.web", '"""Web"""'),
    ("classes do not inherit", "bot.web", "class A(Base): ..."),
    ("classes do not inherit", "bot.web", "class A(abc.ABC): ..."),
    ("classes do not inherit", "bot.web", "class A(metaclass=Meta): ..."),
    ("values are frozen", "bot.domain.visits", "@dataclass(slots=True)\nclass A: ..."),
    ("values are frozen", "bot.web", "@dataclass\nclass A: ..."),
]
SOUND = [
    ("classes do not inherit", "handlers.turn", "class A(UnitOfWork, Protocol): ..."),
    ("a file has at most 300 lines", "storage.migrations.versions.first", "x = 1\n" * 301),
    ("a file has at most 300 lines", "bot.web", "x = 1\n" * 300),
    (
        "a function has at most 40 lines",
        "bot.web",
        'def f():\n    """D\n' + "\n" * 50 + '    """\n    # c\n\n    x = 1\n',
    ),
    ("a file is named by its noun", "bot.serviceable", ""),
    ("a file opens with a sentence", "bot.web", '"""Serves the callbacks."""'),
    (
        "classes do not inherit",
        "bot.web",
        "class A(Protocol[T]): ...\nclass B(StrEnum): ...\nclass C(Refusal): ...",
    ),
    ("values are frozen", "bot.web", "@dataclass(slots=True, kw_only=True)\nclass A: ..."),
]


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_rule_finds_what_breaks_it(rule: str, name: str, text: str) -> None:
    assert RULES[rule](parse(name, text)) != []


@pytest.mark.parametrize(("rule", "name", "text"), SOUND)
def test_rule_lets_sound_code_be(rule: str, name: str, text: str) -> None:
    assert RULES[rule](parse(name, text)) == []


def test_own_exceptions_and_tables_may_be_built_on() -> None:
    module = parse(
        "config.x", "class A(BaseModel): ...\nclass B(A): ...\nclass C(B): ...\nclass D: ...\nclass E(D): ..."
    )
    assert shape.check_inheritance(module, families=shape.families([module])) == [
        "config/x.py:5: E builds on D; compose instead"
    ]
