from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.prompting import PromptTexts, as_text, shipped

lines = st.lists(st.text("abc éß中", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=4, unique=True)
texts = st.builds(
    lambda classes, normal, abnormal, frames: PromptTexts(
        "\n".join(dict.fromkeys(" ".join(c.split()) for c in classes)),
        *("\n".join(f"{line} {{}}" for line in part) for part in (normal, abnormal, frames)),
    ),
    lines,
    lines,
    lines,
    lines,
)


@given(texts)
def test_what_is_written_is_read_again(written: PromptTexts) -> None:
    data = written.data()
    again = PromptTexts.of(data)
    assert again.data() == data
    assert as_text(again.data()) == as_text(data)


def test_the_set_that_ships_comes_back_whole() -> None:
    data = shipped()
    assert PromptTexts.of(data).data() == {**data, "own": {}}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("classes", "", "no classes"),
        ("classes", "a = b\na = c", "twice"),
        ("classes", " = b", "no name"),
        ("normal", "nothing at all", "needs a {}"),
        ("abnormal", "\n \n", "no abnormal"),
        ("frames", "There is.", "sentence line"),
    ],
)
def test_what_is_wrong_is_said(part: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("{", "\\{")):
        replace(PromptTexts.of(shipped()), **{part: text}).data()
