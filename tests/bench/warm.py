"""The renderer in a process that has its imports behind it: `python -m tests.bench.warm TIMES SECONDS`, XHTML in, seconds out as JSON."""

from __future__ import annotations

import gc
import json
import sys
import time

import weasyprint  # noqa: F401 - imported before the clock starts

from hiring.reports.render import render


def main() -> None:
    """Render what stands on standard input so many times, with the habits of the product's renderer.

    After the seconds of the second argument no further time is begun.
    """
    gc.disable()
    markup = sys.stdin.buffer.read()
    took: list[float] = []
    for _ in range(int(sys.argv[1])):
        if took and sum(took) > float(sys.argv[2]):
            break
        began = time.perf_counter()
        render(markup, b"0123456789abcdef")
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


if __name__ == "__main__":
    main()
