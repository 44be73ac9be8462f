"""Makes the two labelled postings that are not text: a word processor's document and a PDF.

    python -m tests.derivation.make_documents

The document needs python-docx, which is no dependency of the project: put it where this runs. The files are committed; run this again only where
their words change.
"""

from __future__ import annotations

import importlib
from typing import Any

import weasyprint

from tests.derivation.measure import TUNING

SECTION, TEXT, BULLET, SUB, NUMBER = "Heading 1", "Normal", "List Bullet", "List Bullet 2", "List Number"

FACTS = (
    ("Department", "Data & Insight"),
    ("Location", "Cork or Dublin, three days a week at home"),
    ("Contract", "Permanent, full time (37.5 hours)"),
    ("Salary", "€62,000 – €74,000 plus bonus"),
    ("Contact", "Aoife Brennan, aoife.brennan@saltmarsh.example"),
)
DATA_ENGINEER = (
    (SECTION, "About Saltmarsh"),
    (TEXT, "Saltmarsh runs 41 offshore and onshore wind farms in Ireland, Denmark and Portugal. Every turbine sends us a reading a second, which adds up to some forty billion rows a year. We were named one of the best mid-sized workplaces in Munster in 2024 and again in 2025."),
    (SECTION, "The role"),
    (TEXT, "Our analysts spend too much of their week looking for data and too little of it thinking. As a **Data Engineer** you will change that: you are responsible for bringing readings, weather and market prices together in one place where people can rely on them."),
    (SECTION, "What you will do"),
    (BULLET, "Design, build and run the pipelines that load turbine readings into our warehouse (Airflow, Spark, Snowflake)"),
    (BULLET, "**Streaming:** move the alarm feed from hourly files to Kafka"),
    (BULLET, "**Modelling:** maintain the star schema and the dbt models behind our reports"),
    (BULLET, "**Data quality:** put checks in place that catch missing or impossible values before an analyst does"),
    (SUB, "agree with each source on what “complete” means"),
    (SUB, "alert the owner when a feed is late"),
    (BULLET, "Make slow queries fast and keep the monthly Snowflake invoice in bounds"),
    (BULLET, "Document every table in our catalogue: owner, meaning, refresh time"),
    (BULLET, "Provide analysts with ready-made data sets and show them how to use these"),
    (BULLET, "Protect commercially sensitive prices by means of row-level access rules"),
    (SECTION, "Who you are"),
    (TEXT, "You have worked as a data engineer or in a similar role for at least three years. Beyond that, we are looking for somebody who brings the following:"),
    (NUMBER, "Excellent SQL, window functions included"),
    (NUMBER, "Python for data work, with tests and type hints"),
    (NUMBER, "Hands-on experience of an orchestrator such as Airflow, Dagster or Prefect"),
    (NUMBER, "A good understanding of Azure, in particular Data Lake Storage and Key Vault"),
    (NUMBER, "The habit of automating deployments instead of clicking"),
    (NUMBER, "You ask what a number will be used for before you compute it"),
    (NUMBER, "Fluent English; any Portuguese or Danish makes our site managers smile"),
    (SECTION, "Tools we use"),
)  # fmt: skip
TOOLS = (
    ("Area", "Tool", "How well should you know it?"),
    ("Version control", "GitHub", "Daily use"),
    ("Dashboards", "Power BI", "Enough to help an analyst"),
    ("Infrastructure", "Terraform", "Reading is enough, we will teach you the rest"),
)
AFTER = (
    (SECTION, "What we offer"),
    (BULLET, "Pension with 7% employer contribution and income protection"),
    (BULLET, "25 days of annual leave plus three company days at Christmas"),
    (BULLET, "Private health cover with Laya for you and your family"),
    (BULLET, "A visit to a turbine, right to the top, if you have the nerve"),
    (BULLET, "Study leave and paid exams"),
    (SECTION, "How we hire"),
    (TEXT, "Aoife calls you first. Then you talk to two engineers about something you built, with no puzzles and no whiteboard. Finally you meet Ronan, who leads Data & Insight. It takes about two weeks. Please apply by 17 April through our careers page."),
    (TEXT, "Saltmarsh is an inclusive employer. If you have a disability and need anything to be different, tell Aoife and we will sort it out. We do not accept CVs from agencies without a prior agreement."),
)  # fmt: skip

ML_ENGINEER = """
<html lang="en-GB"><head><title>Machine Learning Engineer</title><style>
@page { size: A4; margin: 26mm 22mm 24mm;
  @top-left { content: "Oriel Diagnostics Ltd"; font: 8pt sans-serif; color: #555 }
  @top-right { content: "Vacancy 2026/07 – Machine Learning Engineer"; font: 8pt sans-serif; color: #555 }
  @bottom-left { content: "Confidential until published"; font: 8pt sans-serif; color: #555 }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; color: #555 } }
body { font: 11pt/1.5 serif; text-align: justify; hyphens: auto } h1 { font: bold 20pt sans-serif; text-align: left }
h2 { font: bold 12pt sans-serif; margin: 14pt 0 4pt } ul { padding-left: 16pt } li { margin: 3pt 0 } .o { list-style: circle }
</style></head><body>
<h1>Machine Learning Engineer (medical imaging)</h1>
<p>Cambridge, United Kingdom · full time · starting in September or as agreed</p>
<h2>Who we are</h2>
<p>Oriel Diagnostics was spun out of the university in 2017. Our software marks suspicious lesions on retinal scans and is used in 140 clinics
between Aberdeen and Athens. Ninety people work here, a third of them with a medical background. We hold the CE mark for two products and expect
clearance in the United States next year.</p>
<h2>What the job is about</h2>
<p>Our researchers are good at training models and less good at keeping them alive. The Machine Learning Engineer takes a model that works in a notebook
and turns it into a service that a clinic can depend on for years. He or she is in charge of the whole way: from the raw scan through training and
evaluation to the monitoring of the model in use.</p>
<h2>Tasks and responsibilities</h2>
<ul>
<li>Building reproducible training pipelines in PyTorch, so that every published model can be trained again from the same data and gives the same
result</li>
<li>Preparing and versioning data sets of several million images, including the removal of everything that could identify a patient</li>
<li>Deploying models behind a versioned interface and keeping the answer time under two seconds for a scan of 40 megabytes</li>
<li>Watching models in use for drift and for differences between scanner makers, and raising the alarm before a clinician has to</li>
<li>Designing fair evaluations together with our ophthalmologists: which patients are under-represented, and what does a mistake cost?</li>
<li>Making training cheaper by means of mixed precision, pruning and a better use of our GPU cluster</li>
<li>Writing the technical file that the regulator reads, in particular the sections on data and validation</li>
<li>Supervising one or two placement students a year</li>
</ul>
<h2>Essential requirements</h2>
<ul class="o">
<li>Very good Python and a sense for clean, tested code</li>
<li>Proven experience with at least one deep learning framework, ideally PyTorch</li>
<li>Sound knowledge of statistics: confidence intervals, calibration, multiple testing</li>
<li>Confidence with Docker and Linux on machines with several GPUs</li>
<li>Knowledge of how experiments are tracked, for example with MLflow or Weights &amp; Biases</li>
<li>The ability to discuss results with doctors without hiding behind jargon</li>
<li>Honesty about what a model cannot do</li>
</ul>
<h2>Desirable</h2>
<ul class="o">
<li>Familiarity with DICOM and hospital systems (PACS, HL7)</li>
<li>Experience in a regulated industry, for instance under ISO 13485 or IEC 62304</li>
<li>C++ or CUDA for the odd bottleneck</li>
<li>A master’s degree or doctorate in a quantitative subject</li>
</ul>
<h2>Our offer</h2>
<p>The salary lies between £55,000 and £68,000, with share options after the first year. You get 30 days of holiday, a pension to which we add nine per
cent, private medical insurance, and a bicycle if you want one. The office is ten minutes on foot from the station. Working from home is possible on two
days a week, and we close between Christmas and New Year.</p>
<h2>How to apply</h2>
<p>Please send a CV of at most two pages and a short letter to recruitment@oriel.example by 31 May. Shortlisted applicants will be invited to a video
call in the first half of June. On site you will present a piece of your own work for twenty minutes and talk to the people you would be working
with. We reimburse travel within Europe.</p>
<p>Oriel Diagnostics treats all applications equally, regardless of sex, age, origin, belief, disability or orientation. We hold a Skilled Worker sponsor
licence. Data submitted by applicants are deleted six months after the position has been filled.</p>
<p>Oriel Diagnostics Ltd · Registered in England no. 99000417 · Science Park, Cambridge · www.oriel.example</p>
</body></html>
"""


def document() -> None:
    """Write the data engineer's posting as a word processor does: styles, list paragraphs, tables, a header, runs cut in two."""
    docx = importlib.import_module("docx")
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Saltmarsh Renewables plc\tInternal and external advertisement"
    made.sections[0].footer.paragraphs[0].text = "HR-2026-031 · Please think before you print"
    made.add_heading("Data Engineer", 0)
    _table(made, FACTS)
    for style, text in DATA_ENGINEER:
        _paragraph(made, style, text)
    _table(made, TOOLS)
    for style, text in AFTER:
        _paragraph(made, style, text)
    made.save(str(TUNING / "data-engineer.docx"))


def _paragraph(made: Any, style: str, text: str) -> None:
    paragraph = made.add_paragraph(style=style)
    for place, part in enumerate(text.split("**")):
        # A word processor cuts a run wherever somebody once stopped typing.
        middle = len(part) // 2
        for piece in (part[:middle], part[middle:]):
            if piece:
                paragraph.add_run(piece).bold = True if place % 2 else None


def _table(made: Any, cells: tuple[tuple[str, ...], ...]) -> None:
    table = made.add_table(rows=0, cols=len(cells[0]), style="Table Grid")
    for line in cells:
        for cell, text in zip(table.add_row().cells, line, strict=True):
            cell.text = text


def pdf() -> None:
    """Write the machine learning engineer's posting as two pages with wrapped lines, headers, footers and page numbers."""
    weasyprint.HTML(string=ML_ENGINEER).write_pdf(str(TUNING / "machine-learning-engineer.pdf"))


if __name__ == "__main__":
    document()
    pdf()
