"""How postings say that something is wanted, and how pages around them say everything else.

The rules speak of grammar (who, must, does what), never of one trade or one posting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

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
    r"\b(?:soft skills?|personal(?:ity)?|qualities|attitudes?|mindset|traits?|character|behaviou?rs?|interpersonal|attributes?|kind of (?:person|people|colleague)|what kind of|who fits)\b",
    _I,
)
_SKILLS = re.compile(
    r"\b(?:skills?|require\w*|qualif\w+|experience|knowledge|profici\w+|expertise|competenc\w+|who you are|about you|"
    r"you(?: wi|['’])?(?:ll)? (?:have|bring|need|know)|must[- ]haves?|nice[- ]to[- ]haves?|bonus points|preferred|"
    r"desir(?:ed|able)|essentials?|ideal(?:ly)?|(?:big |huge |a )?plus(?:es)?|bonus(?:es)?|extra credit|advantages?|assets?|welcome extras?|musts?|we expect|expectations|who we(?:['’]re| are)? (?:want|need|looking|seek|hope)\w*|what we(?:['’]re| are)? (?:want|need|look|seek|hope|expect)\w*|(?:what|things) (?:it takes|counts|matters)|love (?:this|it) if|should (?:have|know|bring|be)|abilities|know-how|have[- ]to[- ]haves?|^nice$|useful|sort of (?:person|people)|tick|care about|do i (?:bring|need)|should i (?:bring|have|know)|extras|quali[a-z]+ations?|from you|^you$|^who we (?!are\b)\w+|background|tools we use|tools|credentials|competent|what you(?!['’]?(?:ll)? (?:get|receive|can expect|do\b))|(?:your|candidate) profile|^profile$|person specification|conditions to|tech(?:nology|nical)? stack|"
    r"our stack|technologies|toolset|education|good fit|looking for|basics)\b",
    _I,
)
_DUTIES = re.compile(
    r"\b(?:respons[ia]bilit\w+|dut(?:y|ies)|tasks?|accountabilit\w+|assignments?|(?:main|key|core) (?:activities|areas|functions|focus)|(?:about|purpose of|aims? of|scope of|main purpose of) (?:the |this |your )?(?:post|role|job|position|function)|the opportunity|the challenge|job content|what (?:is|are) (?:waiting|in store)|what awaits you|must achieve|goals|objectives|deliverables|where you come in|your (?:first|desk|plate|week|time)|(?:a )?day in|(?:by|in|after) (?:day|month|week|year) \w+|first (?:\w+ )?(?:days|weeks|months|year)|ownership|areas? of|scope|"
    r"(?:what|how|here['’]s what) you['’]?(?:d| would| will|ll)\b|how you will (?:help|contribute)|your contribution|what (?:you|he|she|they)\b.*\b(?:do|doing|own|on)|what do(?:es)?\b.*\bdo|"
    r"day[- ]to[- ]day|your (?:role|mission|job|work|impact|day)|(?:about|the|this) (?:role|job|position|work)|"
    r"(?:job|role|position) (?:description|purpose|summary)|(?:key|main|job|top|the) (?:\d+ )?roles?|^roles?|you(?: wi|['’])ll|in this role|"
    r"scope of work|essential functions)\b",
    _I,
)
_CLOSED = re.compile(
    r"\b(?:benefits?|perks?|(?:we|our|the company) offers?|our offer|offer you|what['’]s in it for you|on offer|the offer|the deal|package|goodies|salar(?:y|ies)|how to become|look forward to|the (?:boring|small|fine) (?:stuff|bits|print)|practicalit\w+|practical information|(?:not|don['’]t|do not) (?:needed|required|need|care|ask|expect)|no need|not a fit|money|cash|eligibility|(?:conditions|terms) of (?:employment|service|appointment)|(?:how )?to apply|complaints?|appeals?|in return|reasons to|rewards?|notes (?:from|on|about)|minutes of|distribution list|check-?list|to-?dos?|(?:interview|hiring|recruitment|selection|recruiting|application|onboarding) (?:process|procedure|steps?|stages?|timeline)|how we hire|how (?:it|things) (?:goes? on|continues?|works?)|what happens (?:next|then)|equality|inclusion|accessibility statement|accommodations?|privacy|data protection notice|follow us|similar (?:jobs|offers|posts|roles|articles)|you may also like|more jobs|other (?:jobs|vacancies)|frequently asked|faqs?|(?:where|how) to (?:find|reach) us|legal|disclaimer|working time|remuneration|pay|salary (?:range|band)|what we pay|terms (?:and|of)|about us|about the (?:company|team|author)|who we are|our (?:values|company|culture|story|"
    r"mission|team|offices?|promise)|why (?:join|work|us)|compensation|remuneration|equal opportunit\w+|diversity|how to apply|"
    r"leave a (?:reply|comment)|related (?:posts|articles|jobs|links|content)|you(?:['’]| wi)ll (?:get|receive|enjoy)|what you(?:['’]| wi)?(?:ll)? get|working conditions)\b|"
    r"^(?:about (?!the\b|this\b|you\b|your\b)[\w ]+|(?:\d+ )?comments?|author(?: bio)?|bio|contact(?: us)?|related|recent posts|"
    r"next|pay|logistics|details|facts|references|sources|interview process|hiring process|application process|the process|process|application|next steps|locations?|company|salary|notes|diversity|values|the (?:company|studio|team|office)|agenda|terms|share|tags?|categories|hours|closing date|(?:what )?you get|why)$",
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
_NOT_LETTERS = re.compile(r"<[^>\n]{0,200}>|[*_`#:]+")


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


def announces_alone(heading: str) -> bool:
    """Tell whether a heading consists of the words that open a section, and words that say nothing beside them."""
    rest = heading
    for pattern, _, _ in _OPENERS[:-1]:
        rest = pattern.sub(" ", rest)
    return only_announces(rest)


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
    r"\bwe hope (?!(?:that )?you\b)|\btable of contents\b|\bread (?:also|more|next)\b|\b(?:click|tap) (?:here|below|the)\b|\bkeep an eye on .*\bwebsite\b|"
    r"\b(?:articles?|tutorials?) (?:on|about)\b|\bcookies?\b|\bprivacy policy\b|\bterms of (?:use|service)\b|\ball rights reserved\b|"
    r"[©]|^they (?:decide|pay|offer|ship you|will (?:call|contact|ask|get back))\b|\b\d+ ?% (?:off|discount)|\buse (?:the )?(?:promo |discount )?code [A-Z]|\benrol|^[^:\n]{2,40}:\s*(?:from |up to |ca\.? |about )?(?:[A-Z]{3} )?[$€£]?\s?\d[\d.,]*\s?k?\s*(?:[$€£]|[A-Z]{3})?(?: (?:a|per) \w+)?\s*$|[\w.+-]+@[\w-]+\.\w|^\W*free (?!software|of|from)|\b(?:don['’]t|do not|does not|doesn['’]t|won['’]t|will not) (?:really )?(?:need|have) to\b|\bfollow us\b|\bnewsletter\b|\bsubscribe\b|\bsign up\b|\bleave a (?:reply|comment)\b|\brequired fields\b|\bwill not be published\b|"
    r"\bguest post|\brelated posts?\b|\bis (?:an?|the) (?:\w+ )?(?:co-)?(?:founder|ceo|author|blogger)\b|"
    # Advertisement, also for lessons.
    r"\b(?:can|should|could|may|to|help you) (?:always )?hire\b|\bcontact us\b|\bget in touch\b|\bfor free\b|\bfree (?:trial|quote|guest)\b|"
    r"\bjoin (?:us|millions|our|thousands|a)\b|\bonline (?:courses?|learning)\b|\bopt for\b|\baspiring\b|^(?:remember|imagine|note that)\b|"
    r"\byour (?:portfolio|career|skills|journey|resume|résumé|cv)\b|\b(?:career|development|learning) path\b|\brewarding career\b|"
    r"\bapplying for\b|\bapply (?:now|today|here|online)\b|^according to\b|"
    # Pay, perks, procedure.
    r"^(?:most |many |some )?(?:employers|recruiters|companies|firms)\b|\b(?:boot ?camp|alumni|our (?:course|academy|students))\b|\bself-taught\b|\bwill be (?:reimbursed|deleted|contacted|invited|reviewed|considered|conducted|held)|"
    r"\b(?:travel|relocation) (?:expenses|help|support|package)|\bright to work\b|\bauthori[sz]ed to work\b|\bdriving licen[cs]e|\bbackground check|\bdisclosure and barring|"
    r"\bsalar(?:y|ies) (?:in|for|of|range|from|between)\b|\b(?:average|base|annual|starting)\b.{0,40}\bsalar|\bcompetitive (?:salary|pay|compensation|package)|"
    r"\b(?:health|dental|medical|life) (?:insurance|cover)|\bpaid (?:time off|leave|holidays?|vacation)|\bdays(?:['’])? (?:of )?(?:paid )?(?:annual )?(?:holiday|vacation|leave)|"
    r"\b(?:401\(?k|stock options?|pension|gym|parental leave|lunches|team events?|home[- ]office|training budget|learning budget)\b|"
    r"\b(?:annual|yearly|performance|signing|sign-on) bonus|\bflexible (?:hours|working)|\bhybrid working|\bequal[- ]opportunit|"
    r"\bregardless of (?:race|age|gender|sex)|\bwithout regard to\b|\bsend (?:us )?your\b|\bcover letter\b|\bvisa sponsorship\b",
    _I,
)
_NAVIGATION = re.compile(
    r"(?:home|about(?: us)?|contact(?: us)?|blog|jobs|careers|login|log in|sign in|register|menu|search|share|tags?|categories|previous|next|"
    r"back|back to top|privacy|faq|help|print|(?:to )?apply(?: (?:now|later|online|here|today))*|save(?: job)?|report(?: this)? (?:job|offer|ad)|send to a friend|easy apply|skip to content|facebook|twitter|linkedin|instagram|youtube|rss)[ »>]*",
    _I,
)
_ONLY_LINK = re.compile(r"!?\[[^\]\n]*+\]\([^)\n]*+\)[\s.]*")


@lru_cache(maxsize=4096)
def is_left_out(sentence: str) -> bool:
    """Tell whether a sentence is none of the job: the page about itself, advertisement, pay, a question."""
    return (
        _LEFT_OUT.search(sentence) is not None
        or _NAVIGATION.fullmatch(sentence.strip()) is not None
        or _ONLY_LINK.fullmatch(sentence.strip()) is not None
    )


_ABOUT_THE_AD = re.compile(
    r"(?:(?:job |position |working |role )?title|organi[sz]ation|department|site|locations?|place|base|salary|pay|remuneration|compensation|grade|band|hours|working time|contract(?: type)?|employment(?: type)?|job type|type|"
    r"start(?:ing)?(?: date)?|dates?|posted|published|valid until|closing date|deadline|reference(?: number)?|ref|job id|id|document|approved|version|status|reports? to|reporting to|division|business unit|"
    r"directorate|seniority|duration|workplace|office|interviews?|contact|phone|e-?mail|company|employer|client|sector|vacanc(?:y|ies)|openings?|category|subject|from|to|cc|date|sent|travel|"
    r"(?:last )?(?:updated|modified|edited)(?: on)?|reading time|views|visa|holidays?|benefits?|by|author|updated|share|tags?|note|ps|p\.s\.|rate|schedule|work(?:ing)? model|remote|how to apply|apply|languages? of work)",
    _I,
)


def is_about_the_ad(label: str) -> bool:
    """Tell whether a label names the posting's own data, such as its place, pay and reference."""
    return _ABOUT_THE_AD.fullmatch(label.strip(" *_#-–—.\t")) is not None


def has_address(text: str) -> bool:
    """Tell whether a bare web address stands in the text."""
    return _URL.search(text) is not None


# What is asked for ---------------------------------------------------------------------------------------------------

_PEOPLE = (
    r"(?:developer|engineer|programmer|coder|architect|analyst|administrator|manager|leader|designer|tester|scientist|specialist|"
    r"technician|consultant|officer|coordinator|director|assistant|associate|representative|supervisor|operator|worker|employee|"
    r"professional|expert|candidate|applicant|incumbent|contractor|intern|teacher|nurse|writer|editor|recruiter|planner|"
    r"advis[eo]r|agent|clerk|secretary|accountant|buyer|auditor|controller|driver|mechanic|electrician|cook|chef|doctor|physician|"
    r"pharmacist|therapist|carer|lecturer|professor|tutor|instructor|librarian|translator|dispatcher|receptionist|journalist|lawyer|trainer|researcher|jobholder|post[- ]?holder|SRE|DBA|EM|SDET|PM|team member|colleague|successful person|newcomer|new hire|hire|practitioner)s?|they|he|she|s/he|(?:the|this|right|ideal|such a) person|somebody|someone|whoever (?:joins|comes)|anyone who joins"
)
_POST = r"(?:role|job|position|post|work)s?"
_ADVERB = r"(?:also|often|usually|typically|always|then|regularly|closely|primarily|mainly|generally|therefore|not only|just|further)"
_GETS = frozenset(
    [
        "get",
        "receive",
        "enjoy",
        "find",
        "join",
        "hear",
        "see",
        "discover",
        "benefit",
        "earn",
        "have",
        "love",
        "like",
        "want",
        "notice",
        "feel",
        "meet",
        "gain",
        "become",
        "grow",
        "not",
        "never",
        "probably",
        "need",
        "start",
        "also",
        "always",
        "spend",
        "live",
        "move",
        "relocate",
        "win",
        "save",
        "thrive",
        "fit",
        "agree",
        "understand",
        "apply",
        "click",
        "visit",
        "travel",
        "make",
        "do",
    ]
)
"""What “you will …” promises rather than asks: “you will receive”."""

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
_WILL = re.compile(
    rf"\b(?:you|{_PEOPLE}|{_POST})(?:\s+(?:who|that) joins)?(?:\s+(?:must|should|shall|will|would|(?:needs?|ha(?:s|ve)) to|ought to|(?:is|are|will be|would be) (?:expected|required|asked) to)|['’](?:ll|d))\s+"
    rf"(?:(?:{_ADVERB}|\w+ly)\s+)*(?:be (?:able|expected|required|asked) to\s+)?(?P<verb>[a-z-]+)(?:\s+(?P<next>[\w-]+))?",
    _I,
)
_MUST = re.compile(r"\b(?:must|should|shall|ought|needs? to|ha(?:s|ve) to|expected|required|asked)\b", _I)
_BE = re.compile(
    r"\b(?:you|s?he|they|person|somebody|someone)(?:\s+(?:will|would|shall|must|should)|['’](?:ll|d))\s+(?:also\s+)?be\s+(?:(?:the (?:one|person|first|point)|one of)\b|(?P<verb>[a-z-]+ing)\b)",
    _I,
)
_IMPORTANT = re.compile(
    rf"\b(?:important|essential|crucial|vital|necessary|expected|imperative|we (?:expect|need|want|ask|would like|['’]d like))(?: that)? (?:you|{_PEOPLE})\b|\b(?:we )?(?:expect|need|want|ask|would like|['’]d like) you to\b",
    _I,
)
_WELCOME = re.compile(
    r"\b(?:(?:is|are|would be|will be|as) (?:(?:an?|also|very|highly|definitely|considered|strongly) )*(?:plus|advantage|bonus|asset|must|benefit|essential|desirable|desired|mandatory|required|expected(?! to)|preferred|"
    r"nice to have|welcome|helpful|advantageous|beneficial|needed|ideal)\b(?! (?:to (?:your|the) (?:cv|career)))|even better|\b(?:bonus|extra|plus|brownie)(?: \w+)? (?:if|for)\b|so much the better|(?:it (?:\w+ )?|which )?helps if you|helpful if you|(?:great|nice|good|ideal|perfect|lovely|wonderful) if you|(?:we|they) (?:do )?care (?:that|whether) you|big plus|a plus\b|nice[- ]to[- ]have|must[- ]have)",
    _I,
)
_NOT_WELCOME = re.compile(
    r"\b(?:not|never|n['’]t|no (?:longer|\w+ (?:is|are)))\b.{0,30}\b(?:needed|required|essential|must|necessary|mandatory)|\b(?:applications?|applicants|applying|dogs?|everyone|everybody|women|backgrounds) (?:is|are) (?:\w+ )?welcome|\bapplica(?:tions?|nts?)\b.{0,80}\bwelcome|\ball applica|\bwelcome (?:all|applica)",
    _I,
)
_NOBODY = re.compile(r"\b(?:nobody|no one|no-one|none)\b.{0,20}\bresponsible\b", _I)
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
_IS_TASK = re.compile(
    r"\b(?:is|are) (?:also |always |often )?(?:among |one of |part of |an? |the |at the )?(?:[\w-]+ ){0,4}?(?:tasks?|skills?|dut(?:y|ies)|job|work|role|responsibilit(?:y|ies)|heart|core|bread and butter|"
    r"yours|up to you|what (?:you|we))\b",
    _I,
)
_DO_WELL = re.compile(
    r"^\W*(?:people|those|anyone|anybody|candidates|engineers|developers|whoever|somebody|someone)\b.{0,90}?\bwill (?:do (?:well|fine)|thrive|fit|feel at home|love|enjoy|get along|shine|succeed|like)\b",
    _I,
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
_YOU_DO = re.compile(
    rf"(?:[A-Z][a-z]+ly,? |sometimes,? |often,? |also,? |here,? |together with [^,.]{{3,40}}?,? |in this (?:role|position|job),? |with us,? |from day one,? |day to day,? |every (?:\w+ ){{1,2}}|as [^,.]{{3,60}}, )?"
    rf"you (?:{_ADVERB} |\w+ly )*(?P<verb>[a-z-]+)\b(?! (?:it|this|that) yourself)",
    _I,
)
_AND_YOU_DO = re.compile(
    rf"(?:, and|; then|;|\b(?:once|after|then)\b[^.]{{3,80}}?,) you (?:{_ADVERB} |\w+ly )*(?P<verb>[a-z-]+)\b", _I
)
_YOURS = re.compile(r"\b(?:is|are|will be) (?:all )?yours\b|\b(?:comes?|goes|falls?|lands?) (?:to|on|with) you\b", _I)
_YOU_ARE = re.compile(r"\W*you(?:['’](?:re|ve|d))? (?:also |never |always |often )?(?P<verb>[a-z]+)", _I)
_TO_YOU = re.compile(r"\b(?:matters? (?:a lot )?to you|new to you|scares? you|second nature|comes? naturally)\b", _I)
_AMONG_TASKS = re.compile(
    r"\b(?:is|are|belongs?) (?:also )?(?:among|part of|one of|to) (?:your|the|our) (?:\w+ )?(?:tasks|duties|responsibilities|job|role|work|remit)\b",
    _I,
)
_OUR = re.compile(r"\W*(?:our|my)\b", _I)
_MEANS = re.compile(
    r"\b(?:this|it|which|that|role|job|position)\s+(?:(?:\w+ly|also|often|then|usually|sometimes)\s+)?(?:means|involves|entails|focuses on)\s+(?P<verb>[a-z-]+)",
    _I,
)
_SEEKS = re.compile(
    rf"\b(?:looking for|searching for|seeking|seeks?|expects?|wants?|needs?|requires?|hiring|would suit|ideal for|search of)\b[^.]{{0,80}}?\b(?:(?:{_PEOPLE})|person|people|someone|somebody|colleagues?|"
    r"individuals?|\w{3,}(?:er|or|ist|ian)s?)\b[^.]{0,50}?\b(?:who|that|able to|capable of|to (?!join\b|hear\b|grow\b|our\b|the\b|work for\b)[a-z]+|with (?!us\b))|\b(?:looking for|expect)\b[^.]{0,80}?\b(?:who|able to)\b",
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
    r"^\W*(?:an? |the )?(?:and )?(?:an? )?(?:[\w-]+ ){0,2}?(?:interest in|appetite for|eye for|sense of|love (?:of|for)|commitment to|passion|curiosity|curious|thirst|enthusiasm|enthusiastic|willingness|eagerness|desire|"
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


_ASKS_FIRST = re.compile(r"\W*(?:what|who|how|why|where|when|your|our|the)\b", _I)
_BACK_UP = re.compile(r"\W*back(?:ing)? up\b", _I)
_TO = re.compile(r"^\W*to (?=[a-z])", _I)


def first_verb(text: str) -> str | None:
    """Return "base" or "gerund" where the text begins with a verb of duty in that form (“Design …”, “Designing …”)."""
    match = _FIRST_WORD.match(_LEAD_IN.sub("", _TO.sub("", text[:100], count=1), count=1))
    if match is None:
        return None
    word = match.group(1).lower()
    if word == "back" and not _BACK_UP.match(text):
        return None
    if word in BASES or (word.startswith(("re-", "co-")) and word[3:] in BASES):
        return "base"
    return "gerund" if word in GERUNDS else None


_STATES = frozenset(
    [
        "is",
        "was",
        "has",
        "does",
        "seems",
        "earns",
        "makes",
        "gets",
        "starts",
        "costs",
        "sits",
        "lives",
        "becomes",
        "needs",
        "means",
        "comes",
        "wants",
        "receives",
        "knows",
        "are",
        "were",
        "have",
        "do",
        "seem",
        "earn",
        "get",
        "start",
        "cost",
        "sit",
        "live",
        "become",
        "want",
        "receive",
        "said",
        "says",
        "used",
    ]
)
_PERSON_FIRST = re.compile(
    rf"\W*(?:depending on [^,]{{3,60}}, )?(?P<one>(?:an? |the |this )(?:[\w/-]+ ){{0,3}}?(?:developer|engineer|programmer|architect|analyst|administrator|manager|lead|designer|tester|scientist|specialist|post[- ]?holder|"
    rf"candidate|officer|consultant|technician|person|employee|role|job|position|incumbent))\s+(?:\([^)]{{1,40}}\) )?(?:{_ADVERB}\s+|\w+ly\s+)*(?P<verb>[a-z-]+)\b",
    _I,
)


@lru_cache(maxsize=4096)
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
    if _skill(sentence) or (in_list and (_YOU.search(sentence) or _says_you(sentence))):
        return Kind.TRAIT if is_trait(sentence) else Kind.SKILL
    return Kind.TRAIT if _TRAIT_FIRST.search(sentence) or _DO_WELL.search(sentence) else None


_MAY_BEGIN = re.compile(
    r"\W*(?!(?:if|when|while|although|though|whether|by now|because|without|did|do you|it|this|that|there|these|those|we|our|us|i|my|what|why|how)\b)",
    _I,
)
_NAMES_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", _I)
_YOU_OR_ONE = re.compile(r"\b(?:you|someone|somebody|who)\b", _I)
_ARTICLE_FIRST = re.compile(r"\W*(?:the|an?)\b", _I)
_PERSON_BEGINS = re.compile(rf"\W*(?:(?:an?|the|our) )?(?:[\w-]+ ){{0,2}}?(?:{_PEOPLE})\b", _I)
_SOME_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|did|do|gets?|makes?|needs?|means|becomes?|[a-z]+n['’]t)\b",
    _I,
)


def may_ask(sentence: str, *, in_list: bool, is_likely: bool = False) -> bool:
    """Tell whether a sentence could ask something, though no rule finds that it does.

    It names “you”, whoever holds the job, or an act; below a heading for duties it may also be no sentence but a thing
    (“Solid JavaScript, some Go”). One that begins as talk about something else does (“We …”, “If …”) must be likely, and
    name a person.
    """
    if is_left_out(sentence) or _DEFINES.search(sentence):
        return False
    if not _MAY_BEGIN.match(sentence):
        return is_likely and _YOU_OR_ONE.search(sentence) is not None
    if _NAMES_YOU.search(sentence) or _led_by_verb(sentence, in_list=True):
        return True
    is_thing = not _SOME_VERB.search(sentence) and not _ARTICLE_FIRST.match(sentence)
    return in_list and (is_thing or _PERSON_BEGINS.match(sentence) is not None)


_WE_DO = re.compile(
    r"\W*(?:[^,;:.]{3,80}, (?:but )?)?we(?:['’](?:ve|re|ll|d))? (?!(?:are |also |do |really |would )?(?:expect|need|want|look|seek|ask|like|hope|search|hir|require|value|appreciate|prefer)\w*)",
    _I,
)
_ASKS_ONE = re.compile(rf"\b(?:your?|someone|somebody|person|people|{_PEOPLE})\b", _I)


def tells_of_us(sentence: str) -> bool:
    """Tell whether a sentence says what “we” do, and asks nobody (“To reach many readers, we use …”)."""
    return _WE_DO.match(sentence) is not None and _ASKS_ONE.search(sentence) is None


@lru_cache(maxsize=4096)
def says_who_does(sentence: str) -> bool:
    """Tell whether a sentence says in so many words who does what: “You will …”, “Design …”, “Designing …”."""
    return first_verb(sentence) is not None or _duty(sentence)


def begins_in_third_person(sentence: str) -> bool:
    """Tell whether a sentence begins with what a person does, the person left out (“Labels every cable”)."""
    match = _FIRST_WORD.match(sentence)
    return match is not None and match.group(1).lower() in PRESENT and match.group(1).lower() not in BASES


def begins_as_question(heading: str) -> bool:
    """Tell whether a short line begins as headings do: “What …”, “Who …”, “Your …”."""
    return _ASKS_FIRST.match(heading) is not None


def is_trait(text: str) -> bool:
    """Tell whether the text begins by naming a trait rather than a skill."""
    return _TRAIT_WORDS.search(text, 0, _HEAD) is not None


def begins_with_knowing(text: str) -> bool:
    """Tell whether the text begins with knowledge, years or ability rather than with an act."""
    return _KNOWS_FIRST.search(text) is not None or _YEARS.search(text) is not None


def _duty(sentence: str) -> bool:  # noqa: PLR0911 - one way to ask after another
    if any(_is_duty_verb(match) for match in _WILL.finditer(sentence)):
        return True
    if any(not match["verb"] or match["verb"].lower() in GERUNDS for match in _BE.finditer(sentence)):
        return True
    for match in _OBLIGED.finditer(sentence):
        verb = match["verb"].lower()
        if verb in _GETS and not _MUST.search(match.group()):
            continue
        if verb in BASES or _BOUND.search(verb):
            return True
    match_anyone = _OBLIGED_ANYONE.search(sentence)
    if match_anyone and match_anyone["verb"].lower() in PERSONAL:
        return True
    if _RESPONSIBLE.search(sentence) and not _NOBODY.search(sentence):
        return True
    task = _TASK_IS.search(sentence)
    if task and (task["verb"].lower() == "to" or task["verb"].lower() in GERUNDS):
        return True
    if not _OUR.match(sentence) and any(match["verb"].lower() in PRESENT for match in _DOES.finditer(sentence)):
        return True
    means = _MEANS.search(sentence)
    return (
        (means is not None and means["verb"].lower().endswith("ing"))
        or _AMONG_TASKS.search(sentence) is not None
        or _you_do(sentence)
        or _person_does(sentence)
    )


def _says_you(sentence: str) -> bool:
    """Tell whether a sentence below a heading for skills says how “you” are (“You’re steady under fire”)."""
    match = _YOU_ARE.match(sentence)
    return (match is not None and (match["verb"] or "").lower() not in _GETS) or _TO_YOU.search(sentence) is not None


def _you_do(sentence: str) -> bool:
    """Tell whether a sentence says what “you” do, in the present: “Sometimes you answer …”, “You advise …”."""
    if sentence.rstrip().endswith("?"):
        return False
    verbs = [match["verb"].lower() for match in (_YOU_DO.match(sentence), *_AND_YOU_DO.finditer(sentence)) if match]
    return any(verb in PRESENT and verb not in _GETS for verb in verbs) or _YOURS.search(sentence) is not None


def _is_duty_verb(match: re.Match[str]) -> bool:
    """Tell whether “you will …” goes on with work: “you will sit with the teams”, not “you will receive”."""
    verb, after = match["verb"].lower(), (match["next"] or "").lower()
    if _MUST.search(match.group()) and not _MUST.fullmatch(verb):
        return verb not in {
            "be",
            "not",
            "never",
            "probably",
            "get",
            "receive",
            "hear",
            "have",
            "contact",
            "apply",
            "click",
            "a",
            "the",
            "in",
            "to",
        }
    if verb in {"make", "do", "see", "have", "start", "need"}:
        return after in {"sure", "the", "our", "code", "to", "decisions"} and not (
            verb in {"do", "start"} and after == "the"
        )
    return (
        len(verb) > 1
        and verb not in _GETS
        and verb not in {"be", "ve", "re", "who", "what", "that", "to", "a", "the", "in", "on", "of", "and"}
    )


def _person_does(sentence: str) -> bool:
    """Tell whether a sentence begins with who holds the job and what that person does: “A tester turns … into …”."""
    match = _PERSON_FIRST.match(sentence)
    if match is None:
        return False
    verb = match["verb"].lower()
    if verb in _STATES:
        return False
    return verb in PRESENT or (
        verb.endswith("s") and not verb.endswith(("ss", "us", "is")) and match["one"] is not None
    )


def _led_by_verb(sentence: str, *, in_list: bool) -> bool:
    form = first_verb(sentence)
    if form == "gerund":
        return (
            _FINITE.search(sentence) is None
            or _ONES_TASK.search(sentence) is not None
            or _IS_TASK.search(sentence) is not None
        )
    return form == "base" and in_list


def _skill(sentence: str) -> bool:
    if _IMPORTANT.search(sentence) or (_WELCOME.search(sentence) and not _NOT_WELCOME.search(sentence)):
        return True
    return any(pattern.search(sentence) for pattern in (_KNOWS_FIRST, _YEARS, _KNOWS, _REQUIRES, _THEIR, _SEEKS))


def _ability(sentence: str) -> int | None:
    """Return where “the ability to …” begins, where it is a person's."""
    return next((match.start() for match in _ABILITY.finditer(sentence) if match["verb"].lower() in PERSONAL), None)
