"""What may be done to a draft. Each edit takes a state and returns another; none changes one.

An edit that cannot be done raises Conflict or Invalid, and nothing has happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from hiring.errors import Conflict, Invalid
from hiring.rubrics.core.derive import weights
from hiring.rubrics.core.draft import DraftCriterion, LeftOut, Paper, State
from hiring.rubrics.core.shapes import LEAST_WEIGHT, MAX_ANCHOR, MAX_COMPETENCIES, Library

MAX_NAME, MAX_TEXT, MAX_REASON = 200, 2000, 500
MAX_LISTEN = 6

_CENT = Decimal("0.01")
_WEIGHT = re.compile(r"\s*(?:0?[.,]\d{1,2}|0|1(?:[.,]00?)?)\s*")

# Proposals -----------------------------------------------------------------------------------------------------------


def accept(state: State, key: str) -> State:
    """Make a proposal a criterion."""
    state.criterion(key)
    return _each(state, lambda each: replace(each, accepted=True) if each.key == key else each)


def accept_all(state: State) -> State:
    """Accept every proposal."""
    return _each(state, lambda each: replace(each, accepted=True))


def reject(state: State, key: str) -> State:
    """Remove a criterion. Its statements are uncovered from then on; the others' weights stay as they are."""
    state.criterion(key)
    return _planned(replace(state, criteria=tuple(each for each in state.criteria if each.key != key)))


# Shape ---------------------------------------------------------------------------------------------------------------


def merge(state: State, key: str, into: str) -> State:
    """Join a criterion to another, which keeps its name and place: statements, weights and anchors come together.

    Raises Conflict where the two have more than four competencies together, or anchors longer than anyone reads.
    """
    gone, kept = state.criterion(key), state.criterion(into)
    if key == into:
        raise Invalid("A criterion cannot be merged into itself: choose another one.", {"into": "Choose another one."})
    competencies = tuple(dict.fromkeys((*kept.competencies, *gone.competencies)))
    if len(competencies) > MAX_COMPETENCIES:
        raise Conflict(
            f"Together they have {len(competencies)} competencies, and a criterion joins {MAX_COMPETENCIES} at most: "
            "take one out first."
        )
    texts = tuple(" ".join(part for part in pair if part) for pair in zip(kept.anchors, gone.anchors, strict=True))
    if max(map(len, texts), default=0) > MAX_ANCHOR:
        raise Conflict(f"Together their anchors are longer than {MAX_ANCHOR:,} characters: shorten them first.")
    joined = replace(
        kept,
        weight=kept.weight + gone.weight,
        competencies=competencies,
        listen_for=tuple(dict.fromkeys((*kept.listen_for, *gone.listen_for)))[:MAX_LISTEN],
        anchors=texts,
        statements=kept.statements + gone.statements,
        accepted=True,
    )
    criteria = tuple(joined if each.key == into else each for each in state.criteria if each.key != key)
    return _planned(replace(state, criteria=criteria), {key: into})


def split(state: State, papers: Sequence[Paper], key: str, statements: Iterable[str], name: str) -> State:
    """Give some of a criterion's statements to a new one beside it; the weight is shared by the number of statements.

    The new one takes the competencies that its statements name and starts with the same anchors, to be rewritten.
    Raises Invalid where no statement, or every one, was chosen, or the name is missing or too long.
    """
    whole = state.criterion(key)
    chosen = tuple(each for each in whole.statements if each in set(statements))
    if not chosen or len(chosen) == len(whole.statements):
        words = "Tick the statements that the new criterion takes: some, not all."
        raise Invalid(words, {"statements": words})
    name = _line(name, "name", MAX_NAME, "Name the new criterion.")
    rest = tuple(each for each in whole.statements if each not in chosen)
    named = {each.key: each.competency for paper in papers for each in paper.statements}
    theirs = tuple(each for each in whole.competencies if any(named.get(one) == each for one in chosen))
    left = tuple(
        each for each in whole.competencies if each not in theirs or any(named.get(one) == each for one in rest)
    )
    weight = max(whole.weight, 2 * _CENT)
    share = (weight * len(chosen) / len(whole.statements)).quantize(_CENT)
    share = min(max(share, _CENT), weight - _CENT)
    new = replace(
        whole,
        key=_free(name, state),
        name=name,
        definition="",
        weight=share,
        competencies=theirs or whole.competencies,
        statements=chosen,
        accepted=True,
    )
    kept = replace(
        whole, weight=weight - share, competencies=left or whole.competencies, statements=rest, accepted=True
    )
    criteria = [part for each in state.criteria for part in ((kept, new) if each.key == key else (each,))]
    return _planned(replace(state, criteria=tuple(criteria)), beside={key: new.key})


def move(state: State, key: str, by: int) -> State:
    """Move a criterion up (-1) or down (1) in the order; at either end it stays."""
    state.criterion(key)
    order = list(state.criteria)
    at = next(place for place, each in enumerate(order) if each.key == key)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return replace(state, criteria=tuple(order))


def add(
    state: State, library: Library, name: str, competencies: Sequence[str], statements: Iterable[str] = ()
) -> State:
    """Add a criterion at the end, with the behaviours of its first competency as anchors where the scale fits.

    Its statements leave the criterion that had them. Raises Invalid for a bad name or more than four competencies.
    """
    name = _line(name, "name", MAX_NAME, "Name the new criterion.")
    steps = len(state.scale.labels)
    wanted = _competencies(library, competencies)
    first = library.get(wanted[0]) if wanted else None
    fits = first is not None and len(first.levels) == steps
    new = DraftCriterion(
        key=_free(name, state),
        name=name,
        definition=re.split(r"(?<=[.!?])\s", first.definition, maxsplit=1)[0] if first else "",
        weight=LEAST_WEIGHT,
        competencies=wanted,
        listen_for=first.listen_for[:3] if first else (),
        anchors=tuple(" ".join(level.behaviours) for level in first.levels) if first and fits else ("",) * steps,
        statements=(),
        accepted=True,
    )
    state = replace(state, criteria=(*state.criteria, new))
    for statement in statements:
        state = assign(state, statement, new.key)
    return state


# Statements ----------------------------------------------------------------------------------------------------------


def assign(state: State, statement: str, key: str) -> State:
    """Let a criterion cover a statement; whatever it was in before, it leaves."""
    owner = state.criterion(key)
    state = _released(state, statement)
    return _each(
        state,
        lambda each: replace(each, statements=(*each.statements, statement)) if each.key == owner.key else each,
    )


def leave_out(state: State, statement: str, reason: str, by: str, at: str) -> State:
    """Leave a statement out on purpose. Raises Invalid without a reason: it is read when somebody asks why."""
    reason = _line(reason, "reason", MAX_REASON, "Say why nobody needs to assess it.")
    state = _released(state, statement)
    return replace(state, left_out={**state.left_out, statement: LeftOut(reason, by, at)})


def uncover(state: State, statement: str) -> State:
    """Take a statement out of its criterion, or back from those left out."""
    return _released(state, statement)


def _released(state: State, statement: str) -> State:
    left = {key: value for key, value in state.left_out.items() if key != statement}
    return replace(
        _each(
            state,
            lambda each: (
                replace(each, statements=tuple(one for one in each.statements if one != statement))
                if statement in each.statements
                else each
            ),
        ),
        left_out=left,
    )


def check_statements(papers: Sequence[Paper], statements: Iterable[str]) -> tuple[str, ...]:
    """Return those keys that the postings have, in their order; raise Invalid where none or an unknown one was sent."""
    wanted = set(statements)
    known = tuple(each.key for paper in papers for each in paper.statements if each.key in wanted)
    if not known or len(known) < len(wanted):
        raise Invalid("Tick at least one statement first.", {"statements": "Tick at least one statement."})
    return known


# Fields --------------------------------------------------------------------------------------------------------------


def set_title(state: State, title: str) -> State:
    """Name the rubric."""
    return replace(state, title=_line(title, "title", MAX_NAME, "Name the rubric."))


def write(state: State, key: str, texts: Mapping[str, str]) -> State:
    """Write fields of a criterion: `name`, `definition`, `weight`, `listen_for` (a line each), `anchor-1` and so on.

    Raises Invalid with the faults by field; then nothing is written.
    """
    criterion = state.criterion(key)
    faults: dict[str, str] = {}
    anchors = list(criterion.anchors)
    changed: dict[str, Any] = {}
    for name, text in texts.items():
        try:
            if name == "weight":
                changed["weight"] = weight_of(text)
            elif name == "name":
                changed["name"] = _line(text, "name", MAX_NAME, "Name the criterion.")
            elif name == "definition":
                changed["definition"] = _text(text, name, MAX_TEXT)
            elif name == "listen_for":
                changed["listen_for"] = _lines(text)
            elif (level := _level(name)) is not None and level <= len(anchors):
                anchors[level - 1] = _text(text, name, MAX_ANCHOR)
        except Invalid as fault:
            faults |= fault.fields
    if faults:
        raise Invalid("Not saved: " + " ".join(dict.fromkeys(faults.values())), faults)
    return _each(state, lambda each: replace(each, anchors=tuple(anchors), **changed) if each.key == key else each)


def set_competencies(state: State, library: Library, key: str, competencies: Sequence[str]) -> State:
    """Choose one to four competencies for a criterion."""
    state.criterion(key)
    wanted = _competencies(library, competencies)
    if not wanted:
        raise Invalid("Choose one to four competencies.", {"competencies": "Choose one to four."})
    return _each(state, lambda each: replace(each, competencies=wanted) if each.key == key else each)


def set_kits(state: State, key: str, kits: Iterable[str]) -> State:
    """Choose the kits of the plan that assess a criterion."""
    state.criterion(key)
    wanted = set(kits)
    found = []
    for kit in state.plan["kits"]:
        focus = [each for each in kit["focus"] if each != key]
        found.append({**kit, "focus": [*focus, key] if kit["id"] in wanted else focus})
    order = {each.key: place for place, each in enumerate(state.criteria)}
    for kit in found:
        kit["focus"] = sorted(kit["focus"], key=lambda each: order.get(each, 0))
    return replace(state, plan={**state.plan, "kits": found})


def balance(state: State) -> State:
    """Make the weights sum to 1.00, keeping their proportions (two decimals, 0.05 or more each, largest remainder).

    Raises Conflict where there are too many criteria for that.
    """
    if not state.criteria:
        return state
    if len(state.criteria) * LEAST_WEIGHT > 1:
        raise Conflict(f"{len(state.criteria)} criteria cannot each weigh {LEAST_WEIGHT} or more: merge some first.")
    shared = iter(weights([max(int(each.weight / _CENT), 1) for each in state.criteria]))
    return _each(state, lambda each: replace(each, weight=next(shared)))


def weight_of(text: str) -> Decimal:
    """Read a weight as people type it: 0.12, .12 or 0,12. Raises Invalid for anything else."""
    words = "Write a number with two decimals between 0.01 and 1.00."
    if not _WEIGHT.fullmatch(text):
        raise Invalid(words, {"weight": words})
    try:
        weight = Decimal(text.strip().replace(",", ".")).quantize(_CENT)
    except InvalidOperation:
        raise Invalid(words, {"weight": words}) from None
    if not weight:
        raise Invalid(words, {"weight": words})
    return weight


# Small things --------------------------------------------------------------------------------------------------------


def _each(state: State, change: Callable[[DraftCriterion], DraftCriterion]) -> State:
    return replace(state, criteria=tuple(change(each) for each in state.criteria))


def _planned(state: State, into: Mapping[str, str] | None = None, beside: Mapping[str, str] | None = None) -> State:
    """Let the plan follow: a merged criterion's kits assess the other, a split one's assess both, a removed one's do not.

    A kit is kept even where nothing is left for it, so that it can be given another criterion.
    """
    into, beside = into or {}, beside or {}
    here = {each.key for each in state.criteria}
    kits = []
    for kit in state.plan["kits"]:
        focus = [into.get(key, key) for key in kit["focus"]]
        focus = [part for key in focus for part in ((key, beside[key]) if key in beside else (key,))]
        kits.append({**kit, "focus": [key for key in dict.fromkeys(focus) if key in here]})
    return replace(state, plan={**state.plan, "kits": kits})


def _competencies(library: Library, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return ids of the library for ids or names, each once."""
    ids = {name.casefold(): entry.id for entry in library.competencies for name in (entry.name, entry.id)}
    keys = []
    for each in (" ".join(clean(one).split()) for one in wanted):
        if not each:
            continue
        if each.casefold() not in ids:
            words = f"The library has no competency called “{each[:80]}”: choose one of its names."
            raise Invalid(words, {"competencies": words})
        keys.append(ids[each.casefold()])
    found = tuple(dict.fromkeys(keys))
    if len(found) > MAX_COMPETENCIES:
        words = f"A criterion joins {MAX_COMPETENCIES} competencies at most."
        raise Invalid(words, {"competencies": words})
    return found


def slug_from(name: str, fallback: str = "criterion") -> str:
    """Return a key made from a name: small letters, digits and single hyphens, a letter first, 60 characters at most."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    key = key if key[:1].isalpha() else f"{fallback}-{key}"
    return key[:60].strip("-")


def free_key(name: str, taken: Collection[str], fallback: str = "criterion") -> str:
    """Return a key made from a name that is not taken, numbered from the second on."""
    wanted = slug_from(name, fallback)
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted[:55].strip('-')}-{number}", number + 1
    return key


def _free(name: str, state: State) -> str:
    return free_key(name, {each.key for each in state.criteria})


def _level(name: str) -> int | None:
    head, _, number = name.partition("-")
    return int(number) if head == "anchor" and number.isascii() and number.isdigit() and 0 < int(number) < 100 else None


def clean(text: str) -> str:
    """Return a text without what a database or a page cannot hold, its line ends as newlines, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in text if sign in "\n\t" or (sign >= " " and not "\ud800" <= sign <= "\udfff")
    ).strip()


def _line(text: str, name: str, most: int, missing: str) -> str:
    text = " ".join(clean(text).split())
    if not text:
        raise Invalid(missing, {name: missing})
    if len(text) > most:
        words = f"Use at most {most} characters: this has {len(text):,}."
        raise Invalid(words, {name: words})
    return text


def _text(text: str, name: str, most: int) -> str:
    text = clean(text)
    if len(text) > most:
        words = f"Use at most {most:,} characters: this has {len(text):,}."
        raise Invalid(words, {name: words})
    return text


def _lines(text: str) -> tuple[str, ...]:
    lines = tuple(dict.fromkeys(" ".join(line.split()) for line in clean(text).split("\n") if line.strip()))
    if len(lines) > MAX_LISTEN or any(len(line) > MAX_NAME for line in lines):
        words = f"Write at most {MAX_LISTEN} lines of {MAX_NAME} characters: they stand beside the evidence box."
        raise Invalid(words, {"listen_for": words})
    return lines
