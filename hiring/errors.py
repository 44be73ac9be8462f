"""Refusals, which a person reads on a page, and failures, which an operator reads on a terminal."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - the business says no; nothing went wrong
    """The business says no. `str(error)` is a sentence for the person, who learns what to do next."""

    status = 400


class NotFound(Refusal):
    """There is no such thing, or the viewer may not know that there is."""

    status = 404


class Forbidden(Refusal):
    """The viewer knows of the thing, but this is not theirs to do."""

    status = 403


class Conflict(Refusal):
    """The thing has changed, or its state does not allow this."""

    status = 409


class Invalid(Refusal):
    """What was sent cannot be taken; `fields` names each fault by its form field."""

    status = 422

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields or {}


class Broken(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A command failed. `str(error)` is one clear line; the command ends with `exit_code`."""

    exit_code = 1


class BadInput(Broken):
    """The command line or a file it names is wrong."""

    exit_code = 2
