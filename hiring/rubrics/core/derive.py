"""From postings to a proposed rubric: statements, what they name, criteria and weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from hiring.rubrics.core.asking import judge_of
from hiring.rubrics.core.extract import headed_statements_of
from hiring.rubrics.core.match import Terms
from hiring.rubrics.core.prominence import points_of
from hiring.rubrics.core.shapes import (
    LEAST_WEIGHT,
    MAX_COMPETENCIES,
    MAX_CRITERIA,
    MIN_CRITERIA,
    OUR_SCALE,
    Criterion,
    Derivation,
    Kit,
    LevelAnchor,
    Library,
    Plan,
    Posting,
    ProposedCriterion,
    Role,
    Scale,
    Statement,
)
from hiring.rubrics.core.titles import named_roles

_CENT = Decimal("0.01")
_CRITERIA_PER_KIT = 3
_MINUTES = 60
_LONG = 12
"""Statements from which on a posting is expected to carry six criteria."""

_BEHIND = 160
_NAMED = Decimal("0.5")


@dataclass(slots=True)
class _Group:
    """A criterion in the making."""

    id: str
    name: str
    family: str
    statements: dict[str, list[str]] = field(default_factory=dict)
    """By competency, in the order in which competencies were first named."""

    @property
    def size(self) -> int:
        return sum(map(len, self.statements.values()))


def derive(texts: Sequence[tuple[str, str]], library: Library, roles: Sequence[Role]) -> Derivation:
    """Derive a rubric from the texts of postings, each as (file, text). The same input gives the same answer.

    The role that fits best lends its criteria (`fitting_role`); without one that holds half of the matched statements,
    competencies are grouped by family. Weights are shares of the statements' points (`prominence`). A statement is uncovered when nothing in the library names it, or when
    its competency would need a further criterion that two statements do not yet ask for.
    """
    terms = _terms(library)
    judge = judge_of(library.likeness, library.noise, library.asking)
    postings: list[Posting] = []
    points: dict[str, int] = {}
    number = 0
    for file, text in texts:
        statements = []
        # Where the second opinion leaves nothing, the rules' own is better than none.
        found_here = headed_statements_of(text, judge) or headed_statements_of(text)
        for place, again, _ in found_here:
            number += 1
            words = text[place.start : place.end]
            found = terms.match(words)
            statements.append(
                Statement(
                    id=f"s{number}",
                    text=words,
                    start=place.start,
                    end=place.end,
                    also_at=again,
                    kind=place.kind,
                    competency=found.competency,
                    also=found.also,
                    confidence=found.confidence,
                    words=found.words,
                ),
            )
        postings.append(Posting(file, text, tuple(statements)))
        said = [
            (text[place.start : place.end], heading, _behind(text, place.end), len(again))
            for place, again, heading in found_here
        ]
        points |= {each.id: worth for each, worth in zip(statements, points_of(said), strict=True)}
    return _propose(tuple(postings), library, roles, points)


@lru_cache(maxsize=4)
def _terms(library: Library) -> Terms:
    return Terms(library)


def _behind(text: str, end: int) -> str:
    """Return what follows a statement on its line, such as a table's mark “Desirable”."""
    stop = text.find("\n", end, end + _BEHIND)
    return text[end : stop if stop >= 0 else end + _BEHIND]


def _propose(
    postings: tuple[Posting, ...], library: Library, roles: Sequence[Role], points: Mapping[str, int]
) -> Derivation:
    every = [statement for posting in postings for statement in posting.statements]
    asked: dict[str, list[str]] = {}
    for statement in every:
        if statement.competency is not None:
            asked.setdefault(statement.competency, []).append(statement.id)
    named = frozenset(id_ for posting in postings for id_ in named_roles(posting.text, roles))
    role = fitting_role({key: len(ids) for key, ids in asked.items()}, roles, named)
    groups = _by_role(asked, role, library) if role else _by_family(asked, library)
    counts = weights([sum(points[key] for ids in group.statements.values() for key in ids) for group in groups])
    criteria = tuple(
        ProposedCriterion(
            id=group.id,
            name=group.name,
            competencies=tuple(group.statements),
            weight=weight,
            statements=_in_order(every, group),
        )
        for group, weight in zip(groups, counts, strict=True)
    )
    covered = {statement for criterion in criteria for statement in criterion.statements}
    uncovered = tuple(statement.id for statement in every if statement.id not in covered)
    return Derivation(postings, criteria, uncovered, role.id if role else None)


def _in_order(every: Iterable[Statement], group: _Group) -> tuple[str, ...]:
    mine = {statement for ids in group.statements.values() for statement in ids}
    return tuple(statement.id for statement in every if statement.id in mine)


def fitting_role(asked: Mapping[str, int], roles: Sequence[Role], named: AbstractSet[str] = frozenset()) -> Role | None:
    """Return the role that fits best of those whose competencies hold at least half of the matched statements.

    `asked` counts statements by competency; `named` are the ids of roles that the postings name. A role's fit is twice
    the share of the statements that it holds, and the share of its own weight that they ask for, and one half where it
    is named.
    """
    total = sum(asked.values())

    def held(role: Role) -> int:
        return sum(asked.get(competency, 0) for criterion in role.criteria for competency in criterion.competencies)

    def fit(role: Role) -> Decimal:
        whole = sum((criterion.weight for criterion in role.criteria), Decimal(0))
        wanted = sum(
            (
                criterion.weight * sum(key in asked for key in criterion.competencies) / len(criterion.competencies)
                for criterion in role.criteria
            ),
            Decimal(0),
        )
        return Decimal(2 * held(role)) / total + wanted / whole + (_NAMED if role.id in named else Decimal(0))

    able = [role for role in roles if total and held(role) * 2 >= total]
    return min(able, key=lambda role: (-fit(role), role.id), default=None)


def _by_role(asked: Mapping[str, list[str]], role: Role, library: Library) -> list[_Group]:
    """Group as the role does; add a criterion for a family beyond it that two statements ask for, up to nine.

    A posting of a dozen statements or more that still gives fewer than six also gets a criterion for a single statement's
    family, and then its widest criteria are divided.
    """
    groups: list[_Group] = []
    is_long = sum(map(len, asked.values())) >= _LONG
    left = dict(asked)
    for criterion in role.criteria:
        mine = {competency: left.pop(competency) for competency in criterion.competencies if competency in left}
        if mine:
            groups.append(_Group(criterion.id, criterion.name, "", mine))
    taken = {criterion.id for criterion in role.criteria}
    further = sorted(_by_family_alone(left, library), key=lambda group: -group.size)
    for group in further:
        few = is_long and len(groups) < MIN_CRITERIA
        if (group.size >= 2 or few) and len(groups) < MAX_CRITERIA:
            group.id = _free(group.id, taken)
            groups.append(group)
    while is_long and len(groups) < MIN_CRITERIA and (wide := _widest(groups)):
        parts = _halves(wide, library)
        for part in parts:
            part.id = _free(part.id, taken)
        groups[groups.index(wide) : groups.index(wide) + 1] = parts
    return groups


def _by_family(asked: Mapping[str, list[str]], library: Library) -> list[_Group]:
    """Group by family, then join the smallest until nine are left, or divide the largest until there are six."""
    groups = _by_family_alone(asked, library)
    while len(groups) > MAX_CRITERIA and (pair := _smallest_pair(groups)):
        first, second = pair
        first.statements |= second.statements
        first.name, first.id = _named(first.statements, library), f"{first.id}-{second.id}"
        groups.remove(second)
    if len(groups) > MAX_CRITERIA:
        kept = sorted(groups, key=lambda group: -group.size)[:MAX_CRITERIA]
        groups = [group for group in groups if group in kept]
    while len(groups) < MIN_CRITERIA:
        wide = _widest(groups)
        if wide is None:
            break
        groups[groups.index(wide) : groups.index(wide) + 1] = _halves(wide, library)
    taken: set[str] = set()
    for group in groups:
        group.id = _free(group.id, taken)
    return groups


def _by_family_alone(asked: Mapping[str, list[str]], library: Library) -> list[_Group]:
    """Group by family, four competencies at most; families stand in the order of the library."""
    families: dict[str, dict[str, list[str]]] = {}
    for competency in library.competencies:
        if competency.id in asked:
            families.setdefault(competency.family, {})[competency.id] = asked[competency.id]
    groups = []
    for family, members in families.items():
        keys = sorted(members, key=lambda key: -len(members[key]))
        for start in range(0, len(keys), MAX_COMPETENCIES):
            part = {key: members[key] for key in keys[start : start + MAX_COMPETENCIES]}
            groups.append(_Group(family, _named(part, library), family, part))
    return groups


def _smallest_pair(groups: list[_Group]) -> tuple[_Group, _Group] | None:
    """Return the two smallest groups that fit into one criterion, of one family where there are such."""
    order = sorted(groups, key=lambda group: group.size)
    pairs = [
        (first, second)
        for place, first in enumerate(order)
        for second in order[place + 1 :]
        if len(first.statements) + len(second.statements) <= MAX_COMPETENCIES
    ]
    return min(pairs, key=lambda pair: (pair[0].family != pair[1].family, pair[0].size + pair[1].size), default=None)


def _widest(groups: list[_Group]) -> _Group | None:
    """Return the largest group that holds more than one competency."""
    return max((group for group in groups if len(group.statements) > 1), key=lambda group: group.size, default=None)


def _halves(group: _Group, library: Library) -> list[_Group]:
    """Divide a group into its most asked competency and the rest."""
    first, *rest = sorted(group.statements, key=lambda key: -len(group.statements[key]))
    parts = ({first: group.statements[first]}, {key: group.statements[key] for key in rest})
    return [_Group(next(iter(part)), _named(part, library), group.family, part) for part in parts]


def _named(members: Iterable[str], library: Library) -> str:
    """Name a criterion after its competencies: “Debugging”, “Debugging and Upkeep”, “Debugging, Testing and others”."""
    names = [found.name for key in members if (found := library.get(key))]
    if len(names) <= 2:
        return " and ".join(
            [names[0], *(name[:1].lower() + name[1:] if name[1:2].islower() else name for name in names[1:])]
        )
    return f"{names[0]} and related"


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name


def weights(counts: Sequence[int]) -> tuple[Decimal, ...]:
    """Share out 1.00 by counts: two decimals, 0.05 or more each, sum exactly 1.00 (largest remainder).

    Raises ValueError when more than twenty share, since 0.05 each would exceed the whole.
    """
    if len(counts) * LEAST_WEIGHT > 1:
        msg = f"{len(counts)} criteria cannot each weigh {LEAST_WEIGHT}"
        raise ValueError(msg)
    if not counts:
        return ()
    floor = int(LEAST_WEIGHT / _CENT)
    fixed: set[int] = set()
    while True:
        # Whoever falls below the floor gets it; the others share what is left, until nobody falls.
        open_ = [place for place in range(len(counts)) if place not in fixed]
        spare, total = 100 - floor * len(fixed), sum(counts[place] for place in open_)
        low = {place for place in open_ if counts[place] * spare < floor * total}
        if not low:
            break
        fixed |= low
    cents = dict.fromkeys(fixed, floor) | {place: counts[place] * spare // total for place in open_}
    remainders = sorted(open_, key=lambda place: (-(counts[place] * spare % total), place))
    for place in remainders[: 100 - sum(cents.values())]:
        cents[place] += 1
    return tuple(Decimal(cents[place]) * _CENT for place in range(len(counts)))


def draft_role(derivation: Derivation, roles: Sequence[Role]) -> Role:
    """Turn a derivation into a role: the role file it grew from, narrowed to what the postings ask for.

    Without such a role the criteria take their competencies' behaviours, and kits of up to three criteria are laid out
    without questions of their own.
    """
    base = next((role for role in roles if role.id == derivation.role), None)
    known = {criterion.id: criterion for criterion in base.criteria} if base else {}
    criteria = tuple(_drafted(criterion, known.get(criterion.id)) for criterion in derivation.criteria)
    here = [criterion.id for criterion in criteria]
    if base is None:
        title = _title(derivation)
        return Role(_slug(title), title, OUR_SCALE, criteria, Plan(_plain_kits(here, ())))
    kits = tuple(
        replace(kit, focus=focus)
        for kit in base.plan.kits
        if (focus := tuple(criterion for criterion in kit.focus if criterion in here))
    )
    assessed = {criterion for kit in kits for criterion in kit.focus}
    rest = [criterion for criterion in here if criterion not in assessed]
    plan = Plan(kits + _plain_kits(rest, tuple(kit.id for kit in kits)))
    return Role(base.id, base.title, base.scale, criteria, plan)


def _drafted(proposed: ProposedCriterion, base: Criterion | None) -> Criterion:
    return Criterion(
        id=proposed.id,
        name=proposed.name,
        competencies=proposed.competencies,
        weight=proposed.weight,
        levels=base.levels if base else (),
        covers=proposed.statements,
        definition=base.definition if base else "",
        listen_for=base.listen_for if base else (),
    )


def _plain_kits(criteria: Sequence[str], taken: Sequence[str]) -> tuple[Kit, ...]:
    parts = [criteria[start : start + _CRITERIA_PER_KIT] for start in range(0, len(criteria), _CRITERIA_PER_KIT)]
    kits = []
    used = set(taken)
    for number, part in enumerate(parts, len(taken) + 1):
        instructions = "Ask for one situation per criterion, and write down what was done and said before you rate it."
        kits.append(
            Kit(_free(f"interview-{number}", used), f"Interview {number}", _MINUTES, instructions, tuple(part), ())
        )
    return tuple(kits)


def _title(derivation: Derivation) -> str:
    """Return the first line of the first posting where it is short, else the file's name."""
    if not derivation.postings:
        return "Role"
    posting = derivation.postings[0]
    line = next((line.strip("#*_ \t") for line in posting.text.splitlines() if line.strip("#*_ \t")), "")
    stem = re.split(r"[/\\]", posting.file)[-1].rsplit(".", 1)[0]
    return (
        line if 0 < len(line) <= 60 and _slug(line) != "role" else stem.replace("-", " ").strip().capitalize() or "Role"
    )


def _slug(title: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    return slug if slug[:1].isalpha() else f"role-{slug}".strip("-")


def anchors(criterion: Criterion, scale: Scale, library: Library) -> tuple[LevelAnchor, ...]:
    """Return a criterion's anchors, lowest first: its own, or its competencies' behaviours joined by spaces.

    Empty where neither fits the scale's number of levels.
    """
    if criterion.levels:
        return criterion.levels if len(criterion.levels) == len(scale.labels) else ()
    members = [found for key in criterion.competencies if (found := library.get(key))]
    if len(members) < len(criterion.competencies) or any(len(found.levels) != len(scale.labels) for found in members):
        return ()
    return tuple(
        LevelAnchor(
            number, label, " ".join(behaviour for found in members for behaviour in found.levels[number - 1].behaviours)
        )
        for number, label in enumerate(scale.labels, 1)
    )
