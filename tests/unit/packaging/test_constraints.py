"""The pins fit the project's requirements, hold no address, and bind everything that is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@pytest.fixture(scope="module")
def pins(project_root: Path) -> dict[str, Requirement]:
    lines = (project_root / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(r.name): r for r in requirements}


@pytest.fixture(scope="module")
def project(project_root: Path) -> dict[str, list[str]]:
    data = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    return {"base": data["project"]["dependencies"], **data["project"]["optional-dependencies"]}


def test_pins_are_exact_and_without_address(pins: dict[str, Requirement]) -> None:
    assert len(pins) > 20
    for requirement in pins.values():
        assert requirement.url is None
        assert [s.operator for s in requirement.specifier] == ["=="]
        assert "+" not in str(requirement.specifier)


@pytest.mark.parametrize("python", PYTHONS)
def test_pins_satisfy_what_the_project_asks_for(
    pins: dict[str, Requirement], project: dict[str, list[str]], python: str
) -> None:
    for text in (text for group in project.values() for text in group):
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate(
            {"python_version": python, "python_full_version": f"{python}.0"}
        ):
            continue
        (pin,) = pins[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), f"{text} is pinned to {pin.version}"


def test_qt_is_one_that_does_not_crash_on_the_oldest_python(pins: dict[str, Requirement]) -> None:
    (pin,) = pins["pyside6-essentials"].specifier
    assert Version(pin.version) < Version("6.12")
