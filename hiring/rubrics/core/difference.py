"""What differs between two versions of a rubric, word by word, as a page shows it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, Generic, Literal, TypeVar

from hiring.canonical import plain
from hiring.rubrics.core.content import Content, ContentCriterion, ContentPosting, ContentStatement, as_data
from hiring.rubrics.core.shapes import Scale

T = TypeVar("T")
Run = tuple[Literal["same", "gone", "new"], str]
"""A piece of text: in both versions, only in the one before, or only in the one after."""

Runs = tuple[Run, ...]
"""All runs but “new” joined are the text before; all but “gone”, the text after. Empty where nothing changed."""

MOST_PAIRS = 200_000
"""Pairs of equal words that are compared. Texts with more, far beyond any anchor, count as rewritten between their equal ends."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that was rewritten. `where`: name, definition, anchor or listen_for; `level` is an anchor's, else None."""

    where: str
    level: int | None
    runs: Runs


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion of both versions. What did not change is None or empty; `moved` are its numbers, counted from 1."""

    key: str
    key_before: str
    name: str
    name_before: str
    moved: tuple[int, int] | None
    weight: tuple[Decimal, Decimal] | None
    competencies_added: tuple[str, ...]
    competencies_removed: tuple[str, ...]
    texts: tuple[TextChange, ...]

    @property
    def renamed(self) -> bool:
        """Whether people see another name."""
        return self.name != self.name_before

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not (
            self.texts
            or self.moved
            or self.weight
            or self.competencies_added
            or self.competencies_removed
            or self.key != self.key_before
        )


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement whose cover changed, or that came or went.

    `before` and `after` are the names of the criteria that cover it; `left_out` is the reason that the version after gives,
    `left_out_before` that of the one before. `what`: added, removed, moved (from criterion to criterion), covered (from none),
    uncovered (now by none), left_out (on purpose, or for another reason), reworded (its words, in `runs`) or reread (its place,
    kind or competency alone).
    """

    what: Literal["added", "removed", "moved", "covered", "uncovered", "left_out", "reworded", "reread"]
    key: str
    text: str
    posting: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    left_out: str = ""
    left_out_before: str = ""
    runs: Runs = ()


@dataclass(frozen=True, slots=True)
class PostingChange:
    """A posting that came, went, or says something else. `title` is its title, in the version after where it is there."""

    what: Literal["added", "removed", "changed"]
    title: str


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question of a kit that came, went or was rewritten; its follow-ups stand below it, a line each."""

    what: Literal["added", "removed", "changed"]
    runs: Runs
    kind: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KitChange:
    """A kit of the plan. What did not change is None or empty; focus is told by the names of criteria."""

    what: Literal["added", "removed", "changed"]
    key: str
    name: str
    name_runs: Runs = ()
    minutes: tuple[int, int] | None = None
    focus_added: tuple[str, ...] = ()
    focus_removed: tuple[str, ...] = ()
    instructions: Runs = ()
    questions: tuple[QuestionChange, ...] = ()
    moved: tuple[int, int] | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return self == KitChange("changed", self.key, self.name)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs. Without a version before, all is new. `reordered`: something stands in another order alone."""

    title: Runs
    slug: tuple[str, str] | None
    scale: tuple[Scale, Scale] | None
    added: tuple[ContentCriterion, ...]
    removed: tuple[ContentCriterion, ...]
    changed: tuple[CriterionChange, ...]
    statements: tuple[StatementChange, ...]
    kits: tuple[KitChange, ...]
    postings: tuple[PostingChange, ...]
    reordered: bool
    summary: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing changed: both versions have the same hash."""
        return not self.summary


def difference(before: Content | None, after: Content) -> Difference:
    """Return what changed from one version to another; everything is new where there is none before."""
    old = before or Content(after.slug, "", after.scale, (), (), {"schema": 1, "kits": []})
    statements = _paired_statements(_statements(old), _statements(after))
    criteria = _paired_criteria(old.criteria, after.criteria, {new.key: was.key for was, new in statements.pairs})
    found: dict[str, Any] = {
        "title": word_runs(old.title, after.title),
        "slug": (old.slug, after.slug) if old.slug != after.slug else None,
        "scale": (old.scale, after.scale) if old.scale != after.scale else None,
        "added": tuple(criteria.added),
        "removed": tuple(criteria.removed),
        "changed": tuple(each for each in _criterion_changes(old, after, criteria) if not each.empty),
        "statements": tuple(_statement_changes(old, after, statements, criteria)),
        "kits": tuple(each for each in _kit_changes(old, after, criteria) if each.what != "changed" or not each.empty),
        "postings": tuple(_posting_changes(old.postings, after.postings)),
    }
    same = before is not None and as_data(before) == as_data(after)
    reordered = not same and not any(found.values())
    told = Difference(**found, reordered=reordered, summary=())
    return replace(told, summary=tuple(_summary(told)))


# Words ---------------------------------------------------------------------------------------------------------------


def word_runs(before: str, after: str) -> Runs:
    """Return what words went and came, or nothing where the texts are equal. White space is kept."""
    if before == after:
        return ()
    old, new = _tokens(before), _tokens(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    ends = len(old) - tail, len(new) - tail
    runs: list[tuple[str, str, str]] = [("".join(old[:head]), "", "")]
    for tag, *at in _opcodes(old[head : ends[0]], new[head : ends[1]]):
        gone, come = "".join(old[head + at[0] : head + at[1]]), "".join(new[head + at[2] : head + at[3]])
        runs.append((gone, "", "") if tag == "equal" else ("", gone, come))
    runs.append(("".join(old[ends[0] :]), "", ""))
    return tuple(_told(_readable(runs)))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many words two texts begin with in common."""
    shorter = min(len(old), len(new))
    return next((at for at in range(shorter) if old[at] != new[at]), shorter)


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    # White space is between all words: comparing it as words would be slow, and would find little islands of it.
    words = Counter(each for each in new if not each.isspace())
    if sum(words[each] for each in old) > MOST_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes())


def _readable(pieces: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Join changes around an equal piece that is shorter than both: a sentence rewritten reads as one gone and one new.

    Each piece is (same, gone, new), of which a change has the latter two.
    """
    done: list[tuple[str, str, str]] = []
    for piece in pieces:
        if not any(piece):
            continue
        done.append(piece)
        while True:
            if len(done) > 1 and bool(done[-1][0]) == bool(done[-2][0]):
                second, first = done.pop(), done.pop()
                done.append((first[0] + second[0], first[1] + second[1], first[2] + second[2]))
            elif len(done) > 2 and done[-2][0] and _is_island(*done[-3:]):
                last, island, first = done.pop(), done.pop()[0], done.pop()
                done.append(("", first[1] + island + last[1], first[2] + island + last[2]))
            else:
                break
    return done


def _is_island(first: tuple[str, str, str], same: tuple[str, str, str], last: tuple[str, str, str]) -> bool:
    length = len("".join(same[0].split()))
    return all(length <= max(_length(each[1]), _length(each[2])) for each in (first, last))


def _length(text: str) -> int:
    return len("".join(text.split()))


def _told(pieces: Iterable[tuple[str, str, str]]) -> Iterator[Run]:
    for same, gone, new in pieces:
        if same:
            yield "same", same
        if gone:
            yield "gone", gone
        if new:
            yield "new", new


# Pairs ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Paired(Generic[T]):
    """What stands in both versions, as (before, after) in the order of the version after, and what stands in one."""

    pairs: list[tuple[T, T]]
    added: list[T]
    removed: list[T]


_Step = tuple[Callable[[Any], Any], Callable[[Any, Any], bool]]


def _pair(old: Sequence[T], new: Sequence[T], *steps: _Step) -> _Paired[T]:
    """Pair in steps, each by a value that two entries share and a further condition; the first that fits is taken."""
    free_old, partner = dict(enumerate(old)), dict[int, int]()
    for value_of, fits in steps:
        waiting: dict[Any, list[int]] = defaultdict(list)
        for at, each in free_old.items():
            waiting[value_of(each)].append(at)
        for at, each in enumerate(new):
            options = waiting.get(value_of(each), ()) if at not in partner else ()
            taken = next((option for option in options if fits(old[option], each)), None)
            if taken is not None:
                partner[at] = taken
                waiting[value_of(each)].remove(taken)
                del free_old[taken]
    return _Paired(
        [(old[partner[at]], each) for at, each in enumerate(new) if at in partner],
        [each for at, each in enumerate(new) if at not in partner],
        list(free_old.values()),
    )


def _always(_one: object, _two: object) -> bool:
    return True


def _alike(one: str, two: str) -> bool:
    """Say whether two texts share half of their words."""
    words = [Counter(each.casefold() for each in _tokens(text) if not each.isspace()) for text in (one, two)]
    return 2 * (words[0] & words[1]).total() >= max(words[0].total(), words[1].total())


def _moves(pairs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return the places (after) that left the order. `pairs` are places (before, after); the longest run in order stays."""
    ordered = sorted(pairs, key=lambda each: each[1])
    best: list[list[tuple[int, int]]] = []
    for at, pair in enumerate(ordered):
        earlier = [best[other] for other in range(at) if ordered[other][0] < pair[0]]
        best.append([*max(earlier, key=len, default=[]), pair])
    kept = {new for _, new in max(best, key=len, default=[])}
    return frozenset(new for _, new in pairs if new not in kept)


# Criteria ------------------------------------------------------------------------------------------------------------


def _paired_criteria(
    old: Sequence[ContentCriterion], new: Sequence[ContentCriterion], was: Mapping[str, str]
) -> _Paired[ContentCriterion]:
    """Pair criteria by key, the others by the statements and competencies that they share, most first. `was`: statements’ keys before."""
    first = _pair(old, new, (lambda each: each.key, _always))
    partner = {id(after): before for before, after in first.pairs}
    shared = [
        (
            len({was.get(key) for key in after.statements} & set(before.statements))
            + len(set(after.competencies) & set(before.competencies)),
            before,
            after,
        )
        for after in first.added
        for before in first.removed
    ]
    taken: set[int] = set()
    for score, before, after in sorted(shared, key=lambda each: -each[0]):
        if score and id(before) not in taken and id(after) not in partner:
            partner[id(after)] = before
            taken.add(id(before))
    return _Paired(
        [(partner[id(each)], each) for each in new if id(each) in partner],
        [each for each in new if id(each) not in partner],
        [each for each in first.removed if id(each) not in taken],
    )


def _criterion_changes(old: Content, new: Content, paired: _Paired[ContentCriterion]) -> Iterator[CriterionChange]:
    places = [{id(each): at for at, each in enumerate(content.criteria, 1)} for content in (old, new)]
    order = [(places[0][id(before)], places[1][id(after)]) for before, after in paired.pairs]
    moved = _moves(order)
    for (before, after), (came_from, stands) in zip(paired.pairs, order, strict=True):
        yield CriterionChange(
            key=after.key,
            key_before=before.key,
            name=after.name,
            name_before=before.name,
            moved=(came_from, stands) if stands in moved else None,
            weight=(before.weight, after.weight) if before.weight != after.weight else None,
            competencies_added=_missing(after.competencies, before.competencies),
            competencies_removed=_missing(before.competencies, after.competencies),
            texts=tuple(_text_changes(before, after)),
        )


def _missing(these: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    known = set(there)
    return tuple(each for each in these if each not in known)


def _text_changes(before: ContentCriterion, after: ContentCriterion) -> Iterator[TextChange]:
    levels = max(len(before.anchors), len(after.anchors))
    anchors = [(*each.anchors, *[""] * (levels - len(each.anchors))) for each in (before, after)]
    told: list[tuple[str, int | None, str, str]] = [
        ("name", None, before.name, after.name),
        ("definition", None, before.definition, after.definition),
        *(("anchor", at, *pair) for at, pair in enumerate(zip(*anchors, strict=True), 1)),
        ("listen_for", None, "\n".join(before.listen_for), "\n".join(after.listen_for)),
    ]
    for where, level, was, now in told:
        runs = word_runs(was, now)
        if runs:
            yield TextChange(where, level, runs)


# Statements and postings ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """A statement with the posting that it stands in."""

    key: str
    text: str
    statement: ContentStatement
    posting: ContentPosting


def _statements(content: Content) -> list[_Placed]:
    return [_Placed(each.key, each.text, each, posting) for posting in content.postings for each in posting.statements]


def _paired_statements(old: list[_Placed], new: list[_Placed]) -> _Paired[_Placed]:
    return _pair(
        old,
        new,
        (lambda each: (each.key, each.text), _always),
        (lambda each: each.text, _always),
        (lambda each: each.key, lambda one, two: _alike(one.text, two.text)),
    )


def _owners(content: Content) -> Mapping[str, list[ContentCriterion]]:
    owners: dict[str, list[ContentCriterion]] = defaultdict(list)
    for criterion in content.criteria:
        for key in criterion.statements:
            owners[key].append(criterion)
    return owners


def _statement_changes(
    old: Content, new: Content, paired: _Paired[_Placed], criteria: _Paired[ContentCriterion]
) -> Iterator[StatementChange]:
    owned_before, owned_after = _owners(old), _owners(new)
    same = {id(before): after.key for before, after in criteria.pairs}
    for before, after in paired.pairs:
        change = _statement_change(
            before, after, owned_before.get(before.key, []), owned_after.get(after.key, []), same
        )
        if change is not None:
            yield change
    for each in paired.added:
        yield StatementChange(
            "added",
            each.key,
            each.text,
            each.posting.title,
            after=_names(owned_after.get(each.key, [])),
            left_out=each.statement.left_out,
        )
    for each in paired.removed:
        yield StatementChange(
            "removed",
            each.key,
            each.text,
            each.posting.title,
            before=_names(owned_before.get(each.key, [])),
            left_out_before=each.statement.left_out,
        )


def _names(criteria: Iterable[ContentCriterion]) -> tuple[str, ...]:
    return tuple(each.name for each in criteria)


def _statement_change(
    before: _Placed,
    after: _Placed,
    owned_before: list[ContentCriterion],
    owned_after: list[ContentCriterion],
    same: Mapping[int, str],
) -> StatementChange | None:
    """Return what changed of a statement of both versions. `same`: the key after of each criterion before, by its id()."""
    was, now = before.statement, after.statement
    change = StatementChange(
        "moved",
        after.key,
        after.text,
        after.posting.title,
        _names(owned_before),
        _names(owned_after),
        now.left_out,
        was.left_out,
        word_runs(was.text, now.text),
    )
    if {same.get(id(each), id(each)) for each in owned_before} != {each.key for each in owned_after}:
        if owned_before and owned_after:
            return change
        return replace(change, what="covered" if owned_after else "left_out" if now.left_out else "uncovered")
    if was.left_out != now.left_out:
        return replace(change, what="left_out" if now.left_out else "uncovered")
    if change.runs:
        return replace(change, what="reworded")
    stays = before.posting.text == after.posting.text
    places = [(each.start, each.end, each.also_at) if stays else () for each in (was, now)]
    if (was.kind, was.competency, places[0]) != (now.kind, now.competency, places[1]):
        return replace(change, what="reread")
    return None


def _posting_changes(old: Sequence[ContentPosting], new: Sequence[ContentPosting]) -> Iterator[PostingChange]:
    paired = _pair(old, new, (lambda each: each.key, _always), (lambda each: each.text, _always))
    for before, after in paired.pairs:
        if (before.key, before.title, before.text) != (after.key, after.title, after.text):
            yield PostingChange("changed", after.title)
    yield from (PostingChange("added", each.title) for each in paired.added)
    yield from (PostingChange("removed", each.title) for each in paired.removed)


# The plan ------------------------------------------------------------------------------------------------------------


def _kit_changes(old: Content, new: Content, criteria: _Paired[ContentCriterion]) -> Iterator[KitChange]:
    kits = [list(plain(dict(content.plan))["kits"]) for content in (old, new)]
    named = [{each.key: each.name for each in content.criteria} for content in (old, new)]
    became = {before.key: after.key for before, after in criteria.pairs}
    paired: _Paired[dict[str, Any]] = _pair(kits[0], kits[1], (lambda kit: kit["id"], _always))
    places = [{kit["id"]: at for at, kit in enumerate(each, 1)} for each in kits]
    order = [(places[0][before["id"]], places[1][after["id"]]) for before, after in paired.pairs]
    moved = _moves(order)
    for (before, after), (came_from, stands) in zip(paired.pairs, order, strict=True):
        focus = {became.get(key, key): named[0].get(key, key) for key in before["focus"]}
        minutes = int(before["minutes"]), int(after["minutes"])
        yield KitChange(
            what="changed",
            key=after["id"],
            name=after["name"],
            name_runs=word_runs(before["name"], after["name"]),
            minutes=minutes if minutes[0] != minutes[1] else None,
            focus_added=tuple(named[1].get(key, key) for key in after["focus"] if key not in focus),
            focus_removed=tuple(name for key, name in focus.items() if key not in after["focus"]),
            instructions=word_runs(before.get("instructions", ""), after.get("instructions", "")),
            questions=tuple(_question_changes(before.get("questions", ()), after.get("questions", ()))),
            moved=(came_from, stands) if stands in moved else None,
        )
    yield from (KitChange("added", kit["id"], kit["name"]) for kit in paired.added)
    yield from (KitChange("removed", kit["id"], kit["name"]) for kit in paired.removed)


def _question_changes(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> Iterator[QuestionChange]:
    texts = [[(str(each["kind"]), _question_text(each)) for each in questions] for questions in (old, new)]
    paired = _pair(
        texts[0],
        texts[1],
        (lambda each: each, _always),
        (lambda each: each[1], _always),
        (lambda _: None, lambda one, two: _alike(one[1], two[1])),
    )
    for before, after in paired.pairs:
        if before != after:
            kinds = (before[0], after[0]) if before[0] != after[0] else None
            yield QuestionChange("changed", word_runs(before[1], after[1]) or (("same", after[1]),), kinds)
    yield from (QuestionChange("added", (("new", text),)) for _, text in paired.added)
    yield from (QuestionChange("removed", (("gone", text),)) for _, text in paired.removed)


def _question_text(question: Mapping[str, Any]) -> str:
    return "\n".join([question["ask"], *question.get("follow_ups", ())])


# In short ------------------------------------------------------------------------------------------------------------

_FIELDS = {"name": "Name", "definition": "Definition", "listen_for": "What to listen for"}


def _summary(told: Difference) -> Iterator[str]:
    """Say what changed in short sentences without full stops, the criteria first."""
    if told.title:
        before, after = (_joined(told.title, kind) for kind in ("gone", "new"))
        yield f"Title from {before} to {after}" if before else f"Title {after}"
    if told.slug:
        yield f"Short name from {told.slug[0]} to {told.slug[1]}"
    if told.scale:
        yield from _scale_summary(*told.scale)
    yield from (f"Criterion added: {each.name}, weight {each.weight}" for each in told.added)
    yield from (f"Criterion removed: {each.name}" for each in told.removed)
    for change in told.changed:
        yield from _criterion_summary(change)
    yield from _statement_summary(told.statements)
    for kit in told.kits:
        yield from _kit_summary(kit)
    yield from (f"Posting {each.what}: {each.title}" for each in told.postings)
    if told.reordered:
        yield "Only the order of entries, or their keys"


def _joined(runs: Runs, kind: str) -> str:
    return "".join(text for each, text in runs if each in {"same", kind})


def _scale_summary(before: Scale, after: Scale) -> Iterator[str]:
    if before.labels != after.labels:
        yield f"Scale from “{', '.join(before.labels)}” to “{', '.join(after.labels)}”"
    if before.bar != after.bar:
        bars = [f"level {bar}" if bar else "none" for bar in (before.bar, after.bar)]
        yield f"Bar from {bars[0]} to {bars[1]}"


def _criterion_summary(change: CriterionChange) -> Iterator[str]:
    if change.renamed:
        yield f"{change.name_before} is now called {change.name}"
    if change.key != change.key_before:
        yield f"Key of {change.name} from {change.key_before} to {change.key}"
    if change.moved:
        yield f"{change.name} moved from place {change.moved[0]} to {change.moved[1]}"
    if change.weight:
        yield f"Weight of {change.name} from {change.weight[0]} to {change.weight[1]}"
    if change.competencies_added:
        yield f"{change.name} takes in {', '.join(change.competencies_added)}"
    if change.competencies_removed:
        yield f"{change.name} no longer holds {', '.join(change.competencies_removed)}"
    levels = [str(each.level) for each in change.texts if each.where == "anchor"]
    if levels:
        yield f"{'Anchor of level' if len(levels) == 1 else 'Anchors of levels'} {_listed(levels)} of {change.name} rewritten"
    for each in change.texts:
        if each.where in {"definition", "listen_for"}:
            yield f"{_FIELDS[each.where]} of {change.name} rewritten"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _statement_summary(changes: Iterable[StatementChange]) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for each in changes:
        match each.what:
            case "moved":
                where = f"moved from {_listed(each.before)} to {_listed(each.after)}"
            case "covered":
                where = f"now covered, by {_listed(each.after)}"
            case "uncovered":
                where = "now covered by no criterion"
            case "left_out":
                where = "left out on purpose" if not each.left_out_before else "left out for another reason"
            case "reread":
                where = "read in another way"
            case _:
                where = each.what
        counted[where] += 1
    for where, number in counted.items():
        yield f"{number} {'statement' if number == 1 else 'statements'} {where}"


def _kit_summary(kit: KitChange) -> Iterator[str]:
    if kit.what != "changed":
        yield f"Kit {kit.what}: {kit.name}"
        return
    if kit.name_runs:
        yield f"Kit {_joined(kit.name_runs, 'gone')} is now called {kit.name}"
    if kit.moved:
        yield f"Kit {kit.name} moved from place {kit.moved[0]} to {kit.moved[1]}"
    if kit.minutes:
        yield f"Minutes of kit {kit.name} from {kit.minutes[0]} to {kit.minutes[1]}"
    if kit.focus_added:
        yield f"Kit {kit.name} now assesses {_listed(kit.focus_added)}"
    if kit.focus_removed:
        yield f"Kit {kit.name} no longer assesses {_listed(kit.focus_removed)}"
    if kit.instructions:
        yield f"Instructions of kit {kit.name} rewritten"
    counts = Counter(each.what for each in kit.questions)
    for what, number in counts.items():
        yield f"{number} {'question' if number == 1 else 'questions'} of kit {kit.name} {what}"
