"""Whether a rubric's texts can be used: levels that differ, behaviour one can observe, questions fair to ask.

`lint` holds the form of a file; this reads what it says. Each `read_over_...` expects the tree and the value that a
faultless reading gave (so there is a question of each kind), and returns the faults in the order of the file. Nothing
here keeps a file from being loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from hiring.rubrics.core.document import Fields, Items, Node, Scalar
from hiring.rubrics.core.shapes import Competency, Fault, Role

OVERLAP = 0.5
"""Two levels that share this part of their words (Jaccard: common words by all words) describe one behaviour."""

BEHAVIOUR_WORDS = range(6, 41)
ANCHOR_WORDS = range(8, 61)
LEAST_BEHAVIOURS = 2

_SHOWN = 6
"""How many words of an overlap a fault names."""

_NAMES = frozenset(["id", "family", "competencies", "weight", "covers", "focus", "kind", "minutes"])
"""Fields that hold names and numbers instead of prose."""

_MAY_NAME_TOPICS = "do_not_hold_against"

_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")

_HIRED = r"(?:candidates?|applicants?|colleagues?|employees?|developers?|engineers?|person)"
_PERSON = rf"(?:{_HIRED}|people|graduates?|professionals?|teams?|staff|talents?|(?:wo)?m[ae]n)"
_THEIRS = r"(?:his|her|(?:candidate|applicant|person|employee|colleague)[’']s)"
_OWN = rf"(?:your|{_THEIRS})"
_LANGUAGE = r"(?:english|german|french|spanish|italian|dutch|portuguese|polish|russian|chinese)"
_SOMEBODY = r"(?:she|he|they|the candidate|the applicant|this person|someone|somebody)"
_GROUP = r"(?:the|our|this|your|a) (?:\w{1,20} )?(?:team|company|culture|crew|group(?! by))"
_CRAFT = r"(?:a|an|the|our|true|real|cod(?:e|ing)|programming|tech|web|python|java|javascript|sql|security|data)"
_END = r"(?=[.,;!?”]|$)"

_TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile("|".join(phrases), re.IGNORECASE))
    for topic, phrases in {
        "age": [
            rf"\b(?:young(?:er)?|youthful|elderly)(?:,? (?:and )?[\w-]{{1,20}})? {_PERSON}\b",
            rf"\b(?:older|mature|ageing|aging) {_HIRED}\b",
            r"\bhow old are you\b",
            rf"\b(?:{_OWN}|at their) age\b",
            r"\btoo (?:old|young) for (?:the|this|our|a) (?:team|job|role|post|position|company|work)\b",
            rf"\b(?:{_PERSON}|anyone|nobody|no one) (?:aged|(?:younger|older) than|(?:under|over) the age of) \d\d\b",
            r"\b(?:anyone|nobody|no one) (?:under|over) \d\d\b",
            r"\bdigital[ -]natives?\b",
            r"\bmillennials?\b",
            r"\bbaby[ -]boomers?\b",
            r"\bgeneration [xyz]\b",
            r"\bretirement age\b",
        ],
        "family plans": [
            r"\b(?:un)?married\b",
            r"\bmarriage\b",
            r"\bmarital\b",
            r"\bdivorced\b",
            r"\b(?:husband|wife|spouse)\b",
            r"\bpregnan(?:t|cy)\b",
            r"\b(?:maternity|paternity|parental) leave\b",
            r"\bchildcare\b",
            r"\bfamily (?:plans?|planning|status|situation|circumstances|obligations|commitments|duties|life)\b",
            rf"\b{_OWN} (?:family|children|kids)\b",
            r"\b(?:do you have|plan(?:s|ning)? (?:to have|for)|wish(?:es)? for) (?:any |more )?(?:children|kids|a family)\b",
            r"\b(?:start|starting|raise|raising) a family\b",
            r"\bsingle (?:mother|father)s?\b",
            rf"\b(?:{_PERSON}|mothers?|fathers?) with(?:out)? (?:small |young )?(?:children|kids)\b",
            r"\bchild(?:ren)? of (?:your|his|her) own\b",
        ],
        "origin or nationality": [
            r"\bnationality\b",
            r"\bcitizenship\b",
            r"\bethnic(?:ity)?\b",
            r"\bskin colou?r\b",
            rf"\b{_OWN} (?:country of (?:origin|birth)|race(?! condition)|native country)\b",
            rf"\b{_THEIRS} (?:origins?|descent)\b",
            r"\b(?:national|ethnic|racial|migration|immigrant|migrant) (?:origin|background|descent)\b",
            r"\bwhere (?:are you|do you come|is (?:she|he)) (?:really |originally )?from\b",
            r"\bwhere were you born\b",
            r"\bforeigners?\b",
        ],
        "accent or mother tongue": [
            r"\bnative[ -]speakers?\b",
            rf"\bnative(?:[ -]level)? {_LANGUAGE}\b",
            rf"\b{_OWN} native language\b",
            r"\bmother tongue\b",
            r"\baccent[- ]free\b",
            r"\b(?:foreign|strong|heavy|thick|slight|regional|with an|without an|without any) accent\b(?! (?:colou?r|mark|sign|character))",
            rf"\b(?:{_OWN}|their) accent\b(?! (?:colou?r|mark|sign|character))",
        ],
        "religion": [
            r"\breligion\b",
            r"\breligious (?:beliefs?|background|affiliation|faith|holidays?|views?|practice|person|people)\b",
            rf"\b(?:{_OWN}|their) faith\b",
            r"\b(?:goes|go|going) to (?:church|mosque|temple|synagogue)\b",
            r"\bheadscar(?:f|ves)\b",
        ],
        "looks": [
            r"\bgood[ -]looking\b",
            r"\bwell[ -](?:groomed|dressed)\b",
            rf"\battractive {_PERSON}\b",
            r"\b(?:personal|physical|pleasant|neat|tidy|smart|groomed) appearance\b",
            rf"\b{_OWN} (?:looks|appearance|clothes|hair)\b",
            r"\boverweight\b",
            r"\btattoos?\b",
            r"\bdress(?:es)? (?:well|smartly|properly)\b",
        ],
        "health": [
            rf"\b{_OWN} health\b(?! (?:check|endpoint|probe))",
            r"\b(?:physical|mental) health\b(?! (?:checks?|records?|data|apps?|services?)\b)",
            r"\bphysically (?:fit|able|robust)\b",
            r"\bable[ -]bodied\b",
            r"\bsick (?:days?|leave)\b",
            rf"\b(?:disabled|healthy|handicapped) {_HIRED}\b",
            rf"\b{_OWN} (?:disability|illness|medical (?:condition|history))\b",
            r"\bdo you have a (?:disability|illness|medical condition)\b",
        ],
        "fitting in": [
            r"\bcultur(?:e|al|ally)[ -](?:fit|match)\b",
            r"\b(?:team|personality) fit\b",
            rf"\bfit(?:s|ted|ting)? (?:well )?(?:in|into|in well|in with|with) (?:{_GROUP}|us|here)\b",
            r"\bfit(?:s|ting)? (?:the|our) (?:\w{1,20} )?culture\b",
            rf"\b{_SOMEBODY} (?:would |will |does |can )?(?:not )?fits? in{_END}",
            rf"\b(?:would|will|does|do) {_SOMEBODY} fit in{_END}",
            r"\bfit for (?:the|our) (?:team|company|culture|group)\b",
        ],
        "gender": [
            r"\bgender\b(?![- ](?:neutral|column|field))",
            rf"\b(?:fe)?male {_PERSON}\b",
            r"\b(?:girls?|guys?|ladies|lads?)\b",
            r"\b(?:masculine|feminine|manly|womanly)\b",
            r"\bsexual orientation\b",
        ],
        "hobbies": [
            r"\bhobb(?:y|ies)\b",
            r"\b(?:your|his|her|their|own|in) (?:free|spare|leisure) time\b(?! slots?)",
            r"\bleisure (?:activit(?:y|ies)|pursuits?)\b",
            r"\bwhat do you do (?:at|on|over) (?:the )?weekends?\b",
        ],
        "hero words": [
            r"\brock[ -]?stars?\b",
            r"\bgurus?\b",
            r"\bninjas\b",
            rf"\b{_CRAFT}[ -]ninja\b(?! (?:build|file|generator|backend))",
        ],
    }.items()
)
"""Phrases about people. A word that programs use too (child, native, race, health, age) counts only beside a person."""

_INSTEAD = {
    "fitting in": "Write what the person does with colleagues that the work needs",
    "hero words": "Write what the person does, in which situation and with which result",
}
_REMOVE = "Remove it, or name the behaviour that the work needs"

_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|some|a few)"
_SPAN = rf"{_NUMBER}\+?(?:(?: to | or |[–-]){_NUMBER})?(?: or more)? (?:years?|months?)[’']?"
_COUNTED = re.compile(
    rf"\b{_SPAN}(?: of)?(?: [\w-]{{1,20}}){{0,3}} (?:experience|practice|work)\b"
    rf"|\b(?:experience|worked|works|working|programmed|coded)\b[^.;:]{{0,60}} (?:for|of) (?:\S{{1,12}} ){{0,3}}{_SPAN}",
    re.IGNORECASE,
)
_HAVING = re.compile(
    r"\W*(?:(?:has|have|had|brings?|possess(?:es)?|offers?|shows?|holds?|with|over|at|more|less|fewer|up)\b|\d|"
    rf"{_NUMBER}\b)",
    re.IGNORECASE,
)
_LITTLE_ELSE = 6
"""A sentence that says fewer words than this beside its years of experience says nothing else."""

_GRADES = frozenset({
    "excellent", "excellently", "outstanding", "exceptional", "exceptionally", "great", "good", "strong", "solid",
    "basic", "weak", "poor", "poorly", "limited", "deep", "deeply", "thorough", "thoroughly", "extensive",
    "extensively", "advanced", "sound", "adequate", "adequately", "sufficient", "sufficiently", "superb", "superbly",
    "profound", "comprehensive", "broad", "well", "better", "best", "bad", "badly", "worse", "perfect", "perfectly",
    "superior", "average", "satisfactory", "satisfactorily", "fluent", "fluently", "expert", "expertly", "proficient",
    "proficiently", "competent", "competently", "quick", "quickly", "fast", "high", "highly", "low", "little",
    "minimal",
})  # fmt: skip
_SAYS_NOTHING = frozenset({
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "with", "from", "as", "by", "is", "are", "be",
    "has", "have", "had", "does", "do", "can", "very", "extremely", "quite", "fairly", "rather", "really", "truly",
    "always", "often", "mostly", "usually", "generally", "most", "all", "any", "some", "many", "few", "no", "not",
    "none", "other", "others", "shows", "show", "showing", "demonstrates", "displays", "possesses", "brings",
    "offers", "performs", "works", "delivers", "knows", "understands", "handles", "uses", "applies", "knowledge",
    "understanding", "skill", "skills", "command", "grasp", "ability", "abilities", "experience", "awareness",
    "competence", "level", "expertise", "performance", "quality", "degree", "way", "manner", "area", "areas", "case",
    "cases", "task", "tasks", "topic", "topics", "subject", "job", "work", "general", "overall", "this", "that",
    "these", "those", "its", "their", "his", "her", "own",
})  # fmt: skip
_GRADED_WORDS = 5
"""A behaviour is more than a grade when at least so many of its words say something besides the grade."""


def read_over_competency(node: Node, competency: Competency) -> list[Fault]:
    """Read what a competency says. `node` is the tree that `competency` was read from."""
    faults = list(_forbidden(node))
    levels = _items(node, "levels")
    for level, place in zip(competency.levels, levels, strict=True):
        behaviours = _items(place, "behaviours")
        if len(behaviours) < LEAST_BEHAVIOURS:
            faults.append(_fault(place, f"“{level.label}” has one behaviour", "Add another that one could observe"))
        for text, item in zip(level.behaviours, behaviours, strict=True):
            faults += _length(item, text, BEHAVIOUR_WORDS, "behaviour")
            faults += _unobservable(item, text)
    told = [" ".join(level.behaviours) for level in competency.levels]
    faults += _alike(levels, [level.label for level in competency.levels], told)
    faults += _without_follow_ups(_items(node, "questions"))
    return sorted(set(faults))


def read_over_role(node: Node, role: Role) -> list[Fault]:
    """Read what a role says. `node` is the tree that `role` was read from."""
    faults = list(_forbidden(node))
    for criterion, place in zip(role.criteria, _items(node, "criteria"), strict=True):
        anchors = _items(place, "levels")
        for anchor, item in zip(criterion.levels, anchors, strict=True):
            faults += _length(item, anchor.text, ANCHOR_WORDS, "anchor")
            faults += _unobservable(item, anchor.text)
        labels = [anchor.label for anchor in criterion.levels]
        faults += _alike(anchors, labels, [anchor.text for anchor in criterion.levels])
    for kit in _items(_get(node, "plan"), "kits"):
        faults += _without_follow_ups(_items(kit, "questions"))
    return sorted(set(faults))


def _alike(places: Sequence[Node], labels: Sequence[str], told: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault at the later of two levels whose words overlap too much, naming the words they share."""
    words = [dict.fromkeys(_words(text)) for text in told]
    for first, second in combinations(range(len(told)), 2):
        shared = [word for word in words[second] if word in words[first]]
        every = len(words[first].keys() | words[second].keys())
        if every and len(shared) / every >= OVERLAP:
            telling = [word for word in shared if len(word) > 3 and word not in _SAYS_NOTHING] or shared
            shown = ", ".join(word[:30] for word in telling[:_SHOWN]) + (" …" if len(telling) > _SHOWN else "")
            yield _fault(
                places[second],
                f"“{labels[second]}” shares {len(shared)} of {every} words with “{labels[first]}”: {shown}",
                "Describe what a person does at this level that is not done at the other",
            )


def _length(place: Node, text: str, allowed: range, name: str) -> Iterator[Fault]:
    number = len(_words(text))
    if number < allowed.start:
        what = f"This {name} has {number} word{'' if number == 1 else 's'}, too few to observe"
        yield _fault(place, what, "Write what the person does or says, on what, and with which result")
    elif number >= allowed.stop:
        what = f"This {name} has {number} words, too many to hold in mind"
        yield _fault(place, what, f"Write {allowed.stop - 1} at most, or divide it")


def _unobservable(place: Node, text: str) -> Iterator[Fault]:
    """Yield a fault for a text that only counts years of experience, or only grades."""
    words = _words(text)
    counted = _COUNTED.search(text)
    if counted:
        rest = _words(text[: counted.start()] + " " + text[counted.end() :])
        # “Has …” and “Five years …” own the time and tell of nothing done in it, whatever the field is called.
        owned = _HAVING.match(text) and not re.search(r"[,;:]", text[counted.end() :])
        if owned or len(rest) < _LITTLE_ELSE:
            yield _fault(
                place, "This counts time instead of behaviour", "Write what the person does with what they learnt"
            )
            return
    grades = [word for word in words if word in _GRADES]
    saying = [word for word in words if word not in _GRADES and word not in _SAYS_NOTHING]
    if grades and len(saying) < _GRADED_WORDS:
        shown = "”, “".join(dict.fromkeys(grades[:3]))
        yield _fault(
            place, f"“{shown}” is all that grades this", "Write what one would see or hear that earns the word"
        )


def _without_follow_ups(questions: Sequence[Node]) -> Iterator[Fault]:
    for question in questions:
        if not _items(question, "follow_ups"):
            place = _get(question, "follow_ups") or question
            yield _fault(place, "This question has no follow-ups", "Add what to ask when the answer stays general")


def _forbidden(node: Node) -> Iterator[Fault]:
    """Yield a fault for each text that makes something personal a matter of the assessment."""
    for place, text in _texts(node):
        for topic, pattern in _TOPICS:
            found = pattern.search(text)
            if found:
                said = " ".join(found.group().split())
                what = f"“{said[:60]}” makes {topic} a matter of the assessment"
                yield _fault(place, what, _INSTEAD.get(topic, _REMOVE))


def _texts(node: Node) -> Iterator[tuple[Scalar, str]]:
    """Yield every text with its place, but for ids and for what must not be held against anyone."""
    match node:
        case Scalar(value=str(text)):
            yield node, " ".join(text.split())
        case Items(items=items):
            for item in items:
                yield from _texts(item)
        case Fields(entries=entries):
            for key, value in entries:
                if key.value not in _NAMES and key.value != _MAY_NAME_TOPICS:
                    yield from _texts(value)


def _words(text: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(text)]


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Fields) else None


def _items(node: Node | None, key: str) -> tuple[Node, ...]:
    found = _get(node, key)
    return found.items if isinstance(found, Items) else ()


def _fault(place: Node, what: str, instead: str) -> Fault:
    return Fault(place.line, place.column, what, instead)
