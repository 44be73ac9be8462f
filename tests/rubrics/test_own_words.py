"""Nothing of ours repeats six consecutive words of a posting: rules stay general, sources are retold."""

from __future__ import annotations

from pathlib import Path

from tests.rubrics.given import PROJECT, given, runs_of_six


def files_of_ours() -> list[Path]:
    code = sorted((PROJECT / "hiring" / "rubrics").rglob("*.py"))
    content = sorted([*(PROJECT / "rubrics").rglob("*.y*ml"), *(PROJECT / "rubrics").rglob("*.txt")])
    assert len(code) > 10
    assert len(content) > 30
    return code + content


def borrowed(text: str) -> set[str]:
    """Return the runs of six words that a text shares with any posting."""
    theirs = set().union(*(runs_of_six(entry.text) for entry in given()))
    return {" ".join(run) for run in runs_of_six(text) & theirs}


def test_no_six_words_of_a_posting() -> None:
    found = {path.name: runs for path in files_of_ours() if (runs := borrowed(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_control_six_words_are_noticed_and_five_are_not() -> None:
    words = given()[0].text.split()[:6]
    assert len(borrowed("before " + "\n# ".join(words) + " after")) == 1
    assert borrowed("before " + " ".join(words[:5]) + " after") == set()
