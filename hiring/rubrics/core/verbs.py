"""The verbs that duties are written with, in the forms that postings use."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


_BASES = _words("""
cook count feed greet iron pack paint polish wash water weigh
achieve acquire act adapt address adhere administer adopt advise advocate aggregate align allocate analyse analyze answer apply
architect arrange articulate assess assign assist assure attend audit authenticate author automate back balance benchmark book
brief bring budget build calculate capture care carry champion check choose clarify clean coach code collaborate
collect combine communicate compare compile complete comply compose conceive conduct configure connect construct consult
consume contribute control convert convey coordinate correct craft create curate cut debug decide define delegate deliver
demonstrate deploy describe design detect determine develop devise diagnose direct discover discuss dispatch document draft
drive edit educate elicit eliminate embed enable enforce engage engineer enhance ensure escalate establish estimate evaluate
examine execute expand experiment explain explore expose extend extract facilitate file find fix focus follow forecast
format foster frame fulfil fulfill gather generate govern guarantee guard guide handle harden help host identify
implement improve increase index influence inform innovate inspect install integrate interact interface interpret
interview introduce invent investigate iterate keep know launch lead learn leverage liaise listen load log maintain make
manage map master measure mentor migrate minimise minimize mitigate model modernise modernize modify monitor motivate
move negotiate observe obtain operate optimise optimize orchestrate order organise organize oversee own package
participate partner perform persuade pitch plan prepare present preserve prevent prioritise prioritize process procure
produce profile program promote propose protect prototype provide provision publish purchase query raise reach recommend
reconcile record recover recruit rectify reduce refactor refine release remediate repair replace report represent
reproduce research resolve respond restore retain retrieve reuse review rewrite roll run safeguard scale schedule script
secure select sell serve set setup shape share ship showcase simplify simulate solve source specify sponsor stay
standardise standardize store streamline strengthen structure study submit supervise supply support sustain synchronise
synchronize take teach test think track train transfer transform translate transmit triage troubleshoot tune understand
update upgrade uphold use utilise utilize validate verify visualise visualize work write
accelerate accompany account automate backfill bridge brainstorm bundle catalogue catch challenge chase cleanse close come comment configure containerise
containerize convince cover debate defend deepen deprecate derive digitise digitize discuss dive dockerise dockerize do draw encourage enrich evolve exchange
experiment expose feed flag formulate fight free get give grow guide help hire hold hook hunt illustrate incorporate ingest innovate inspire instrument interview
investigate invest isolate join keep label liaise link localise localize look love mature meet merge mock move nurture onboard offer open pair patch pinpoint play plug
polish port practise practice profile promote prove provision push put quantify question react read rebuild recognise recognize redesign rehearse reject
relate rely remove rename render reorganise rethink rotate sanitise sanitize scan scope scrape scrutinise see segment send separate set sit size sketch solicit sort
spend split spot spread sprint staff start steer stub suggest sum surface survey switch sync talk tackle tag take tell tidy total trace transition treat
trim trouble-shoot try turn uncover understand unblock unify update version visit walk watch wire wrap
""")

_DOUBLED = frozenset(_words("cut debug log map plan program run set ship submit transfer travel model"))

_PERSONAL = _words("""
act adapt advise analyse analyze assess coach code collaborate communicate contribute coordinate decide design develop
diagnose document draft estimate explain implement investigate lead learn listen maintain mentor multitask negotiate
organise organize plan prioritise prioritize programme research review solve study teach think troubleshoot understand
work write
""")


def _gerunds(base: str) -> tuple[str, ...]:
    if base.endswith("ie"):
        return (base[:-2] + "ying",)
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else base
    return (stem + "ing", stem + stem[-1] + "ing") if base in _DOUBLED else (stem + "ing",)


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "ch", "sh", "z", "o")) else "s")


BASES = frozenset(_BASES)
"""The form of orders: “design”."""

GERUNDS = frozenset(form for base in _BASES for form in _gerunds(base)) | {"backing", "modelling", "working"}
"""“designing”."""

_DOUBTFUL = frozenset(
    _words(
        "back close come do draw feed free get give hold hook look love match read see set sit size sort spend split sum take talk tell total turn wish"
    )
)

PRESENT = (BASES - _DOUBTFUL) | frozenset(_third(base) for base in _BASES if base not in _DOUBTFUL)
"""“they design”, “she designs”."""

PERSONAL = frozenset(_PERSONAL)
"""What people do and programs do not."""
