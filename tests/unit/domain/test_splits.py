"""Videos dealt out to splits: whole, in proportion, and the same each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import SPLITS
from tvau_studio.domain.splits import NORMAL, SHARES, Content, balance, deal

EVENTS = ("run", "fight", "fall", NORMAL)
CONTENTS = st.lists(
    st.builds(
        lambda clips, events: (clips, {e: min(n, clips) for e, n in events.items() if n and clips}),
        st.integers(0, 9),
        st.dictionaries(st.sampled_from(EVENTS), st.integers(0, 9), max_size=3),
    ),
    max_size=40,
).map(lambda rows: [Content(f"v{n:02d}", clips, events) for n, (clips, events) in enumerate(rows)])


@given(contents=CONTENTS, seed=st.integers(0, 5))
def test_every_video_has_one_split_and_always_the_same(contents: list[Content], seed: int) -> None:
    found = deal(contents, seed=seed)
    assert set(found) == {c.video for c in contents}
    assert set(found.values()) <= set(SPLITS)
    assert found == deal(contents[::-1], seed=seed)


def test_events_are_dealt_out_in_proportion() -> None:
    contents = [Content(f"r{n}", 4, {"run": 4}) for n in range(50)]
    contents += [Content(f"f{n}", 2, {"fight": 1, NORMAL: 1}) for n in range(20)]
    contents += [Content(f"n{n}", 1, {NORMAL: 1}) for n in range(100)]
    seen = balance(contents, deal(contents, seed=3))
    for event, total in (("run", 200), ("fight", 20), (NORMAL, 120)):
        for split, share in SHARES.items():
            assert abs(seen.events[event][split] - share * total) <= 4, (event, split)
    assert seen.missing == []
    for split, share in SHARES.items():
        assert abs(seen.shares[split] - share) < 0.02


def test_a_rare_event_reaches_every_split() -> None:
    """Three videos of a hundred show it: by chance alone it would hardly ever be in all three."""
    for seed in range(20):
        contents = [Content(f"n{n:03d}", 1, {NORMAL: 1}) for n in range(97)]
        contents += [Content(f"f{n}", 1, {"fall": 1}) for n in range(3)]
        third = {"train": 1 / 3, "val": 1 / 3, "test": 1 / 3}
        seen = balance(contents, deal(contents, third, seed))  # type: ignore[arg-type]
        assert seen.events["fall"] == {"train": 1, "val": 1, "test": 1}


def test_another_seed_deals_differently() -> None:
    contents = [Content(f"v{n}", 1, {NORMAL: 1}) for n in range(40)]
    assert deal(contents, seed=1) != deal(contents, seed=2)


@given(contents=CONTENTS, pairs=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=12))
def test_videos_that_go_together_stay_together(contents: list[Content], pairs: list[tuple[int, int]]) -> None:
    found = deal(contents, together=[(f"v{a:02d}", f"v{b:02d}") for a, b in pairs])
    for a, b in pairs:
        one, two = f"v{a:02d}", f"v{b:02d}"
        if one in found and two in found:
            assert found[one] == found[two]


def test_what_has_a_split_may_keep_it() -> None:
    contents = [Content(f"v{n}", 1, {NORMAL: 1}, "test" if n < 8 else None) for n in range(20)]
    kept = deal(contents, {"train": 0.5, "test": 0.5}, keep=True)
    assert all(kept[f"v{n}"] == "test" for n in range(8))
    assert sum(s == "test" for s in kept.values()) == 10, "the others even it out"
    drawn = deal(contents, keep=True, together=[("v0", "v19")])
    assert drawn["v19"] == "test"
    contents.append(Content("w", 1, {}, "train"))
    with pytest.raises(UsageError, match="v0 and w show the same and are in test and train"):
        deal(contents, keep=True, together=[("v0", "w")])
    assert deal(contents, together=[("v0", "w")])


@pytest.mark.parametrize("shares", [{}, {"train": 0.5}, {"train": 1.5, "val": -0.5}, {"train": 0.5, "dev": 0.5}])
def test_shares_that_are_none(shares: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="add up to 1"):
        deal([], shares)  # type: ignore[arg-type]


def test_a_split_without_a_share_gets_nothing() -> None:
    contents = [Content(f"v{n}", 1, {NORMAL: 1}) for n in range(9)]
    assert set(deal(contents, {"train": 1.0, "val": 0.0, "test": 0.0}).values()) == {"train"}


def test_what_a_split_misses_is_told() -> None:
    contents = [Content("a", 3, {"run": 2, NORMAL: 1}, "train"), Content("b", 1, {NORMAL: 1}, "test"), Content("c", 1)]
    seen = balance(contents)
    assert seen.videos == {"train": 1, "test": 1, "": 1}
    assert seen.clips == {"train": 3, "test": 1, "": 1}
    assert seen.missing == [("run", "test")]
