"""The reader of foreign formats, in a process of its own: a document on standard input, its text on standard output.

    python -m hiring.rubrics.readers.child FORMAT SECONDS BYTES

Whoever starts it watches the clock (see `hiring.rubrics.readers.bounded`); it bounds its own processor time and memory.
"""

from __future__ import annotations

import resource
import sys

from hiring.rubrics.readers.bounded import REFUSAL, TEXT, Format, Refused


def text_of(kind: Format, content: bytes) -> str:
    """Return a document's text. Raises Refused."""
    match kind:
        case Format.HTML:
            from hiring.rubrics.readers.html import html_text

            return html_text(content)
        case Format.DOCX:
            from hiring.rubrics.readers.docx import docx_text

            return docx_text(content)
        case Format.PDF:
            from hiring.rubrics.readers.pdf import pdf_text

            return pdf_text(content)


def _bound(seconds: int, memory: int) -> None:
    """Bound processor time, address space and files. macOS knows no limit of address space; the clock remains."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise


def main(arguments: list[str]) -> int:
    """Read standard input; answer on standard output. Return the exit code."""
    _bound(int(arguments[1]), int(arguments[2]))
    content = sys.stdin.buffer.read()
    try:
        answer = TEXT + text_of(Format(arguments[0]), content).encode(errors="replace")
    except Refused as refused:
        answer = REFUSAL + str(refused).encode()
    except (MemoryError, RecursionError):
        return 1
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
