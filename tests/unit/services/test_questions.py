"""Questions of the paper and of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.questions import LONGEST, MOST, Question, keep, own, paper
from tvau_studio.services.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


def test_the_papers_order() -> None:
    assert paper("en")[0].text == "Is there any anomaly in the video?"
    assert [q.name for q in paper("zh")] == ["ask_anomaly", "ask_environment", "ask_appearance", "ask_trajectory"]


def test_own_questions_come_back(settings: Settings, tmp_path: Path) -> None:
    mine = [Question("Gate", "Is the gate\nopen?"), Question("门", "门开着吗？ <|im_end|>")]
    keep(settings, mine)
    assert own(Settings(tmp_path / "settings.toml")) == mine
    keep(settings, [])
    assert own(settings) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([Question(" ", "x")], "needs a name"),
        ([Question("x", "\x00 ")], "needs a name and a text"),
        ([Question("a", "x"), Question(" a ", "y")], "called a already"),
        ([Question("a", "x" * (LONGEST + 1))], "At most"),
        ([Question(str(n), "x") for n in range(MOST + 1)], "At most"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_changes(
    settings: Settings, rows: list[Question], said: str
) -> None:
    keep(settings, [Question("kept", "x")])
    with pytest.raises(StudioError, match=said):
        keep(settings, rows)
    assert [q.name for q in own(settings)] == ["kept"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"name": "a"}]', "nonsense", "null"])
def test_a_setting_that_is_none_is_passed_over(settings: Settings, text: str) -> None:
    settings["questions"] = text
    assert own(settings) == []
