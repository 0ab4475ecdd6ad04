from __future__ import annotations

from pathlib import Path

from tvau_studio.store.answer_cache import AnswerCache


def test_answers_outlive_the_process(tmp_path: Path) -> None:
    first = AnswerCache(tmp_path, "v", "m")
    assert first.get(["ask", 0, 24]) is None
    first.put(["ask", 0, 24], {"answer": "是。\n", "anomaly": True})
    first.put(["ask", 0, 24], {"answer": "Yes.", "anomaly": True})
    assert AnswerCache(tmp_path, "v", "m").get(["ask", 0, 24]) == {"answer": "Yes.", "anomaly": True}
    assert AnswerCache(tmp_path, "other", "m").get(["ask", 0, 24]) is None


def test_half_a_line_costs_itself_alone(tmp_path: Path) -> None:
    AnswerCache(tmp_path, "v", "m").put(["a"], 1)
    [file] = tmp_path.rglob("*.jsonl")
    file.write_bytes(file.read_bytes() + b'[["b"], {"answ\xff')
    later = AnswerCache(tmp_path, "v", "m")
    assert later.get(["b"]) is None
    later.put(["c"], 3)
    again = AnswerCache(tmp_path, "v", "m")
    assert (again.get(["a"]), again.get(["c"])) == (1, 3)


def test_a_disk_that_refuses_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("in the way")
    kept = AnswerCache(tmp_path, "v", "m")
    kept.put(["a"], 1)
    assert kept.get(["a"]) == 1
