from __future__ import annotations

import json
from pathlib import Path

import pytest

from tvau_studio.cli import main


def test_info_and_check(model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", str(model_folder), "--json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert info["name"] == "random"
    assert info["heatmap"] is True
    assert main(["model", "check", str(model_folder)]) == 0
    out = capsys.readouterr().out
    assert "sound" in out
    assert str(info["parameters"]) in out


def test_list(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "data" / "models").mkdir(parents=True)
    (tmp_path / "data" / "models" / "mine").symlink_to(model_folder)
    assert main(["model", "list"]) == 0
    assert str(tmp_path / "data" / "models" / "mine") in capsys.readouterr().out
    assert main(["model", "list", "x"]) == 2


@pytest.mark.parametrize("action", ["info", "check"])
@pytest.mark.parametrize("kind", ["pickle", "nowhere", "empty folder", "no json"])
def test_what_is_no_model_is_refused_in_one_line(
    action: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "thing"
    if kind == "pickle":
        path.write_bytes(b"\x80\x04cposix\nsystem\n(S'touch pwned'\ntR.")
    elif kind != "nowhere":
        path.mkdir()
        if kind == "no json":
            (path / "config.json").write_text("{")
    assert main(["model", action, str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert not (tmp_path / "pwned").exists()
