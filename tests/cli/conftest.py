"""One demonstration company and one `hiring serve` for all tests that do not disturb them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Serving, empty_folder, hiring, serving

PASSWORD = "a password for the tests"


@dataclass(frozen=True, slots=True)
class Company:
    """A loaded demonstration: its data folder, what `hiring demo --json` said, and the seconds that this took."""

    data_dir: Path
    told: dict[str, Any]
    first: float
    served: Serving

    def email(self, role: str) -> str:
        """Return the address of somebody in this role."""
        return next(str(each["email"]) for each in self.told["accounts"] if each["role"] == role)


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    """The demonstration, loaded and served: commands on its folder attach to the running database."""
    with empty_folder() as folder:
        began = time.monotonic()
        done = hiring("demo", "--no-serve", "--json", HIRING_DATA_DIR=folder, HIRING_DEMO_PASSWORD=PASSWORD)
        first = time.monotonic() - began
        assert (done.code, done.err) == (0, "")
        with serving("serve", HIRING_DATA_DIR=folder) as served:
            yield Company(folder, json.loads(done.out), first, served)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data folder of one test's own."""
    with empty_folder() as folder:
        yield folder
