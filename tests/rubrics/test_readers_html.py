from __future__ import annotations

import pytest

from hiring.rubrics.readers.html import html_text


def page(body: str) -> str:
    return html_text(f"<!doctype html><title>T</title><body>{body}".encode())


def test_headings_lists_and_lines_become_markdown() -> None:
    assert page("""
        <h1>Pastry&nbsp;cook</h1>
        <p>We bake.<br>Since 1911.
        <h2>Your <em>tasks</em></h2>
        <ul><li>Bake <b>rye</b> bread<li><p>Clean the oven</p>
          <ul><li>weekly<li>by hand</ul>
        <li>Order flour<p>from the mill</ul>
        <ol><li>First</li><li>Second</li></ol>
        """) == (
        "# Pastry cook\n\nWe bake.\nSince 1911.\n\n## Your tasks\n\n- Bake rye bread\n- Clean the oven\n  - weekly\n  - by hand\n"
        "- Order flour\n  from the mill\n\n- First\n- Second\n"
    )


def test_a_term_and_its_explanation_make_one_line_and_a_table_rows() -> None:
    text = page(
        "<dl><dt>Ovens<dd>Heat them<dt>Tills</dt><dd><p>Count them</p></dl><table><tr><th>What<th>How<tr><td>Dough<td>Knead it</table>"
    )
    assert text == "Ovens: Heat them\nTills: Count them\n\n| What | How |\n| --- | --- |\n| Dough | Knead it |\n"


def test_cells_that_hold_blocks_are_written_block_by_block() -> None:
    assert page("<table><tr><td>Left<td><ul><li>Bake<li>Clean</ul></table>") == "Left\n\n- Bake\n- Clean\n"


@pytest.mark.parametrize(
    "furniture",
    [
        "<script>var a = '<p>no</p>'</script>", "<style>p{}</style>", "<nav>no</nav>", "<footer>no</footer>", "<aside>no</aside>",
        "<form><label>no</label><input value=no></form>", "<template><p>no</template>", "<p hidden>no</p>", "<p style='display: none'>no</p>",
        "<div class='cookie-banner'><p>no</p></div>", "<section id=comments><p>no</p></section>", "<ul class='related-jobs'><li>no</ul>",
        "<div role=navigation>no</div>", "<!-- no -->", "<header><a href=/>no</a></header>", "<select><option>no</select>", "<button>no</button>",
    ],
)  # fmt: skip
def test_what_is_no_text_of_the_posting_is_dropped(furniture: str) -> None:
    assert (
        page(f"<p>Bake bread every morning for the town</p>{furniture}<p>Clean</p>")
        == "Bake bread every morning for the town\n\nClean\n"
    )


def test_a_form_around_the_whole_page_and_a_name_that_only_sounds_like_furniture_drop_nothing() -> None:
    assert page("<form><h1>Cook</h1><p>Bake</p></form>") == "# Cook\n\nBake\n"
    assert page("<div class='with-sidebar related'><main><p>Bake</p></main></div>") == "Bake\n"
    assert page("<div class='content sidebar-left'>Bake bread</div><p>Eat</p>") == "Bake bread\n\nEat\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<meta charset=utf-8><p>crème</p>".encode(), "crème"),
        ("<meta charset=iso-8859-1><p>crème “x”</p>".encode("cp1252"), "crème “x”"),
        ("<meta http-equiv=content-type content='text/html; charset=windows-1250'><p>žur</p>".encode("cp1250"), "žur"),
        ("\ufeff<p>crème</p>".encode(), "crème"),
        ("\ufeff<p>crème</p>".encode("utf-16-le"), "crème"),
        ("<p>crème</p>".encode(), "crème"),
        ("<p>crème</p>".encode("cp1252"), "crème"),
        ("<meta charset=nonsense><p>crème</p>".encode(), "crème"),
    ],
)
def test_the_encoding_is_the_page_s_own(content: bytes, said: str) -> None:
    assert html_text(content) == said + "\n"


def test_entities_and_characters_nobody_sees() -> None:
    assert (
        page("<p>R&amp;D &lt;3 &eacute;&#x20AC; zero\u200bwidth soft\u00adhyphen&shy;ated")
        == "R&D <3 é€ zerowidth softhyphenated\n"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<",
        "</p>",
        "<p",
        "<ul><li></ul></ul></div>",
        "<table><td></tr></table>",
        "<dt><dd>",
        "&#xFFFFFFFF;",
        "<![CDATA[x",
    ],
)
def test_any_markup_is_read(markup: str) -> None:
    assert isinstance(page(markup), str)
