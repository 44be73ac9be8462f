"""How postings say that something is wanted, and how pages around them say everything else.

The rules speak of grammar (who, must, does what), never of one trade or one posting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from hiring.rubrics.core.shapes import Kind
from hiring.rubrics.core.verbs import BASES, GERUNDS, PERSONAL, PRESENT

_I = re.IGNORECASE


class Stance(StrEnum):
    """What a heading says about the text below it."""

    DUTY = "duty"  # it lists what the job consists of
    ASIDE = "aside"  # it tells of something else, in which a duty may still be named
    CLOSED = "closed"  # offers, comments, the company: nothing below it is asked of anyone


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading. `kind` is None outside of duties; `level` is its depth where the text states one."""

    stance: Stance
    kind: Kind | None = None
    level: int | None = None


OPEN = Section(Stance.ASIDE)
"""Before the first heading."""

# Headings ------------------------------------------------------------------------------------------------------------

_TRAITS = re.compile(
    r"\b(?:soft skills?|personal|qualities|attitudes?|mindset|traits?|character|behaviou?rs?|interpersonal|attributes?)\b",
    _I,
)
_SKILLS = re.compile(
    r"\b(?:skills?|require\w*|qualif\w+|experience|knowledge|profici\w+|expertise|competenc\w+|who you are|about you|"
    r"you(?: wi|['’])?(?:ll)? (?:have|bring|need|know)|must[- ]haves?|nice[- ]to[- ]haves?|bonus points|preferred|"
    r"desir(?:ed|able)|essentials?|ideal(?:ly)?|(?:your|candidate) profile|^profile$|person specification|conditions to|tech(?:nology|nical)? stack|"
    r"our stack|technologies|toolset|education|good fit|looking for|basics)\b",
    _I,
)
_DUTIES = re.compile(
    r"\b(?:responsibilit\w+|dut(?:y|ies)|tasks?|accountabilit\w+|what (?:you|he|she|they)\b.*\b(?:do|doing|own|on)|what do(?:es)?\b.*\bdo|"
    r"day[- ]to[- ]day|your (?:role|mission|job|work|impact|day)|(?:about|the|this) (?:role|job|position|work)|"
    r"(?:job|role|position) (?:description|purpose|summary)|(?:key|main|job|top|the) (?:\d+ )?roles?|^roles?|you(?: wi|['’])ll|in this role|"
    r"scope of work|essential functions)\b",
    _I,
)
_CLOSED = re.compile(
    r"\b(?:benefits?|perks?|we offer|offer you|about us|about the (?:company|team|author)|who we are|our (?:values|company|culture|story|"
    r"mission|team|offices?|promise)|why (?:join|work|us)|compensation|remuneration|equal opportunit\w+|diversity|how to apply|apply now|"
    r"leave a (?:reply|comment)|related (?:posts|articles|jobs|links|content)|you(?:['’]| wi)ll (?:get|receive|enjoy)|what you(?:['’]| wi)?(?:ll)? get|working conditions)\b|"
    r"^(?:about (?!the\b|this\b|you\b|your\b)[\w ]+|(?:\d+ )?comments?|author(?: bio)?|bio|contact(?: us)?|(?:to )?apply|related|recent posts|"
    r"references|sources|interview process|hiring process|application process|next steps|location)$",
    _I,
)
_ASIDE = re.compile(
    r"\b(?:salar(?:y|ies)|conclusion|introduction|overview|what (?:is|are|s|['’]s)|who (?:is|are)|why|importance|differences?|"
    r"how (?:do|does|to|can|is|much|many)|faqs?|frequently|history|careers?|summary|final|our|we|us|what['’]s)\b|[?]$",
    _I,
)
_ROLE_NAME = re.compile(
    r"(?:\b(?:of|for|as|to become)\s+)?(?:\b(?:an?|the|our|this|your)\s+)?(?:[\w+#/.-]+\s+){0,2}?"
    r"(?:developer|engineer|programmer|architect|analyst|administrator|manager|lead|designer|tester|scientist|specialist|technician|"
    r"consultant|officer|coordinator|director|assistant|worker|professional|candidate|employee)s?\b(?:['’]s?)?",
    _I,
)
_GENERIC = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "at",
        "be",
        "become",
        "bonus",
        "brings",
        "bring",
        "candidate",
        "core",
        "day",
        "description",
        "desirable",
        "desired",
        "detailed",
        "do",
        "does",
        "duties",
        "duty",
        "essential",
        "essentials",
        "experience",
        "for",
        "general",
        "good",
        "have",
        "he",
        "her",
        "his",
        "ideal",
        "ideally",
        "in",
        "is",
        "it",
        "job",
        "key",
        "knowledge",
        "ll",
        "looking",
        "main",
        "major",
        "minimum",
        "must",
        "need",
        "needed",
        "needs",
        "nice",
        "no",
        "of",
        "on",
        "or",
        "other",
        "our",
        "overview",
        "person",
        "personal",
        "points",
        "position",
        "preferred",
        "primary",
        "principal",
        "professional",
        "profile",
        "qualification",
        "qualifications",
        "qualities",
        "relevant",
        "require",
        "required",
        "requirements",
        "responsibilities",
        "responsibility",
        "role",
        "roles",
        "should",
        "skill",
        "skills",
        "soft",
        "specific",
        "summary",
        "task",
        "tasks",
        "technical",
        "that",
        "the",
        "their",
        "they",
        "this",
        "to",
        "top",
        "traits",
        "want",
        "we",
        "what",
        "which",
        "who",
        "will",
        "with",
        "work",
        "you",
        "your",
    ],
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.+#/][^\W_]+)*[+#]*")
_NOT_LETTERS = re.compile(r"[*_`#:]+")


_OPENERS = (
    (_CLOSED, Stance.CLOSED, None),
    (_TRAITS, Stance.DUTY, Kind.TRAIT),
    (_DUTIES, Stance.DUTY, Kind.RESPONSIBILITY),
    (_SKILLS, Stance.DUTY, Kind.SKILL),
    (_ASIDE, Stance.ASIDE, None),
)
"""What headings open, the first that fits; so a heading that names both duties and skills opens duties."""


def plain_heading(text: str) -> str:
    """Return a heading without its markup."""
    return " ".join(_NOT_LETTERS.sub(" ", text).split())


def section_of(heading: str, current: Section, level: int | None) -> Section | None:
    """Return the section that a heading opens, or None for one that merely names a subject.

    `heading` comes without markup.
    """
    for pattern, stance, kind in _OPENERS:
        if pattern.search(heading):
            return Section(stance, kind, level)
    if level is not None and current.level is not None and level <= current.level:
        return OPEN
    return None


def only_announces(heading: str) -> bool:
    """Tell whether a heading says nothing but that duties or skills follow."""
    rest = _ROLE_NAME.sub(" ", heading)
    return all(word.lower() in _GENERIC or word.isdigit() for word in _WORD.findall(rest))


# What is left out ----------------------------------------------------------------------------------------------------

_URL = re.compile(r"(?<![(\[<])(?:https?://|www\.)\S+", _I)

_LEFT_OUT = re.compile(
    # Questions, teasers and announcements of a list.
    r"[?:…]\s*$|\bto (?:become|get a job)\b|(?:^|, )(?:so|now|but)?,? ?(?:let['’]s|let us)\b|\b(?:following|below) (?:\w+ )?(?:are|is|skills?|tasks?|roles?|duties|"
    r"responsibilities|things|requirements|qualifications)\b|\b(?:all|different|various|several|many|variety)(?: of)?(?: the)? "
    r"(?:[\w-]+ ){0,2}(?:tasks|duties|roles|responsibilities|skills)\b|"
    # The page speaks of itself.
    r"\bin this (?:article|blog|post|guide|video)\b|\bwe (?:have|will|are|hope|['’]ll|['’]ve)\b.{0,20}\b(?:discuss|explore|cover|talk|list)|"
    r"\bwe hope\b|\btable of contents\b|\bread (?:also|more|next)\b|\b(?:click|tap) (?:here|below|the)\b|\bkeep an eye on .*\bwebsite\b|"
    r"\b(?:articles?|tutorials?) (?:on|about)\b|\bcookies?\b|\bprivacy policy\b|\bterms of (?:use|service)\b|\ball rights reserved\b|"
    r"[©]|\bfollow us\b|\bnewsletter\b|\bsubscribe\b|\bsign up\b|\bleave a (?:reply|comment)\b|\brequired fields\b|\bwill not be published\b|"
    r"\bguest post|\brelated posts?\b|\bis (?:an?|the) (?:\w+ )?(?:co-)?(?:founder|ceo|author|blogger)\b|"
    # Advertisement, also for lessons.
    r"\b(?:can|should|could|may|to|help you) (?:always )?hire\b|\bcontact us\b|\bget in touch\b|\bfor free\b|\bfree (?:trial|quote|guest)\b|"
    r"\bjoin (?:us|millions|our|thousands|a)\b|\bonline (?:courses?|learning)\b|\bopt for\b|\baspiring\b|^(?:remember|imagine|note that)\b|"
    r"\byour (?:portfolio|career|skills|journey|resume|résumé|cv)\b|\b(?:career|development|learning) path\b|\brewarding career\b|"
    r"\bapplying for\b|\bapply (?:now|today|here|online)\b|^according to\b|"
    # Pay, perks, procedure.
    r"\bsalar(?:y|ies) (?:in|for|of|range|from|between)\b|\b(?:average|base|annual|starting)\b.{0,40}\bsalar|\bcompetitive (?:salary|pay|compensation|package)|"
    r"\b(?:health|dental|medical|life) (?:insurance|cover)|\bpaid (?:time off|leave|holidays?|vacation)|\bdays(?:['’])? (?:of )?(?:paid )?(?:annual )?(?:holiday|vacation|leave)|"
    r"\b(?:401\(?k|stock options?|pension|gym|parental leave|lunches|team events?|home[- ]office|training budget|learning budget)\b|"
    r"\b(?:annual|yearly|performance|signing|sign-on) bonus|\bflexible (?:hours|working)|\bhybrid working|\bequal[- ]opportunit|"
    r"\bregardless of (?:race|age|gender|sex)|\bwithout regard to\b|\bsend (?:us )?your\b|\bcover letter\b|\bvisa sponsorship\b",
    _I,
)
_NAVIGATION = re.compile(
    r"(?:home|about(?: us)?|contact(?: us)?|blog|jobs|careers|login|log in|sign in|register|menu|search|share|tags?|categories|previous|next|"
    r"back|back to top|privacy|faq|help|print|apply|skip to content|facebook|twitter|linkedin|instagram|youtube|rss)[ »>]*",
    _I,
)
_ONLY_LINK = re.compile(r"!?\[[^\]\n]*+\]\([^)\n]*+\)[\s.]*")


def is_left_out(sentence: str) -> bool:
    """Tell whether a sentence is none of the job: the page about itself, advertisement, pay, a question."""
    return (
        _LEFT_OUT.search(sentence) is not None
        or _NAVIGATION.fullmatch(sentence.strip()) is not None
        or _ONLY_LINK.fullmatch(sentence.strip()) is not None
    )


def has_address(text: str) -> bool:
    """Tell whether a bare web address stands in the text."""
    return _URL.search(text) is not None


# What is asked for ---------------------------------------------------------------------------------------------------

_PEOPLE = (
    r"(?:developer|engineer|programmer|coder|architect|analyst|administrator|manager|leader|designer|tester|scientist|specialist|"
    r"technician|consultant|officer|coordinator|director|assistant|associate|representative|supervisor|operator|worker|employee|"
    r"professional|expert|candidate|applicant|incumbent|contractor|intern|teacher|nurse|writer|editor|recruiter|planner|"
    r"advis[eo]r|agent|clerk|secretary|accountant|buyer|auditor|controller|driver|mechanic|electrician|cook|chef|doctor|physician|"
    r"pharmacist|therapist|carer|lecturer|professor|tutor|instructor|librarian|translator|dispatcher|receptionist|journalist|lawyer|trainer|researcher|jobholder|team member|successful person)s?|they|he|she"
)
_POST = r"(?:role|job|position|post|work)s?"
_ADVERB = r"(?:also|often|usually|typically|always|then|regularly|closely|primarily|mainly|generally|therefore|not only|just|further)"
_ABLE = (
    r"(?:able|proficient|familiar|skilled|comfortable|ready|willing|responsible|accountable|capable|acquainted|fluent|adept|versed|"
    r"experienced|knowledgeable|competent)"
)
_KNOWING = (
    r"(?:knowledge|understanding|experience|familiarity|proficien\w+|skilled|skills?|fluent|fluency|expertise|command|mastery|grasp|"
    r"ability|familiar|acquainted|versed|adept|comfortable|knowledgeable|background|competence|patience|curiosity)"
)
_MODAL = r"(?:must|should|shall|will|would|needs? to|ha(?:s|ve) to|ought to|(?:is|are|be) (?:expected|required|asked) to|['’]ll)"

_OBLIGED = re.compile(
    rf"\b(?:{_PEOPLE}|you|{_POST})\b(?:\s+\w+)?(?:\s+{_MODAL}|['’]ll)\s+(?:{_ADVERB}\s+)*(?:be able to\s+)?(?:(?:{_ADVERB}|\w+ly)\s+)?"
    rf"(?P<verb>be\s+(?:\w+ly\s+)?{_ABLE}\b|[a-z-]+)",
    _I,
)
_BOUND = re.compile(r"^be\s.*\b(?:able|responsible|accountable)$")
_OBLIGED_ANYONE = re.compile(
    rf"^[^.,;]{{2,60}}?\b(?:must|should|has to|needs to)\s+(?:{_ADVERB}\s+)*(?:be able to\s+)?(?P<verb>[a-z-]+)",
    _I,
)
_RESPONSIBLE = re.compile(
    rf"\b(?:responsible|accountable) (?:for|to)\b|\bin charge of\b|\bha(?:s|ve) (?:a|the) (?:duty|responsibility|obligation) (?:to|of|for)\b|"
    rf"\bup to (?:[\w-]+ ){{0,3}}?(?:{_PEOPLE}) to\b",
    _I,
)
_ONES_TASK = re.compile(
    rf"\b(?:role|job|responsibility|task|duty) of (?:an?|the|every|any) (?:[\w-]+ ){{0,3}}(?:{_PEOPLE})[.]?\s*$", _I
)
_DEFINES = re.compile(
    r"^(?:in general, )?(?:an? |the )?[\w-]+(?: [\w-]+)? (?:is|are) (?:an?|the) (?:\w+ )?(?:parts?|kinds?|types?|sets?|layers?|process|component)\b",
    _I,
)
_TASK_IS = re.compile(
    r"\b(?:roles?|jobs?|positions?|tasks?|dut(?:y|ies)|responsibilit(?:y|ies)|goals?|objectives?|mission|purpose)\b[^.]{0,60}?"
    r"\b(?P<link>is|are|includes?|involves?|means?|entails?|requires?|covers?|consists? of)\s+(?:also\s+)?(?P<verb>to\b|[a-z-]+ing\b)",
    _I,
)
_DOES = re.compile(
    rf"\b(?:{_PEOPLE}|(?:role|job|position) (?=focus|involv|entail|includ))\s*(?:{_ADVERB}\s+)?(?P<verb>[a-z-]+)", _I
)
_MEANS = re.compile(
    r"\b(?:this|it|which|that|role|job|position)\s+(?:\w+ly\s+)?(?:means|involves|entails|focuses on)\s+(?P<verb>[a-z-]+)",
    _I,
)
_SEEKS = re.compile(
    r"\b(?:looking for|searching for|seeking|seeks?|expect|want)\b[^.]{0,80}?\b(?:who|able to|to (?!join\b|hear\b|grow\b)[a-z]+|with (?!us\b))",
    _I,
)
_KNOWS_FIRST = re.compile(
    rf"^\W*(?:an? |the )?(?:\d+\+? (?:or more )?years?(?:['’])? (?:of )?)?(?:[\w-]+ (?:and [\w-]+ )?){{0,3}}?(?:{_KNOWING}|able)\b"
    r"(?: [\w-]+){0,3}? (?:of|in|with|on|to|as|using|at|writing|for|working)\b",
    _I,
)
_YEARS = re.compile(r"^\W*(?:at least |minimum (?:of )?)?\d+\+?(?:[-–]\d+)?\+? (?:or more )?years?\b", _I)
_KNOWS = re.compile(
    rf"\b(?:{_PEOPLE}|you|{_POST})\b[^.]{{0,40}}?\b(?:ha(?:s|ve)|possess(?:es)?|needs?|requires?|is|are|be|with|brings?|demonstrates?|shows?)\b"
    rf"[^.]{{0,60}}?\b{_KNOWING}\b",
    _I,
)
_REQUIRES = re.compile(
    rf"\b(?:this|it|that|which|work)\s+(?:also\s+)?(?:requires?|demands?|calls for|needs?)\b[^.]{{0,60}}?\b{_KNOWING}\b",
    _I,
)
_THEIR = re.compile(
    r"^(?:their|your|his|her) (?:expertise|knowledge|experience|skills?|ability) (?:in|of|with|to)\b", _I
)
_ABILITY = re.compile(r"\b(?:the|an?|your|their|strong|proven|and) ability to (?:\w+ly )?(?P<verb>[a-z]+)", _I)
_TRAIT_FIRST = re.compile(
    r"^\W*(?:an? |the )?(?:[\w-]+ ){0,2}?(?:interest in|passion|curiosity|curious|thirst|enthusiasm|enthusiastic|willingness|eagerness|desire|"
    r"attention to|patience|empathy|team player|self-motivated|self-starter|problem[- ]solv\w+|communicat\w+ skills|critical thinking)\b",
    _I,
)
_YOU = re.compile(
    r"^you(?:['’](?:re|ve)| are| have)? (?:able|comfortable|familiar|curious|experienced|have|know|understand|care|enjoy|bring|love|like|"
    r"speak|think|communicate|take|write|work|built|used|worked|shipped|led|run|design|proficient|fluent|confident|passionate|a )",
    _I,
)
_TRAIT_WORDS = re.compile(
    r"\b(?:communicat\w+|collaborat\w+|team|teams|teamwork|interpersonal|curio\w+|patien\w+|empath\w+|problem[- ]solv\w+|solve problems|"
    r"solves problems|(?:critical|logical|analytical) thinking|creativ\w+|adaptab\w+|adapt|attention to detail|self[- ]\w+|motivat\w+|passion\w*|"
    r"interest|thirst|eager\w*|willing\w*|attitude|proactive\w*|organi[sz]ed|time management|mindset|independently|ownership|initiative|"
    r"flexib\w+|persistence|dedicat\w+|persever\w+|open[- ]minded\w*)\b",
    _I,
)
_FINITE = re.compile(
    r"(?<!that )(?<!which )(?<!who )(?<!it )(?<!they )(?<!what )\b(?:is|are|helps?|makes?|means|requires?|can be|gives)\b",
    _I,
)
_FIRST_WORD = re.compile(r"\W*([^\W\d_]+(?:-[^\W\d_]+)?)")
_LEAD_IN = re.compile(r"^\W*(?:[a-z]+ly|in addition,?|furthermore,?) ", _I)
_HEAD = 60
"""How many characters of a statement tell its kind."""


def first_verb(text: str) -> str | None:
    """Return "base" or "gerund" where the text begins with a verb of duty in that form (“Design …”, “Designing …”)."""
    match = _FIRST_WORD.match(_LEAD_IN.sub("", text[:100], count=1))
    if match is None:
        return None
    word = match.group(1).lower()
    if word in BASES or (word.startswith(("re-", "co-")) and word[3:] in BASES):
        return "base"
    return "gerund" if word in GERUNDS else None


def asks(sentence: str, *, in_list: bool) -> Kind | None:
    """Return what a sentence asks for, or None where it asks nothing.

    With `in_list` (below a heading that announces duties, or a bullet) an order or a gerund suffices; elsewhere the
    sentence must say who has to do or to know it.
    """
    if is_left_out(sentence) or _DEFINES.search(sentence):
        return None
    if _duty(sentence) or _led_by_verb(sentence, in_list=in_list):
        return Kind.RESPONSIBILITY
    ability = _ability(sentence)
    if ability is not None:
        return Kind.TRAIT if is_trait(sentence[ability:]) else Kind.SKILL
    if _skill(sentence) or (in_list and _YOU.search(sentence)):
        return Kind.TRAIT if is_trait(sentence) else Kind.SKILL
    return Kind.TRAIT if _TRAIT_FIRST.search(sentence) else None


def is_trait(text: str) -> bool:
    """Tell whether the text begins by naming a trait rather than a skill."""
    return _TRAIT_WORDS.search(text, 0, _HEAD) is not None


def begins_with_knowing(text: str) -> bool:
    """Tell whether the text begins with knowledge, years or ability rather than with an act."""
    return _KNOWS_FIRST.search(text) is not None or _YEARS.search(text) is not None


def _duty(sentence: str) -> bool:
    for match in _OBLIGED.finditer(sentence):
        verb = match["verb"].lower()
        if verb in BASES or _BOUND.search(verb):
            return True
    match_anyone = _OBLIGED_ANYONE.search(sentence)
    if match_anyone and match_anyone["verb"].lower() in PERSONAL:
        return True
    if _RESPONSIBLE.search(sentence):
        return True
    task = _TASK_IS.search(sentence)
    if task and (task["verb"].lower() == "to" or task["verb"].lower() in GERUNDS):
        return True
    if any(match["verb"].lower() in PRESENT for match in _DOES.finditer(sentence)):
        return True
    means = _MEANS.search(sentence)
    return means is not None and means["verb"].lower() in GERUNDS


def _led_by_verb(sentence: str, *, in_list: bool) -> bool:
    form = first_verb(sentence)
    if form == "gerund":
        return _FINITE.search(sentence) is None or _ONES_TASK.search(sentence) is not None
    return form == "base" and in_list


def _skill(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in (_KNOWS_FIRST, _YEARS, _KNOWS, _REQUIRES, _THEIR, _SEEKS))


def _ability(sentence: str) -> int | None:
    """Return where “the ability to …” begins, where it is a person's."""
    return next((match.start() for match in _ABILITY.finditer(sentence) if match["verb"].lower() in PERSONAL), None)
