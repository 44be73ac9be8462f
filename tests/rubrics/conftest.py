from __future__ import annotations

import pytest

from hiring.rubrics.core.shapes import Library, Role, Source
from hiring.rubrics.library import load_library, load_roles
from tests.rubrics.given import backend_sources


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def roles(library: Library) -> tuple[Role, ...]:
    return load_roles(library=library)


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    return backend_sources()
