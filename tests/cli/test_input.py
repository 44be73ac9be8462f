"""Files, openings and candidates that are not what a command needs: one clear sentence, the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import PROGRAM, environment, here, hiring
from tests.cli.conftest import Company


def test_what_is_no_posting_is_refused(tmp_path: Path) -> None:
    for name, content in (("empty.txt", b""), ("binary.txt", bytes(range(256))), ("posting.pdf", b"%PDF-1.7")):
        (tmp_path / name).write_bytes(content)

    names = ("empty.txt", "binary.txt", "posting.pdf", "absent.txt")
    found = [here("rubric", "derive", tmp_path / name) for name in names]

    assert [(each.code, each.out) for each in found] == [(2, "")] * 4
    assert [each.sentence.removeprefix(f"{tmp_path}/") for each in found] == [
        "empty.txt is empty: a posting lists responsibilities, skills or traits.",
        "binary.txt is not text in UTF-8. Plain text, Markdown, HTML, Word (.docx) and PDF are read.",
        "posting.pdf is a damaged PDF: open it in a reader and print it anew.",
        "absent.txt does not exist.",
    ]


def test_unknown_openings_candidates_and_readers_are_named(company: Company, tmp_path: Path) -> None:
    at = {"HIRING_DATA_DIR": company.data_dir}
    opening, candidate, reader = (
        here("report", "bakcend", "--out", tmp_path / "packet.pdf", **at),
        here("report", "backend-developer", "--json", "--candidates", "Nobody", **at),
        here("report", "backend-developer", "--json", "--as", "no@one.example", **at),
    )

    assert {each.code for each in (opening, candidate, reader)} == {2}
    assert {each.out for each in (opening, candidate, reader)} == {""}
    assert opening.sentence == "There is no opening 'bakcend'; there are backend-developer."
    assert candidate.sentence == "No candidate of this opening is called 'Nobody'."
    assert reader.sentence == "Nobody has the address no@one.example: see `hiring user add`."
    assert list(tmp_path.iterdir()) == []


def test_a_new_data_folder_holds_no_opening_yet(data_dir: Path) -> None:
    done = here("report", "backend-developer", "--json", HIRING_DATA_DIR=data_dir / "new")

    assert (done.code, done.out) == (2, "")
    assert done.sentence == "There is no opening 'backend-developer'; there is none yet, `hiring demo` makes one."


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("absent/packet.pdf", "The packet cannot be written to {}: there is no folder {}."),
        (".", "{} is a folder: name a file in it."),
    ],
)
def test_where_no_packet_can_be_written_no_work_is_done(tmp_path: Path, where: str, sentence: str) -> None:
    target = tmp_path / where

    done = here("report", "backend-developer", "--out", target, HIRING_DATA_DIR=tmp_path / "data")

    assert (done.code, done.out, done.sentence) == (2, "", sentence.format(target, target.parent))
    assert not (tmp_path / "data").exists()


def test_a_full_disk_leaves_no_half_of_a_packet(company: Company, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    words = ["report", "backend-developer", "--out", str(full / "packet.pdf")]
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(full)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    # Who may not mount gets the same refusal from a limit on the size of files, which the kernel words differently.
    limit = "" if mounted else "ulimit -f 100; "
    try:
        done = subprocess.run(
            ["sh", "-c", f'{limit}exec "$@"', "sh", str(PROGRAM), *words],
            env=environment({"HIRING_DATA_DIR": company.data_dir}),
            capture_output=True,
            text=True,
            check=False,
        )
        left = list(full.iterdir())
    finally:
        if mounted:
            subprocess.run(["umount", str(full)], check=True)

    reason = "the disk is full" if mounted else "the file would be larger than this process may write"
    assert done.stderr == f"hiring: The packet cannot be written to {full / 'packet.pdf'}: {reason}.\n"
    assert (done.returncode, done.stdout, left) == (1, "", [])


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "data"

    demo, serve, check = (
        here("demo", "--no-serve", HIRING_DATA_DIR=folder),
        here("serve", HIRING_DATA_DIR=folder),
        here("db", "check", HIRING_DATA_DIR=folder),
    )

    assert (demo.code, demo.sentence) == (1, f"The data folder {folder} cannot be used: Not a directory.")
    assert (serve.code, serve.sentence) == (1, f"The key in {folder}/secret-key cannot be kept: Not a directory.")
    assert (check.code, check.sentence) == (1, f"The database cannot be kept in {folder}: Not a directory ({folder}).")


def test_a_packet_is_made_and_known_again(company: Company, tmp_path: Path) -> None:
    packet = tmp_path / "packet.pdf"
    made = hiring("report", "backend-developer", "--out", packet, "--json", HIRING_DATA_DIR=company.data_dir)
    known = here("verify", packet, HIRING_DATA_DIR=company.data_dir)
    packet.write_bytes(packet.read_bytes() + b" ")
    changed = here("verify", packet, HIRING_DATA_DIR=company.data_dir)

    facts = json.loads(made.out)
    assert (made.code, facts["schema"], facts["opening"]) == (0, 1, "backend-developer")
    code = made.err.removeprefix("Verification code ").strip()
    assert len(code) == 20
    assert known.code == 0
    assert known.out.splitlines()[1:] == [f"Verification code {code}.", "The facts in it are those of today."]
    assert (changed.code, changed.out) == (1, "")
    assert changed.sentence == "This file was not issued here, or a byte of it has changed since."
    assert here("verify", tmp_path).code == 2


def test_a_packet_for_somebody_holds_what_they_may_see(company: Company) -> None:
    everything = here("report", "backend-developer", "--json", HIRING_DATA_DIR=company.data_dir)
    names = [each["name"] for each in json.loads(everything.out)["candidates"]]
    some = here(
        "report", "backend-developer", "--json", "--anonymous", "--candidates", ",".join(names[:2]),
        "--as", company.email("committee"), HIRING_DATA_DIR=company.data_dir,
    )  # fmt: skip

    shown = json.loads(some.out)["candidates"]
    assert (everything.code, some.code, some.err) == (0, 0, "")
    assert len(shown) == 2
    assert [name for name in names if name in some.out] == []


def test_a_person_is_added_once_and_gets_a_link_that_works(company: Company) -> None:
    words = ("user", "add", "new.person@seedbank.example", "--role", "recruiter")
    first = hiring(*words, HIRING_DATA_DIR=company.data_dir)
    again, king, nobody = (
        here(*words, HIRING_DATA_DIR=company.data_dir),
        here("user", "add", "a@seedbank.example", "--role", "king", HIRING_DATA_DIR=company.data_dir),
        here("user", "add", "nobody", "--role", "recruiter", HIRING_DATA_DIR=company.data_dir),
    )

    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("http://127.0.0.1:8000/welcome/")
    assert company.served.status(first.out.strip().removeprefix("http://127.0.0.1:8000")) == 200
    assert (again.code, again.sentence) == (1, "new.person@seedbank.example has an account already.")
    assert king.code == 2
    assert king.sentence.startswith("There is no role 'king': choose one of administrator, recruiter, ")
    assert nobody.code == 2
    assert nobody.sentence == "The person was not added. Write an e-mail address, such as name@example.org."
