"""The PDF: the same bytes everywhere, tagged, from a process that can be killed; and a file that is whole or not there."""

from __future__ import annotations

import asyncio
import errno
import io
import itertools
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hiring.errors import Broken
from hiring.reports import markup, pdf, render
from hiring.reports.core import PacketOptions
from tests.reports.facts import packet_facts

PAGE = "<html lang='en'><head><title>t</title></head><body>{}</body></html>"
IDENTIFIER = b"0123456789abcdef"


@pytest.fixture(scope="module")
def document() -> markup.Document:
    return markup.document(packet_facts(), PacketOptions())


@pytest.fixture(scope="module")
def packet(document: markup.Document) -> bytes:
    return asyncio.run(pdf.render_pdf(document.xhtml, identifier=document.identifier))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The renderers that a test starts."""
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def spy(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        started.append(await start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", spy)
    return started


def elements(node: Any) -> Iterator[Any]:
    """The elements of a structure tree below a node, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_the_same_facts_give_the_same_bytes_anywhere(
    document: markup.Document, packet: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {
        "TZ": "Pacific/Auckland",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "de_DE",
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FONTCONFIG_FILE", "/dev/null")
    monkeypatch.chdir(tmp_path)
    again = asyncio.run(pdf.render_pdf(document.xhtml, identifier=document.identifier))
    assert again == packet


def test_the_same_facts_give_the_same_markup_in_another_process(document: markup.Document) -> None:
    program = (
        "from hiring.reports import markup; from hiring.reports.core import PacketOptions;"
        "from tests.reports.facts import packet_facts; import sys;"
        "sys.stdout.buffer.write(markup.document(packet_facts(), PacketOptions()).xhtml.encode())"
    )
    root = str(Path(__file__).parents[2])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata"}
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    assert other.stdout.decode() == document.xhtml


def test_the_pdf_is_tagged_titled_and_dated_by_its_facts(document: markup.Document, packet: bytes) -> None:
    with pikepdf.open(io.BytesIO(packet)) as file:
        assert str(file.Root.Lang) == "en"
        assert file.Root.MarkInfo.Marked
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.docinfo["/Title"] == "Backend Developer, Northwater Ferries: committee packet"
        assert str(file.docinfo["/CreationDate"]).startswith("D:20261117164000")
        assert bytes(file.trailer.ID[0]) == document.identifier
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        fonts = {str(font.BaseFont).partition("+")[2] for page in file.pages for font in page.Resources.Font.values()}
        assert fonts <= {"Inter", "Inter-Medium", "Inter-Semi-Bold"}
        with file.open_outline() as outline:
            assert [entry.title for entry in outline.root] == [
                "Where do we stand",
                "Comparison",
                "From posting to rating",
                "Nguyễn Bảo Châu",
                "Oluwaseun Adébáyọ̀",
                "María José Iturbe Etxeberria",
                "Łukasz Wiśniewski",
                "Zeynep Çağlar",
                "Ravindra Kulkarni",
                "How to read this",
            ]


def test_the_structure_tree_reads_well(packet: bytes) -> None:
    with pikepdf.open(io.BytesIO(packet)) as file:
        found = list(elements(file.Root.StructTreeRoot))
        kinds = [str(entry.S) for entry in found]
        headings = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
        figures = [entry for entry in found if entry.S == "/Figure"]
        assert len(figures) == 92  # 46 rated cells, drawn on the first page and on the candidates' pages
        assert {str(entry.Alt).partition(" given: ")[0] for entry in figures} == {"Level", "Levels"}
        heads = [entry for entry in found if entry.S == "/TH"]
        assert {str(entry.A.Scope) for entry in heads} == {"/Row", "/Column"}
        names = [str(entry.ID) for entry in heads]
        assert len(names) == len(set(names))


def test_every_link_leads_to_a_place(packet: bytes) -> None:
    with pikepdf.open(io.BytesIO(packet)) as file:
        names = file.Root.Names.Dests.Names
        places = {str(name) for name in list(names)[::2]}
        links = [entry for page in file.pages for entry in page.get("/Annots", []) if entry.Subtype == "/Link"]
        assert len(links) > 200
        assert all("/A" not in link or link.A.S != "/URI" for link in links)
        assert {str(link.Dest) for link in links} <= places


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="file:///etc/hostname"/>',
        '<img alt="x" src="http://127.0.0.1:9/x.png"/>',
        '<img alt="x" src="data:image/svg+xml,%3Csvg/%3E"/>',
        '<img alt="x" src="packet:../../settings.py"/>',
        '<link rel="stylesheet" href="https://example.org/x.css"/>',
        '<link rel="attachment" href="file:///etc/hostname"/>',
        '<p style="background: url(file:///etc/hostname)">x</p>',
    ],
)
def test_nothing_but_bundled_assets_is_read(body: str) -> None:
    with pytest.raises(Broken, match="which is not bundled"):
        asyncio.run(pdf.render_pdf(PAGE.format(body), identifier=IDENTIFIER))


def test_bundled_assets_are_these() -> None:
    assert render.bundled("packet:packet.css") is not None
    assert render.bundled("packet:fonts/Inter_400Regular.ttf") is not None
    for url in ("packet:fonts/../../../settings.py", "packet:fonts/OFL.txt", "packet:_stand.html", "packet:"):
        assert render.bundled(url) is None


@pytest.mark.parametrize(
    "markup_",
    [
        "<html><p>not well-formed</html>",
        "",
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(
            f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]><html>&i;</html>",
    ],
)
def test_broken_markup_is_one_sentence(markup_: str) -> None:
    with pytest.raises(Broken, match=r"The packet could not be rendered \(.+\)\.") as caught:
        asyncio.run(pdf.render_pdf(markup_, identifier=IDENTIFIER))
    assert "\n" not in str(caught.value)


async def test_a_slow_renderer_is_stopped(
    document: markup.Document, children: list[asyncio.subprocess.Process]
) -> None:
    with pytest.raises(Broken, match=r"took longer than 0\.1 seconds to render and was stopped\."):
        await pdf.render_pdf(document.xhtml, identifier=IDENTIFIER, seconds=0.1)
    assert [child.returncode for child in children] == [-9]


async def test_a_cancelled_rendering_leaves_no_process(
    document: markup.Document, children: list[asyncio.subprocess.Process]
) -> None:
    task = asyncio.create_task(pdf.render_pdf(document.xhtml, identifier=IDENTIFIER))
    while not children:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [child.returncode for child in children] == [-9]


async def test_a_renderer_has_only_so_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MEMORY", 400_000_000)
    with pytest.raises(Broken, match="needs more memory than a renderer may take"):
        await pdf.render_pdf(PAGE.format("<p>x</p>" * 200_000), identifier=IDENTIFIER)


async def test_a_renderer_that_dies_is_one_sentence(
    document: markup.Document, children: list[asyncio.subprocess.Process]
) -> None:
    task = asyncio.create_task(pdf.render_pdf(document.xhtml, identifier=IDENTIFIER))
    while not children:
        await asyncio.sleep(0.01)
    children[0].send_signal(11)
    with pytest.raises(Broken, match=r"The packet could not be rendered \(signal 11\)\."):
        await task


async def test_two_render_at_once_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    async def counted(markup_: bytes, identifier: bytes, seconds: float, folder: str) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        return markup_

    monkeypatch.setattr(pdf, "_run", counted)
    done = await asyncio.gather(*(pdf.render_pdf(str(number), identifier=IDENTIFIER) for number in range(6)))
    assert done == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert most == 2


async def test_without_pango_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "dnf" else None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    said = "The packet needs Pango, which this system lacks: run `sudo dnf install --assumeyes pango`."
    assert pdf._why(render.EXIT_NO_PANGO, "") == said


def test_a_packet_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    pdf.write_packet(path, b"first")
    pdf.write_packet(path, b"second")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["packet.pdf"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken) as caught:
        pdf.write_packet(tmp_path / "nowhere" / "packet.pdf", b"x")
    assert str(caught.value) == (
        f"The packet cannot be written to {tmp_path}/nowhere/packet.pdf: there is no folder {tmp_path}/nowhere."
    )


def test_a_folder_in_the_way_is_kept(tmp_path: Path) -> None:
    (tmp_path / "packet.pdf").mkdir()
    with pytest.raises(Broken, match="a folder of that name is in the way"):
        pdf.write_packet(tmp_path / "packet.pdf", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["packet.pdf"]


@pytest.mark.parametrize(
    ("code", "sentence"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "you may not write there")]
)
def test_a_full_disk_leaves_the_old_packet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(b"old")

    def fail(_handle: int) -> None:
        raise OSError(code, "No")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Broken, match=rf"packet\.pdf: {sentence}\.$"):
        pdf.write_packet(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["packet.pdf"]


def test_a_file_that_may_not_grow_leaves_nothing(tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(Broken, match="the file would be larger than this process may write"):
            pdf.write_packet(tmp_path / "packet.pdf", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.iterdir()) == []
