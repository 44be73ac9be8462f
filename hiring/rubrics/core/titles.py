"""Which of the roles a text names as its subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hiring.rubrics.core.shapes import Role
from hiring.rubrics.core.words import stem, tokens

Stems = tuple[str, ...]
_TITLE_TEXT, _TITLE_LINE, _TITLE_HEAD, _OFTEN = 20_000, 120, 400, 3

_TRADE_STEMS = frozenset(
    map(
        stem,
        (
            "developer",
            "engineer",
            "programmer",
            "manager",
            "lead",
            "architect",
            "specialist",
            "tester",
            "analyst",
            "administrator",
            "scientist",
        ),
    )
)
"""How titles call people who do much the same work."""

_CALLED = {
    "site reliability": "sre, devops, platform, infrastructure, cloud",
    "quality": "qa, test, quality assurance, test automation, automation, sdet",
    "mobile": "android, ios, app, flutter, react native",
    "machine learning": "ml, ai, deep learning, mlops, applied",
    "data": "etl, bi, data warehouse, analytics, big data, database",
    "security": "cyber security, cybersecurity, information security, application security, it security",
    "front end": "ui, web, react, javascript",
    "full stack": "fullstack",
    "backend": "server, java, python, php, go",
    "engineering": "development, software engineering, software development",
}
"""What else postings call the work of a title."""

_ALSO_CALLED: dict[Stems, tuple[Stems, ...]] = {
    tuple(token.stem for token in tokens(title)): tuple(
        tuple(token.stem for token in tokens(name)) for name in names.split(", ")
    )
    for title, names in _CALLED.items()
}


def named_roles(text: str, roles: Iterable[Role]) -> frozenset[str]:
    """Return the ids of the roles whose title the text names most: within its first 400 characters, or three times in all.

    “Backend Developer” is named by “back-end engineer” as well, and by “Developer (Back End)” in the first line or two.
    """
    titles: dict[Stems, list[str]] = defaultdict(list)
    for role in roles:
        for title in role.title.split("/"):
            words = tuple(token.stem for token in tokens(title))
            words = words[:-1] if words and words[-1] in _TRADE_STEMS else words
            for name in (words, *_ALSO_CALLED.get(words, ())):
                if name and role.id not in titles[name]:
                    titles[name].append(role.id)
    counts: dict[str, int] = defaultdict(int)
    read = list(tokens(text[:_TITLE_TEXT]))
    stems = [token.stem for token in read]
    lengths = sorted({len(words) for words in titles})
    for place, token in enumerate(read):
        for length in lengths:
            ids = titles.get(tuple(stems[place : place + length]))
            if not ids:
                continue
            is_called = place + length < len(stems) and stems[place + length] in _TRADE_STEMS
            if is_called or (length > 1 and token.start < _TITLE_LINE):
                for key in ids:
                    counts[key] += _OFTEN if token.start < _TITLE_HEAD else 1
    most = max(counts.values(), default=0)
    return frozenset(key for key, count in counts.items() if count == most >= _OFTEN)
