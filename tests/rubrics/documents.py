"""Small documents for tests: Word documents and PDFs made by hand, so that every part of them is seen here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

STYLES = f"""<w:styles xmlns:w="{WORD}">
<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:styleId="Aufz"><w:name w:val="List Bullet"/></w:style>
</w:styles>"""


def word(body: str, *, styles: str = STYLES, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word document whose body is this XML."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}" '
        f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{body}</w:body></w:document>'
    )
    return packed({"word/document.xml": document.encode(), "word/styles.xml": styles.encode(), **(more or {})})


def packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def item(text: str, depth: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>')


def table(*rows: Sequence[str]) -> str:
    made = "".join(f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{made}</w:tbl>"


def pdf(*pages: Sequence[tuple[int, int, int, str]], bold: Sequence[str] = ()) -> bytes:
    """Return a PDF of pages of lines (x, y from the foot, size, text) in Helvetica; texts in `bold` are set bold."""
    contents = []
    for lines in pages:
        shown = "".join(
            f"BT /{'B' if text in bold else 'F'} {size} Tf {x} {y} Td ({text.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET\n"
            for x, y, size, text in lines
        )
        contents.append(shown.encode("cp1252"))
    return pdf_of(contents)


def pdf_of(contents: Sequence[bytes], stream: str = "") -> bytes:
    """Return a PDF whose pages have these content streams; `stream` adds to each stream's dictionary."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{' '.join(f'{5 + 2 * each} 0 R' for each in range(len(contents)))}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for each, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents {6 + 2 * each} 0 R "
            "/Resources << /Font << /F 3 0 R /B 4 0 R >> >> >>".encode(),
            f"<< /Length {len(content)} {stream} >>\nstream\n".encode() + content + b"\nendstream",
        ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each_object in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + each_object + b"\nendobj\n"
    xref = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return bytes(out) + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n".encode()
