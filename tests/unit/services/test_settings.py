from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.settings import TABLE, Setting, Settings, _toml


def test_defaults_then_kept_then_reset(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    settings = Settings(path)
    assert settings["theme"] == "system"
    settings["theme"] = "dark"
    settings["heat_opacity"] = 1
    again = Settings(path)
    assert again["theme"] == "dark"
    assert again["heat_opacity"] == 1.0
    again.reset("theme")
    assert Settings(path)["theme"] == "system"


@pytest.mark.parametrize("setting", TABLE, ids=lambda s: s.key)
def test_every_default_is_one_of_its_own_values(setting: Setting) -> None:
    assert setting.check(setting.default) == setting.default
    assert setting.label


@pytest.mark.parametrize(("key", "value"), [("theme", "pink"), ("heat_opacity", 1.5), ("heat_shown", 1), ("name", 3)])
def test_what_is_no_value_is_refused_and_named(tmp_path: Path, key: str, value: object) -> None:
    settings = Settings(tmp_path / "s.toml")
    with pytest.raises(StudioError, match=key):
        settings[key] = value
    assert not settings.path.exists()


def test_a_broken_file_or_value_means_defaults_and_unknown_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("theme = [", encoding="utf-8")
    assert Settings(path)["theme"] == "system"
    path.write_text('theme = "pink"\nheat_opacity = 0.25\nfrom_the_future = "x"\n', encoding="utf-8")
    settings = Settings(path)
    assert settings["theme"] == "system"
    assert settings["heat_opacity"] == 0.25
    settings["name"] = '张伟 "quoted" \\ \t'
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    assert found["from_the_future"] == "x"
    assert found["name"] == '张伟 "quoted" \\ \t'


def test_listeners_hear_of_changes_only(tmp_path: Path) -> None:
    settings, heard = Settings(tmp_path / "s.toml"), []
    settings.listen(heard.append)
    settings["theme"] = "system"
    settings["theme"] = "light"
    assert heard == ["theme"]


def test_a_folder_that_cannot_be_written_holds_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = Settings(tmp_path / "file" / "s.toml")
    settings["theme"] = "dark"
    assert settings["theme"] == "dark"


def test_a_value_for_this_run_is_not_kept_and_gives_way_to_one_that_is_set(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.toml")
    settings["model"] = "mine"
    settings.for_now("model", "other")
    settings["theme"] = "dark"
    assert settings["model"] == "other"
    assert Settings(tmp_path / "s.toml")["model"] == "mine"
    settings["model"] = "third"
    assert settings["model"] == Settings(tmp_path / "s.toml")["model"] == "third"
    assert settings.passing == {}
    with pytest.raises(StudioError, match="no value of the setting device"):
        settings.for_now("device", "abacus")


@given(st.text() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False))
def test_any_value_is_read_back(value: object) -> None:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return
    assert tomllib.loads(f"key = {_toml(value)}")["key"] == value
