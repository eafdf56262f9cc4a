"""Keeps the list of pinned versions, the Makefile and the glossary in step with what they speak of."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules.source import ROOT, product

PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["dev"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    version = PINS.get(canonicalize_name(requirement.name))
    assert version is not None, "run `make lock`"
    assert version in requirement.specifier


def test_pins_name_no_build_of_one_machine() -> None:
    assert [name for name, version in PINS.items() if "+" in version] == []


def test_makefile_installs_the_pinned_torch() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^TORCH := torch==(.+)$", makefile, re.MULTILINE) == [PINS["torch"]]


def test_glossary_names_only_types_that_exist() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    classes = {
        name for module in product() for name in re.findall(r"^class (\w+)", module.text, re.MULTILINE)
    }
    named = set(re.findall(r"`([A-Z][a-z]\w+)[.`]", glossary))
    assert len(named) > 30
    assert named - classes == set()
