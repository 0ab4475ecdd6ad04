from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.services.drafts import Draft, Drafts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "drafts.json"


def test_what_is_typed_is_there_in_the_next_process(path: Path) -> None:
    Drafts(path).keep("a", "half a wor", "before 红")
    assert Drafts(path).get("a") == Draft("half a wor", "before 红")


def test_what_arrived_is_forgotten(path: Path) -> None:
    drafts = Drafts(path)
    drafts.keep("a", "one")
    drafts.keep("b", "two")
    drafts.hand_in("a")
    assert Drafts(path).get("a") is not None  # it may still be on its way
    drafts.settle()
    assert Drafts(path).get("a") is None
    assert Drafts(path).get("b") == Draft("two")


def test_what_is_typed_on_is_not_what_was_handed_in(path: Path) -> None:
    drafts = Drafts(path)
    drafts.keep("a", "one")
    drafts.hand_in("a")
    drafts.keep("a", "one more", "one")
    drafts.settle()
    assert Drafts(path).get("a") == Draft("one more", "one")


def test_typed_back_is_nothing_typed(path: Path) -> None:
    drafts = Drafts(path)
    drafts.keep("a", "text!", "text")
    drafts.keep("a", "text", "text")
    assert Drafts(path).get("a") is None


def test_only_the_newest_are_kept(path: Path) -> None:
    drafts = Drafts(path)
    for n in range(205):
        drafts.keep(str(n), "x")
    again = Drafts(path)
    assert again.get("4") is None
    assert again.get("5") is not None


def test_two_windows_keep_theirs_in_one_file(path: Path) -> None:
    one, two = Drafts(path), Drafts(path)
    one.keep("a", "one")
    two.keep("b", "two")
    one.keep("a", "one!")
    two.drop("b")
    assert Drafts(path).of("") == {"a": Draft("one!")}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": {"text": "x"}}', "\x00"])
def test_a_file_of_anything_else_holds_none(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    assert Drafts(path).get("a") is None


@pytest.mark.expects_log("not kept in")
def test_where_nothing_can_be_written_typing_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    drafts = Drafts(tmp_path / "file" / "drafts.json")
    drafts.keep("a", "x")
    drafts.keep("a", "xy")
    assert drafts.get("a") == Draft("xy")
