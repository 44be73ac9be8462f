"""The library that this installation carries, read once by each process."""

from __future__ import annotations

import functools

from hiring.places import shipped
from hiring.rubrics.core.content import Content
from hiring.rubrics.core.shapes import Library, Role
from hiring.rubrics.library import load_library, load_roles
from hiring.rubrics.publishing import content_of_role_file


@functools.cache
def shipped_library() -> Library:
    """Return the shipped competencies. About 0.4 s the first time."""
    return load_library()


@functools.cache
def shipped_roles() -> tuple[Role, ...]:
    """Return the shipped roles, in the order of their ids."""
    return load_roles(library=shipped_library())


@functools.cache
def role_content(role_id: str) -> Content:
    """Return what a shipped role would publish. Raises KeyError where there is none of that id."""
    if role_id not in {role.id for role in shipped_roles()}:
        raise KeyError(role_id)
    return content_of_role_file(shipped("rubrics") / "roles" / f"{role_id}.yaml")
