from __future__ import annotations

import pytest
from typer.testing import CliRunner

from hiring.cli import app
from tests.cli.command import here, hiring


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("nonsense", "No such command 'nonsense'. See `hiring --help`."),
        ("db chekc", "No such command 'chekc'. Did you mean 'check'? See `hiring db --help`."),
        ("serve --wrokers 1", "No such option: --wrokers (Possible options: --workers) See `hiring serve --help`."),
        ("serve --port 0", "Invalid value for '--port': Input should be greater than or equal to 1. See `hiring serve --help`."),
        ("user add ada@seedbank.example", "Missing option '--role'. See `hiring user add --help`."),
        ("rubric derive", "Missing argument 'FILE...'. See `hiring rubric derive --help`."),
        ("report", "Missing argument 'SLUG'. See `hiring report --help`."),
        ("report backend", "Say where to write the packet with --out FILE, or ask for data with --json."),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_told_in_one_line_with_exit_code_2(words: str, sentence: str) -> None:
    done = here(*words.split())

    assert (done.code, done.out, done.sentence) == (2, "", sentence)


def test_without_a_command_the_commands_are_listed() -> None:
    done = hiring()

    assert (done.code, done.sentence) == (2, "Name a command. See `hiring --help`.")
    assert [
        word for word in ("demo", "serve", "doctor", "report", "verify", "db", "user", "rubric") if word not in done.out
    ] == []


@pytest.mark.parametrize("words", ["", "demo", "serve", "report", "rubric publish", "user add"])
def test_help_is_no_fault(words: str) -> None:
    done = CliRunner().invoke(app, [*words.split(), "--help"])

    assert (done.exit_code, done.stderr) == (0, "")
    assert "Usage: " in done.stdout


def test_the_version_is_told() -> None:
    done = hiring("--version")

    assert (done.code, done.out, done.err) == (0, "0.1.0\n", "")
