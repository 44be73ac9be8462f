"""The editor's pages and forms: where a draft begins, every edit with and without scripts, refusals, import and export."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hiring.people.core import Viewer
from hiring.rubrics.core import edits
from hiring.rubrics.core.draft import State, content_of
from hiring.rubrics.core.edits import slug_from
from hiring.rubrics.drafts import service
from hiring.rubrics.exchange import dump_rubric, read_rubric_text
from hiring.rubrics.service import publish
from hiring.rubrics.stock import shipped_library
from hiring.rubrics.tables import OwnCompetency, RubricDraft, RubricVersion
from tests.conftest import Client, ClientFor
from tests.factories import World
from tests.rubrics.drafts.arrange import (
    POSTING,
    UNKNOWN,
    begun,
    content,
    draft_of,
    names,
    published,
    rename,
    rows,
    typed,
)
from tests.scorecards.test_web import counted

DOCUMENTS = Path(__file__).resolve().parents[2] / "derivation" / "tuning"
HX = {"hx-request": "true"}
NOTE = "The first that we publish."


@pytest.fixture
async def browser(world: World, client: ClientFor) -> Client:
    """The recruiter's browser."""
    found: Client = await client(world.recruiter)
    await found.page("/rubrics")
    return found


def files(*sent: tuple[str, bytes | str]) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Return files as a browser sends them."""
    return [
        ("files", (name, text.encode() if isinstance(text, str) else text, "application/octet-stream"))
        for name, text in sent
    ]


def id_in(answer: Any) -> uuid.UUID:
    """Return the draft that an answer leads to."""
    assert answer.status_code == 303, shown(answer)
    return uuid.UUID(answer.headers["location"].removeprefix("/rubrics/drafts/").split("?")[0])


def shown(answer: Any) -> str:
    """Return the words that a page shows, without its markup."""
    text = re.sub(r"(?s)<(script|style|svg|head).*?</\1>|<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(text).split())


def fields(answer: Any) -> list[str]:
    """Return what stands in a page's fields."""
    found = re.findall(r'<input[^>]* value="([^"]*)"|<textarea[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    return [html.unescape(value or text) for value, text in found]


# Beginning -----------------------------------------------------------------------------------------------------------


async def test_the_form_offers_postings_roles_and_files(
    session: AsyncSession, now: dt.datetime, browser: Client
) -> None:
    await published(session, now)
    await session.commit()

    answer = await browser.page("/rubrics/new?rubric=bakery")

    assert answer.status_code == 200
    assert '<option value="bakery" selected>' in answer.text
    assert '<option value="backend-developer">' in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_a_pasted_posting_begins_a_draft(session: AsyncSession, browser: Client) -> None:
    answer = await browser.post_form("/rubrics/new", {"source": "text", "text": POSTING.replace("\n", "\r\n")})

    draft = await draft_of(session, id_in(answer))
    (paper,) = draft.papers
    assert (paper.key, paper.title, paper.text.strip()) == (
        "posting.txt",
        "Posting, pasted 20 November 2026",
        POSTING.strip(),
    )
    page = await browser.page(f"/rubrics/drafts/{draft.id}")
    assert page.status_code == 200
    assert page.text.count("<mark ") == len(paper.statements) == 10
    assert f"<b>{len(draft.state.criteria)} proposals</b>" in page.text


@pytest.mark.parametrize(
    "name",
    ["qa-engineer.txt", "platform-engineer.md", "mobile-developer.html", "data-engineer.docx", "machine-learning-engineer.pdf"],
)  # fmt: skip
async def test_documents_of_each_kind_begin_a_draft(session: AsyncSession, browser: Client, name: str) -> None:
    sent = files((name, (DOCUMENTS / name).read_bytes()))

    answer = await browser.post_form("/rubrics/new", {"source": "text", "text": ""}, files=sent)

    draft = await draft_of(session, id_in(answer))
    (paper,) = draft.papers
    assert (paper.key, paper.title) == (name, name)
    assert len(paper.statements) > 8
    assert all(paper.text[each.start : each.end] == each.text for each in paper.statements)
    assert len(draft.state.criteria) >= 6
    assert (await browser.get(f"/rubrics/drafts/{draft.id}")).status_code == 200


NAMES = [
    ("posting.txt",),
    ("a.txt", "a.txt"),
    ("2-a.txt", "a.txt"),
    ("3-a.txt", "b.txt", "a.txt"),
    ("2-posting.txt", "posting.txt"),
    ("../../etc/passwd.txt", "C:\\jobs\\passwd.txt"),
    ("…/…", ".", ".."),
    ("x" * 300 + ".txt", "x" * 300 + ".txt"),
]


async def test_several_postings_make_one_rubric_whatever_they_are_called(
    session: AsyncSession, browser: Client
) -> None:
    """Each posting has a key of its own, so that the draft can be published."""
    alike = []
    for sent in NAMES:
        given = files(*((name, f"- Write Python code for oven {at}\n") for at, name in enumerate(sent)))

        answer = await browser.post_form(
            "/rubrics/new", {"text": "- Write Python code for the shop\n", "title": "Bakery"}, files=given
        )

        keys = [paper.key for paper in (await draft_of(session, id_in(answer))).papers]
        assert len(keys) == len(sent) + 1
        assert all(key and "/" not in key and "\\" not in key for key in keys)
        if len(set(keys)) < len(keys):
            alike.append(keys)
    assert alike == []


async def test_a_file_name_that_cannot_be_stored_is_no_crash(session: AsyncSession, browser: Client) -> None:
    edge = "edge"
    parts = [("form_token", "", browser.token), ("files", '; filename="a\x00b\u202e.txt"', POSTING)]
    body = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n'
        for name, more, text in parts
    )

    answer = await browser.post(
        "/rubrics/new",
        content=f"{body}--{edge}--\r\n".encode(),
        headers={"content-type": f"multipart/form-data; boundary={edge}"},
    )

    assert answer.status_code in {303, 400, 422}


BINARY = bytes(range(256)) * 40
NO_TEXT: list[tuple[str, bytes | str, str]] = [
    ("a.txt", BINARY, "a.txt is not text in UTF-8."),
    ("b.txt", "- Bake \0 bread\n", "b.txt is binary, not text."),
    ("a.txt", "", "a.txt is empty: a posting lists responsibilities, skills or traits."),
    ("a.txt", "- Bake bread\n" * 85_000, "a.txt is larger than 1 MB of text, too large for a posting."),
    ("a.txt", "We are a bakery.\n", "a.txt lists no responsibility, skill or trait: put each on a line that begins"),
    ("a.pdf", b"%PDF-1.7\n" + BINARY, "a.pdf "),
    ("a.docx", b"PK\x03\x04" + BINARY, "a.docx "),
    ("a.png", b"\x89PNG\r\n" + BINARY, "a.png is a picture."),
    ("<b>.txt", BINARY, "<b>.txt is not text in UTF-8."),
]  # fmt: skip


async def test_a_file_that_is_no_posting_is_refused_and_nothing_stored(session: AsyncSession, browser: Client) -> None:
    before = await rows(session)

    for name, text, says in NO_TEXT:
        answer = await browser.post_form("/rubrics/new", {"text": "", "title": "My title"}, files=files((name, text)))

        assert answer.status_code == 422, says
        assert says in shown(answer)
        assert "My title" in fields(answer)
        assert "<b>.txt" not in answer.text
        assert await rows(session) == before, says


async def test_one_bad_file_among_good_ones_stores_nothing(session: AsyncSession, browser: Client) -> None:
    before = await rows(session)

    answer = await browser.post_form("/rubrics/new", {"text": POSTING}, files=files(("a.txt", POSTING), ("b.txt", "")))

    assert answer.status_code == 422
    assert "b.txt is empty" in shown(answer)
    assert any(UNKNOWN in each for each in fields(answer))
    assert await rows(session) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Paste a posting, or choose its file."),
        (" \r\n ", "Paste a posting, or choose its file."),
        ("We are a bakery.", "The pasted text lists no responsibility, skill or trait"),
        ("\x00\x01\x02", "The pasted text is binary, not text."),
        ("- Bake bread\n" * 85_000, "The pasted text is larger than 1 MB of text"),
    ],
    ids=["empty", "blank", "no duty", "binary", "large"],
)
async def test_a_text_that_is_no_posting_is_refused_and_kept(
    session: AsyncSession, browser: Client, text: str, says: str
) -> None:
    before = await rows(session)

    answer = await browser.post_form("/rubrics/new", {"text": text, "title": "My title"})

    assert answer.status_code == 422
    assert says in shown(answer)
    assert "My title" in fields(answer)
    if text.startswith("We"):
        assert text in fields(answer)
    assert await rows(session) == before


async def test_a_role_begins_a_draft(session: AsyncSession, browser: Client) -> None:
    answer = await browser.post_form("/rubrics/new", {"source": "role", "role": "data-engineer"})

    assert (await draft_of(session, id_in(answer))).state.slug == "data-engineer"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"source": "role", "role": "none"}, 422),
        ({"source": "role", "role": "../x\x00"}, 422),
        ({"source": "file"}, 422),
        ({"source": "\x00"}, 422),
        ({"source": "text", "text": POSTING, "rubric": "none"}, 422),
        ({"source": "text", "text": POSTING, "rubric": "a\x00"}, {400, 422}),
        ({"source": "text", "text": POSTING, "title": ["a", "b"], "rubric": ["", "none"]}, {303, 422}),
        ({}, 422),
    ],
)
async def test_a_start_that_names_nothing_is_refused(
    session: AsyncSession, browser: Client, sent: dict[str, Any], status: int | set[int]
) -> None:
    before = await rows(session)

    answer = await browser.post_form("/rubrics/new", sent)

    assert answer.status_code in ({status} if isinstance(status, int) else status)
    if answer.status_code != 303:
        assert await rows(session) == before


async def test_a_published_version_is_edited_as_the_next(
    session: AsyncSession, now: dt.datetime, browser: Client
) -> None:
    await published(session, now)
    await session.commit()

    first = await browser.post_form("/rubrics/bakery/1/draft")
    again = await browser.post_form("/rubrics/bakery/1/draft")

    assert id_in(first) == id_in(again)
    assert "draft of version 2" in (await browser.page(first.headers["location"])).text


@pytest.mark.parametrize(
    "path", ["bakery/2", "bakery/0", "bakery/99999999999999999999", "none/1", "a%00/1", "b%C3%A4/1"]
)
async def test_a_version_that_is_none_is_not_edited(
    session: AsyncSession, now: dt.datetime, browser: Client, path: str
) -> None:
    await published(session, now)
    await session.commit()
    before = await rows(session)

    assert (await browser.post_form(f"/rubrics/{path}/draft")).status_code in ({400, 404} if "%00" in path else {404})
    for page in ("rubric.yaml", "changes"):
        assert (await browser.get(f"/rubrics/{path}/{page}")).status_code in ({400, 404} if "%00" in path else {404})
    assert await rows(session) == before


# Import and export ---------------------------------------------------------------------------------------------------


async def test_a_version_is_sent_as_a_file(
    session: AsyncSession, now: dt.datetime, world: World, client: ClientFor
) -> None:
    await published(session, now)
    await session.commit()

    answer = await (await client(world.ada)).get("/rubrics/bakery/1/rubric.yaml")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/yaml; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="bakery-1.yaml"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert read_rubric_text(answer.content, "bakery.yaml", shipped_library()) == content()


async def test_what_is_exported_is_imported_with_the_same_hash(
    session: AsyncSession, now: dt.datetime, browser: Client, draft: uuid.UUID
) -> None:
    url = f"/rubrics/drafts/{draft}"
    await browser.post_form(url, {"do": "assign:plan", "statement": "s1"})
    await browser.post_form(
        url, {"do": "write", "criterion": "api", "anchor-2": "A tab\tand “quotes”: # no\nand a line."}
    )
    await browser.post_form(f"{url}/publication", {"note": NOTE, "newest": "0"})
    version = (await session.scalars(sa.select(RubricVersion).where(RubricVersion.note == NOTE))).one()
    exported = (await browser.get("/rubrics/bakery/1/rubric.yaml")).content

    answer = await browser.post_form("/rubrics/new", {"source": "file"}, files=files(("bakery-1.yaml", exported)))

    again = await draft_of(session, id_in(answer))
    assert content_of(again.state, again.papers).hash == version.content_hash
    assert (again.base, again.number) == (1, 2)
    changes = await browser.page(f"/rubrics/drafts/{again.id}/changes")
    assert "This draft holds exactly what version 1 does" in changes.text


async def test_a_file_of_a_rubric_that_is_not_here_begins_a_new_one(session: AsyncSession, browser: Client) -> None:
    sent = files(("cakes.yaml", dump_rubric(content("cakes"))))

    answer = await browser.post_form("/rubrics/new", {"source": "file"}, files=sent)

    made = await draft_of(session, id_in(answer))
    assert (made.base, made.number) == (None, 1)
    assert content_of(made.state, made.papers) == content("cakes")


@pytest.mark.parametrize("slug", ["new", "drafts"])
async def test_a_file_cannot_take_an_address_of_ours(session: AsyncSession, browser: Client, slug: str) -> None:
    before = await rows(session)

    answer = await browser.post_form(
        "/rubrics/new", {"source": "file"}, files=files(("a.yaml", dump_rubric(content(slug))))
    )

    assert answer.status_code == 422
    assert f"“{slug}” cannot be a rubric’s short name" in shown(answer)
    assert await rows(session) == before


FILE = dump_rubric(content())
FAULTS: list[tuple[str, str | bytes, str]] = [
    ("duplicate key", FILE.replace("title:", "slug: other\ntitle:", 1), "f.yaml:3:1: “slug” stands twice"),
    ("anchor", FILE.replace("title: ", "title: &a ", 1), "f.yaml:3:8: &a is an anchor"),
    ("alias", FILE.replace("title: Bakery Developer", "title: *a", 1), "f.yaml:3:8: *a is an alias"),
    ("unknown field", FILE.replace("scale:", "colour: red\nscale:", 1), "f.yaml:4:1: A rubric has no field `colour`."),
    ("field misspelt", FILE.replace("title:", "titel:", 1), "f.yaml:1:1: A rubric lacks the field `title`. Add `title:`"),
    ("wrong type", FILE.replace("title: Bakery Developer", "title: [Bakery]", 1), "f.yaml:3:8: "),
    ("unknown competency", FILE.replace("- api-design", "- api-desing", 1), "There is no competency “api-desing”."),
    ("brackets", "[" * 100_000, "f.yaml:1:"),
    ("10 MB", b"rubric: 1\ntitle: " + b"x" * 10_000_000, "f.yaml:1:1: The file is larger than 3 MB."),
    ("not UTF-8", FILE.encode("utf-16"), "f.yaml:1:1: The file is not UTF-8. Save it with the encoding UTF-8"),
    ("Latin-1", FILE.replace("Bakery Developer", "Bäckerei", 1).encode("latin-1"), "f.yaml:3:9: The file is not UTF-8."),
    ("NUL", FILE.replace("title: ", "title: \x00", 1), "f.yaml:3:8: A control character stands here."),
    ("empty", b"", "f.yaml:1:1: "),
    ("a picture", b"\x89PNG\r\n\x1a\n" + BINARY, "f.yaml:1:1: "),
    ("a posting", POSTING, "f.yaml:"),
]  # fmt: skip


async def test_a_faulty_file_is_refused_with_its_place_and_nothing_half_imported(
    session: AsyncSession, browser: Client
) -> None:
    before = await rows(session)

    for name, text, says in FAULTS:
        answer = await browser.post_form("/rubrics/new", {"source": "file"}, files=files(("f.yaml", text)))

        assert answer.status_code == 422, name
        assert says in shown(answer), name
        assert len(answer.text) < 60_000, name
        assert await rows(session) == before, name


async def test_more_than_twelve_megabytes_are_not_read(session: AsyncSession, browser: Client) -> None:
    before = await rows(session)

    answer = await browser.post_form(
        "/rubrics/new",
        {"source": "file"},
        files=files(("f.yaml", b"x" * 12_500_000)),
        headers={"x-form-token": browser.token},
    )

    assert answer.status_code == 413
    assert await rows(session) == before


# Editing -------------------------------------------------------------------------------------------------------------


Look = Callable[[State], object]

DOES: dict[str, tuple[dict[str, Any], Look, object]] = {
    "title": ({"title": "Baker"}, lambda state: state.title, "Baker"),
    "accept": ({"criterion": "api"}, lambda state: [each.key for each in state.criteria if each.accepted], ["api"]),
    "accept-all": ({}, lambda state: all(each.accepted for each in state.criteria), True),
    "reject": ({"criterion": "api"}, names, ["Code", "Faults", "People", "Data", "Plans"]),
    "merge:code": ({"criterion": "api"}, lambda state: state.criterion("code").statements, ("s1", "s2")),
    "up": ({"criterion": "api"}, lambda state: names(state)[:2], ["APIs", "Code"]),
    "down": ({"criterion": "code"}, lambda state: names(state)[:2], ["APIs", "Code"]),
    "add": (
        {"new_name": "Teaching", "competency": "mentoring"},
        lambda state: (state.criteria[-1].name, state.criteria[-1].competencies),
        ("Teaching", ("mentoring",)),
    ),
    "balance": ({}, lambda state: state.total, 1),
    "competencies": (
        {"criterion": "api", "competency": ["api-design", "", "mentoring"]},
        lambda state: state.criterion("api").competencies,
        ("api-design", "mentoring"),
    ),
    "kits": ({"criterion": "api"}, lambda state: state.plan["kits"][0]["focus"], ["code"]),
    "assign:api": ({"statement": ["s7", "s1"]}, lambda state: set(state.criterion("api").statements), {"s1", "s2", "s7"}),
    "assign": ({"statement": "s7", "into": "api"}, lambda state: state.criterion("api").statements, ("s2", "s7")),
    "leave-out": (
        {"statement": "s7", "reason": "A joke."},
        lambda state: (state.left_out["s7"].reason, state.left_out["s7"].by),
        ("A joke.", "Rosa Recruiter"),
    ),
    "uncover": ({"statement": ["s8", "s1"]}, lambda state: (dict(state.left_out), state.owner("s1")), ({}, None)),
    "write": (
        {"criterion": "api", "name": "Interfaces", "anchor-4": "All of them."},
        lambda state: (state.criterion("api").name, state.criterion("api").anchors[3]),
        ("Interfaces", "All of them."),
    ),
    "competency": (
        {"statement": "s7", "new_name": "Stone baking"},
        lambda state: (state.criteria[-1].name, state.criteria[-1].competencies),
        ("Stone baking", ("stone-baking",)),
    ),
    "undo": ({}, lambda state: state.title, "Bakery Developer"),
    "redo": ({}, lambda state: state.title, "Twice renamed"),
}  # fmt: skip


async def proposals(session: AsyncSession, writer: Viewer, draft: uuid.UUID, now: dt.datetime) -> str:
    """Make every criterion a proposal again, weights that do not sum to 1, and steps to undo and to do again; return the address."""

    def unaccept(state: State, _: object) -> State:
        changed = tuple(replace(each, accepted=False) for each in state.criteria)
        return edits.write(replace(state, criteria=changed), "plan", {"weight": "0.20"})

    await service.edit(session, writer, draft, "Unaccepted", unaccept, now)
    for title in ("Renamed", "Twice renamed"):
        await rename(session, writer, draft, title, now)
    await service.undo(session, writer, draft, now)
    await session.commit()
    return f"/rubrics/drafts/{draft}"


@pytest.mark.parametrize("does", DOES)
async def test_every_edit(
    session: AsyncSession, writer: Viewer, now: dt.datetime, browser: Client, draft: uuid.UUID, does: str
) -> None:
    """Sent by a plain form and, to another draft, by a script that wants the changed part alone."""
    form, look, expected = DOES[does]
    events_of = 2 if does == "competency" else 1
    url, before = await proposals(session, writer, draft, now), await rows(session)

    answer = await browser.post_form(url, {"do": does, **form})

    found = await draft_of(session, draft)
    assert look(found.state) == expected
    assert (await rows(session))["AuditEvent"] - before["AuditEvent"] == events_of
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(url)
    page = await browser.page(answer.headers["location"].split("#")[0])
    assert (page.status_code, page.text.count('id="editor"')) == (200, 1)
    assert "<html" in page.text
    assert found.state.title in shown(page)

    await session.execute(sa.delete(OwnCompetency))
    second = await begun(session, writer, now, "cakes")
    url = await proposals(session, writer, second, now)

    fragment = await browser.post_form(url, {"do": does, **form}, headers=HX)

    assert look((await draft_of(session, second)).state) == expected
    assert (fragment.status_code, fragment.text.count('id="editor"')) == (200, 1)
    assert not re.search(r"<html|<main|<title", fragment.text)
    assert found.state.title in shown(fragment)


async def test_splitting(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    url = f"/rubrics/drafts/{draft}"
    await browser.post_form(url, {"do": "assign:api", "statement": ["s1", "s7"]})

    answer = await browser.post_form(
        url, {"do": "split", "criterion": "api", "statement": ["s1", "s7"], "new_name": "Tills"}
    )

    assert answer.status_code == 303
    state = (await draft_of(session, draft)).state
    assert names(state)[:3] == ["Code", "APIs", "Tills"]
    assert set(state.criterion("tills").statements) == {"s1", "s7"}


async def test_a_draft_is_discarded(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    answer = await browser.post_form(f"/rubrics/drafts/{draft}", {"do": "discard"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/rubrics?done=discarded")
    page = await browser.page("/rubrics?done=discarded")
    assert "The draft is discarded" in page.text
    assert str(draft) not in page.text
    for path in ("", "/changes"):
        assert (await browser.get(f"/rubrics/drafts/{draft}{path}")).status_code == 404
    assert (await browser.post_form(f"/rubrics/drafts/{draft}", {"do": "undo"})).status_code in {404, 409}


def pressed(answer: Any, place: str, does: str) -> dict[str, str]:
    """Return what the button `does` of the form inside `place` sends, its fields as they stand."""
    inside = re.search(rf'(?s)<li id="{place}">.*?</li>', answer.text)
    assert inside is not None
    form = next(each for each in re.findall(r"(?s)<form.*?</form>", inside[0]) if f'value="{does}"' in each)
    found = [re.search(r' value="([^"]*)"', each) for each in re.findall(r"<input[^>]* name=[^>]*>", form)]
    sent = re.findall(r'<input[^>]* name="([^"]*)"', form)
    return {name: html.unescape(value[1]) if value else "" for name, value in zip(sent, found, strict=True)} | {
        "do": does
    }


async def test_a_statement_that_the_library_names_becomes_a_criterion_in_one_click(
    session: AsyncSession, browser: Client
) -> None:
    url = f"/rubrics/drafts/{id_in(await browser.post_form('/rubrics/new', {'text': POSTING}))}"
    draft = await draft_of(session, uuid.UUID(url.rsplit("/", 1)[1]))
    found = next(each for each in draft.papers[0].statements if each.competency)
    gap = await browser.post_form(url, {"do": "uncover", "statement": found.key}, headers=HX)

    answer = await browser.post_form(url, pressed(gap, f"gap-{found.key}", "add"))

    assert answer.status_code == 303
    last = (await draft_of(session, draft.id)).state.criteria[-1]
    assert (last.statements, last.competencies) == ((found.key,), (found.competency,))
    assert last.name == next(each.name for each in shipped_library().competencies if each.id == found.competency)


async def test_a_statement_that_nothing_names_becomes_a_competency_and_a_criterion_in_two_clicks(
    session: AsyncSession, browser: Client, draft: uuid.UUID
) -> None:
    """The first click unfolds the form, which has a name in it; the second sends it."""
    page = await browser.page(f"/rubrics/drafts/{draft}")

    answer = await browser.post_form(f"/rubrics/drafts/{draft}", pressed(page, "gap-s7", "competency"))

    assert answer.status_code == 303
    last = (await draft_of(session, draft)).state.criteria[-1]
    assert (last.name, last.statements) == ("Knead quartz into marzipan", ("s7",))
    assert len(last.competencies) == 1


async def test_coverage_is_told_at_once(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    url = f"/rubrics/drafts/{draft}"
    before = await browser.page(url)

    after = await browser.post_form(url, {"do": "assign:api", "statement": "s7"}, headers=HX)
    undone = await browser.post_form(url, {"do": "undo"}, headers=HX)

    told = '<svg class="strip"[^>]* aria-label="([^"]*covered[^"]*)"'
    assert [re.findall(told, answer.text) for answer in (before, after, undone)] == [
        ["6 covered, 1 left out on purpose, 1 not covered"],
        ["7 covered, 1 left out on purpose, 0 not covered"],
        ["6 covered, 1 left out on purpose, 1 not covered"],
    ]
    assert 'id="gap-s7"' in before.text
    assert 'id="gap-s7"' not in after.text


# Refusals ------------------------------------------------------------------------------------------------------------


TAKEN = shipped_library().competencies[0].name
KEPT: list[tuple[dict[str, Any], list[str], str]] = [
    (
        {"do": "write", "criterion": "api", "weight": "a lot", "name": "Typed name", "anchor-1": "Typed <b> anchor"},
        ["a lot", "Typed name", "Typed <b> anchor"],
        "Write a number with two decimals",
    ),
    ({"do": "write", "criterion": "api", "name": "x" * 201}, ["x" * 201], "Use at most 200 characters: this has 201."),
    ({"do": "write", "criterion": "api", "name": " ", "definition": "Typed"}, ["Typed"], "Name the criterion."),
    ({"do": "split", "criterion": "api", "new_name": "Typed"}, ["Typed"], "Tick the statements"),
    ({"do": "add", "new_name": "Typed", "competency": "Nothing known"}, ["Typed", "Nothing known"], "no competency called"),
    (
        {"do": "competencies", "criterion": "api", "competency": ["Mentoring", "Nothing known"]},
        ["Nothing known"],
        "The library has no competency called “Nothing known”",
    ),
    ({"do": "competency", "statement": "s7", "new_name": TAKEN}, [TAKEN], "choose it in the criterion instead"),
    ({"do": "competency", "statement": "s7", "new_name": "x" * 81}, ["x" * 81], "in at most 80 characters"),
    ({"do": "leave-out", "statement": "s7", "reason": "x" * 501}, ["x" * 501], "Use at most 500 characters"),
    ({"do": "title", "title": "x" * 201}, ["x" * 201], "Use at most 200 characters"),
]  # fmt: skip


@pytest.mark.parametrize("scripts", [False, True], ids=["form", "htmx"])
async def test_what_is_refused_is_told_and_what_was_typed_is_kept(
    session: AsyncSession, browser: Client, draft: uuid.UUID, *, scripts: bool
) -> None:
    before, lost = await rows(session), []

    for form, sent, says in KEPT:
        answer = await browser.post_form(f"/rubrics/drafts/{draft}", form, headers=HX if scripts else {})

        assert answer.status_code == 422, form["do"]
        assert ("<html" in answer.text) != scripts
        assert says in shown(answer)
        lost += [(form["do"], text[:20]) for text in sent if text not in fields(answer)]
        assert await rows(session) == before
    assert lost == []


@pytest.mark.parametrize("scripts", [False, True], ids=["form", "htmx"])
async def test_two_people_in_one_field_see_both_texts(
    session: AsyncSession,
    other: Viewer,
    now: dt.datetime,
    browser: Client,
    draft: uuid.UUID,
    *,
    scripts: bool,
) -> None:
    url = f"/rubrics/drafts/{draft}"
    page = await browser.page(url)
    seen = re.findall(r'name="seen" value="([^"]+)"', page.text)
    assert len(set(seen)) == 1
    await typed(session, other, draft, now, criterion="api", definition="Written by Hugo.")
    await session.commit()
    before = await rows(session)
    form = {"do": "write", "criterion": "api", "definition": "Written by Rosa.", "name": "Interfaces", "seen": seen[0]}

    refused = await browser.post_form(url, form, headers=HX if scripts else {})
    unsaved = await rows(session)
    seen = re.findall(r'name="seen" value="([^"]+)"', refused.text)
    joined = await browser.post_form(url, form | {"definition": "Written by both.", "seen": seen[0]})

    assert refused.status_code == 409
    assert "Written by Rosa." in fields(refused)
    assert "Interfaces" in fields(refused)
    assert "Saved meanwhile by somebody else: Written by Hugo." in shown(refused)
    assert unsaved == before
    assert joined.status_code == 303
    found = (await draft_of(session, draft)).state.criterion("api")
    assert (found.name, found.definition) == ("Interfaces", "Written by both.")


@pytest.mark.parametrize("into", ["none", "full"])
async def test_a_competency_that_no_criterion_takes_is_not_kept(
    session: AsyncSession, browser: Client, draft: uuid.UUID, into: str
) -> None:
    """The refusal is shown on a page, and a page commits: nothing may have been written by then."""
    url = f"/rubrics/drafts/{draft}"
    four = ["api-design", "mentoring", "debugging", "collaboration"]
    await browser.post_form(url, {"do": "competencies", "criterion": "api", "competency": four})
    before = await rows(session)

    form = {"do": "competency", "statement": "s7", "new_name": "Stone baking", "into": {"full": "api"}.get(into, into)}
    answer = await browser.post_form(url, form)

    assert answer.status_code in {409, 422}
    assert await rows(session) == before


async def test_what_somebody_removed_meanwhile_is_told(
    session: AsyncSession, browser: Client, draft: uuid.UUID
) -> None:
    url = f"/rubrics/drafts/{draft}"
    await browser.post_form(url, {"do": "reject", "criterion": "api"})

    answer = await browser.post_form(url, {"do": "write", "criterion": "api", "name": "Typed"})

    assert answer.status_code == 409
    assert "This criterion is gone: it was rejected or merged meanwhile." in shown(answer)


GARBAGE: list[dict[str, Any]] = [
    {},
    {"do": ""},
    {"do": ":"},
    {"do": "write:"},
    {"do": "nothing"},
    {"do": "\x00"},
    {"do": "x" * 100_000},
    {"do": ["undo", "undo"]},
    {"do": "undo", "criterion": "a\r\nlocation: //elsewhere"},
    {"do": "undo", "criterion": "//elsewhere.example/ü日本🦔"},
    {"do": "undo", "criterion": "\x00"},
    {"do": "write", "criterion": "\x00", "name": "x"},
    {"do": "write", "criterion": "api", "name": "\x00\x01"},
    {"do": "write", "criterion": "api", "anchor-1": "\x00a\x01b\ufffe\U0001f994" * 100},
    {"do": "write", "criterion": "api", "weight": "١.٥"},
    {"do": "write", "criterion": "api", "weight": "9" * 10_000},
    {"do": "write", "criterion": "api", "seen": "none"},
    {"do": "write", "criterion": "api", "name": "x", "seen": str(uuid.UUID(int=0))},
    {"do": "write", "criterion": "api", "anchor-99": "x", "anchor-": "x", "anchor-5": "x"},
    {"do": "write", "criterion": "api", "name": ["a", "b"]},
    {"do": "title", "title": "\x00"},
    {"do": "title", "title": "x" * 300_000},
    {"do": "merge", "criterion": "api", "into": "api"},
    {"do": "merge", "criterion": "api"},
    {"do": "assign:api"},
    {"do": "assign:api", "statement": ["s1", "s99"]},
    {"do": "assign:api", "statement": [f"s{at}" for at in range(5000)]},
    {"do": "assign:api", "statement": "\x00"},
    {"do": "leave-out", "statement": "s1", "reason": "\x00"},
    {"do": "split", "criterion": "api", "statement": "s2", "new_name": "x"},
    {"do": "add", "new_name": "\x00"},
    {"do": "add", "new_name": "x", "competency": ["x"] * 3000},
    {"do": "competencies", "criterion": "api", "competency": [f"x{at}" for at in range(3000)]},
    {"do": "kits", "criterion": "api", "kit": [f"x{at}\x00" for at in range(3000)]},
    {"do": "competency", "statement": "s7", "new_name": "日本"},
    {"do": "competency", "statement": "s7", "new_name": "\x00", "into": "\x00"},
    {"do": "competency", "statement": ["s7"] * 3000, "new_name": "x"},
    {f"field{at}": "x" for at in range(900)},
]


async def test_garbage_is_refused_or_changes_what_it_says(
    session: AsyncSession, browser: Client, draft: uuid.UUID
) -> None:
    url = f"/rubrics/drafts/{draft}"

    for form in GARBAGE:
        before = await rows(session)
        answers = [await browser.post_form(url, form, headers=headers) for headers in ({}, HX)]

        told = str(form)[:80]
        assert {answer.status_code for answer in answers} <= {200, 303, 400, 404, 409, 422}, told
        if answers[0].status_code == 303:
            assert answers[0].headers["location"].startswith(url), told
        else:
            assert await rows(session) == before, told
    assert (await browser.get(url)).status_code == 200


async def test_a_file_in_place_of_a_field_is_no_crash(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    for name in ("do", "criterion", "statement", "seen", "note", "title", "text", "source"):
        sent = [(name, ("x.txt", b"undo", "text/plain"))]
        for path, form in (
            (f"/drafts/{draft}", {"do": "write", "criterion": "api"}),
            (f"/drafts/{draft}/publication", {"newest": "0"}),
            ("/new", {"source": "text"}),
        ):
            answer = await browser.post_form(
                f"/rubrics{path}", {key: v for key, v in form.items() if key != name}, files=sent
            )
            assert answer.status_code in {303, 400, 409, 422}, (name, path)


# Who, and where ------------------------------------------------------------------------------------------------------


def urls(draft: uuid.UUID) -> dict[str, dict[str, str]]:
    """Every form of the editor, each with something to say."""
    return {
        "/rubrics/new": {"source": "role", "role": "data-engineer"},
        "/rubrics/backend/1/draft": {},
        f"/rubrics/drafts/{draft}": {"do": "title", "title": "Other"},
        f"/rubrics/drafts/{draft}/publication": {"note": NOTE, "newest": "0"},
    }


async def test_a_form_without_its_token_is_not_taken(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    before = await rows(session)

    for url, form in urls(draft).items():
        for token in ({}, {"form_token": "0" * 64}):
            assert (await browser.post(url, data={**form, **token})).status_code == 403, url
        page = await browser.get(url if "new" in url else f"/rubrics/drafts/{draft}")
        forms = re.findall(r"(?s)<form[^>]*method=\"post\".*?</form>", page.text)
        assert all('name="form_token"' in each for each in forms), url
    assert await rows(session) == before


@pytest.mark.parametrize("who", ["ada", "committee", "auditor"])
async def test_who_does_not_write_neither_sees_nor_sends(
    session: AsyncSession, world: World, client: ClientFor, draft: uuid.UUID, who: str
) -> None:
    browser = await client(getattr(world, who))
    listed = await browser.page("/rubrics")
    before = await rows(session)

    assert str(draft) not in listed.text
    assert "/rubrics/new" not in listed.text
    assert "/draft" not in listed.text
    assert "/draft" not in (await browser.get("/rubrics/backend/1")).text
    for url in ("/rubrics/new", f"/rubrics/drafts/{draft}", f"/rubrics/drafts/{draft}/changes"):
        answer = await browser.get(url)
        assert (answer.status_code, "Bakery" in answer.text) == (403, False), url
    for url, form in urls(draft).items():
        assert (await browser.post_form(url, form)).status_code == 403, url
    told = []
    for does in ("", "nothing", "undo", "discard", "write", "competency", "add"):
        answer = await browser.post_form(f"/rubrics/drafts/{draft}", {"do": does, "criterion": "api", "name": "x"})
        told += [(does, answer.status_code)] * (answer.status_code != 403 or "Bakery" in answer.text)
    assert told == []
    assert await rows(session) == before


async def test_drafts_are_listed_for_writers(
    session: AsyncSession, world: World, client: ClientFor, draft: uuid.UUID
) -> None:
    for who in (world.recruiter, world.manager, world.administrator):
        page = await (await client(who)).page("/rubrics")
        assert f'href="/rubrics/drafts/{draft}"' in page.text
        assert "Bakery Developer to become version 1" in shown(page)


async def test_who_is_signed_out_is_led_to_the_sign_in(client: ClientFor, draft: uuid.UUID) -> None:
    browser = await client()

    for url in ("/rubrics/new", f"/rubrics/drafts/{draft}", f"/rubrics/drafts/{draft}/changes"):
        answer = await browser.get(url)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={url}")
    for url, form in urls(draft).items():
        assert (await browser.post_form(url, form)).status_code == 401, url


@pytest.mark.parametrize("which", [str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)), "none", "1", "%00"])
async def test_a_draft_that_is_none_is_not_found(session: AsyncSession, browser: Client, which: str) -> None:
    url = f"/rubrics/drafts/{which}"

    assert [(await browser.get(f"{url}{path}")).status_code for path in ("", "/changes")] == [404, 404]
    assert (await browser.post_form(url, {"do": "undo"})).status_code == 404
    assert (await browser.post_form(url, {"do": "nothing"})).status_code == 404
    assert (await browser.post_form(f"{url}/publication", {"note": NOTE})).status_code == 404


async def test_an_opening_of_a_criterion_that_is_none_opens_nothing(browser: Client, draft: uuid.UUID) -> None:
    for opened in ("none", "%00", '"><script>', "x" * 3000):
        page = await browser.get(f"/rubrics/drafts/{draft}", params={"open": opened})
        assert page.status_code == 200
        assert '<details name="k" open>' not in page.text
    assert '<details name="k" open>' in (await browser.get(f"/rubrics/drafts/{draft}?open=api")).text


async def test_pages_of_drafts_are_not_stored(browser: Client, draft: uuid.UUID) -> None:
    for url in ("/rubrics", "/rubrics/new", f"/rubrics/drafts/{draft}", f"/rubrics/drafts/{draft}/changes"):
        assert (await browser.get(url)).headers["cache-control"] == "no-store"
    answer = await browser.post_form(f"/rubrics/drafts/{draft}", {"do": "undo"}, headers=HX)
    assert answer.headers["cache-control"] == "no-store"


async def test_what_is_written_is_shown_as_text(session: AsyncSession, browser: Client, draft: uuid.UUID) -> None:
    url, evil = f"/rubrics/drafts/{draft}", '"><script>alert(1)</script>{{ 7 * 7 }}'
    form = dict.fromkeys(("name", "definition", "listen_for", "anchor-1"), evil)
    await browser.post_form(url, {"do": "write", "criterion": "api", **form})
    await browser.post_form(url, {"do": "title", "title": evil})
    await browser.post_form(url, {"do": "leave-out", "statement": "s7", "reason": evil})

    for page in ("/rubrics", url, f"{url}/changes"):
        answer = await browser.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert evil in html.unescape(answer.text)


# Publishing ----------------------------------------------------------------------------------------------------------


async def test_a_draft_is_compared_and_published(session: AsyncSession, now: dt.datetime, browser: Client) -> None:
    await published(session, now)
    await session.commit()
    draft = id_in(await browser.post_form("/rubrics/bakery/1/draft"))
    url = f"/rubrics/drafts/{draft}"
    await browser.post_form(url, {"do": "write", "criterion": "api", "anchor-2": "APIs, level two."})

    compared = await browser.page(f"{url}/changes")
    answer = await browser.post_form(f"{url}/publication", {"note": NOTE, "newest": "1"})

    assert '<input type="hidden" name="newest" value="1">' in compared.text
    assert re.search(r"<del[^>]*>2</del>", compared.text)
    assert re.search(r"<ins[^>]*>two</ins>", compared.text)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rubrics/bakery/2/changes?done=published")
    changes = await browser.page(answer.headers["location"])
    assert changes.status_code == 200
    assert NOTE in changes.text
    assert re.search(r"<ins[^>]*>two</ins>", changes.text)
    for path in ("", "/changes"):
        ended = await browser.get(f"{url}{path}")
        assert (ended.status_code, ended.headers["location"]) == (303, "/rubrics/bakery/2")
    assert await session.scalar(sa.select(RubricDraft.ended_at).where(RubricDraft.id == draft)) == now


async def test_a_first_version_is_published(browser: Client, draft: uuid.UUID) -> None:
    answer = await browser.post_form(f"/rubrics/drafts/{draft}/publication", {"note": NOTE, "newest": "0"})
    again = await browser.post_form(f"/rubrics/drafts/{draft}/publication", {"note": NOTE, "newest": "0"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/rubrics/bakery/1?done=published")
    assert (again.status_code, again.headers["location"]) == (303, "/rubrics/bakery/1")
    assert (await browser.get("/rubrics/bakery/1/changes")).status_code == 404


async def test_what_keeps_a_draft_from_being_published_is_told_and_the_note_kept(
    session: AsyncSession, browser: Client, draft: uuid.UUID
) -> None:
    url = f"/rubrics/drafts/{draft}"
    before = await rows(session)
    bare = await browser.post_form(f"{url}/publication", {"note": " ", "newest": "0"})
    long = await browser.post_form(f"{url}/publication", {"note": "x" * 1001, "newest": "0"})
    after = await rows(session)
    await browser.post_form(url, {"do": "reject", "criterion": "api"})

    kept = await browser.post_form(f"{url}/publication", {"note": NOTE, "newest": "0"})

    assert [answer.status_code for answer in (bare, long, kept)] == [422, 422, 422]
    assert "Write what changed and why: the next reader asks." in shown(bare)
    assert "x" * 1001 in fields(long)
    assert "Six to nine criteria make a rubric: this has 5." in shown(kept)
    assert after == before
    assert await session.scalar(sa.select(sa.func.count()).select_from(RubricVersion)) == 1  # that of the world alone


async def test_a_version_that_came_between_is_told_and_the_note_kept(
    session: AsyncSession, now: dt.datetime, browser: Client
) -> None:
    await published(session, now)
    await session.commit()
    url = f"/rubrics/drafts/{id_in(await browser.post_form('/rubrics/bakery/1/draft'))}"
    await browser.post_form(url, {"do": "write", "criterion": "api", "definition": "Other."})
    await publish(session, replace(content(), plan={**content().plan, "kits": []}), now)
    await session.commit()

    refused = await browser.post_form(f"{url}/publication", {"note": NOTE, "newest": "1"})
    taken = await browser.post_form(f"{url}/publication", {"note": NOTE, "newest": "2"})

    assert refused.status_code == 409
    assert "Version 2 was published meanwhile" in shown(refused)
    assert NOTE in fields(refused)
    assert '<input type="hidden" name="newest" value="2">' in refused.text
    assert taken.headers["location"] == "/rubrics/bakery/3/changes?done=published"


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 400, "١", "\x00", "1.0"])
async def test_a_garbled_number_of_the_newest_is_no_crash(
    session: AsyncSession, browser: Client, draft: uuid.UUID, newest: str
) -> None:
    answer = await browser.post_form(f"/rubrics/drafts/{draft}/publication", {"note": f"{NOTE}\x00", "newest": newest})

    assert answer.status_code in {303, 409, 422}


@pytest.mark.parametrize("asked", ["1", "2", "0", "3", "x", "-1", "9" * 400, "%00"])
async def test_versions_are_compared_with_any_other(
    session: AsyncSession, now: dt.datetime, world: World, client: ClientFor, asked: str
) -> None:
    await published(session, now)
    await publish(session, replace(content(), plan={**content().plan, "kits": []}), now)
    await session.commit()

    answer = await (await client(world.ada)).get("/rubrics/bakery/2/changes", params={"from": asked})

    assert answer.status_code == (404 if asked in {"0", "3"} else 200)


# Queries -------------------------------------------------------------------------------------------------------------


async def _with_postings(browser: Client, count: int) -> str:
    given = files(*((f"{at}.txt", POSTING.replace("till", f"oven {at}")) for at in range(count)))
    return f"/rubrics/drafts/{id_in(await browser.post_form('/rubrics/new', {'title': slug_from('q')}, files=given))}"


@pytest.mark.parametrize("count", [1, 3])
async def test_the_editor_makes_as_many_queries_however_many_postings(
    connection: AsyncConnection, browser: Client, count: int
) -> None:
    url = await _with_postings(browser, count)

    with counted(connection) as page:
        answer = await browser.get(url)
    with counted(connection) as form:
        await browser.post_form(url, {"do": "title", "title": "Other"})
    with counted(connection) as fragment:
        await browser.post_form(url, {"do": "title", "title": "Another"}, headers=HX)

    assert answer.text.count('class="paper"') == count
    assert (len(page), len(form), len(fragment)) == (4, 11, 14)


@pytest.mark.parametrize("count", [1, 3])
async def test_the_list_makes_as_many_queries_however_many_drafts(
    session: AsyncSession, connection: AsyncConnection, writer: Viewer, now: dt.datetime, browser: Client, count: int
) -> None:
    for at in range(count):
        await begun(session, writer, now, f"bakery-{at}")
        await published(session, now, f"cakes-{at}")
    await session.commit()

    with counted(connection) as seen:
        page = await browser.get("/rubrics")

    assert page.text.count("to become version") == count
    assert len(seen) == 3
