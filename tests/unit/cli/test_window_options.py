from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.cli import main
from tvau_studio.services.settings import Settings
from tvau_studio.services.studio import Studio


@pytest.mark.parametrize("verb", [[], ["demo"]], ids=["window", "demo"])
def test_a_model_that_is_not_there_is_one_sentence_before_any_window(
    verb: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    assert main([*verb, "--model", "nowhere"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("tvau-studio: There is no model nowhere; give ")
    assert said.count("\n") == 1


def test_what_model_and_device_hold_for_this_window_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model_folder: Path
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    monkeypatch.chdir(model_folder.parent)
    given: list[dict[str, object]] = []
    monkeypatch.setattr("tvau_studio.gui.app.run", lambda *words: given.append(words[-1]) or 0)
    assert main(["window", "--model", model_folder.name, "--device", "cpu"]) == 0
    assert main(["window"]) == 0
    assert given == [{"model": str(model_folder), "device": "cpu"}, {}]


def test_a_name_of_the_hub_can_be_chosen(tmp_path: Path) -> None:
    """Its facts are known once it is loaded; whether it can be is told then."""
    settings = Settings(tmp_path / "settings.toml")
    settings.for_now("model", "Qwen/Qwen2.5-VL-3B-Instruct")
    studio = Studio(settings=settings)
    studio.models.look()
    assert (studio.models.state, studio.models.error) == ("installed", "")
    assert studio.models.name == "Qwen/Qwen2.5-VL-3B-Instruct"
    assert studio.models.id
