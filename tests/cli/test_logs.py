"""Logs say which request did what, and nothing that a person wrote or is called."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import closing
from typing import Any

import httpx2

from hiring.demo.load import company as story
from hiring.logs import libraries_form
from tests.cli.command import until
from tests.cli.conftest import PASSWORD, Company

EVIDENCE = "Drew the lock order on the board before anybody asked."


def sign_in(company: Company, email: str) -> httpx2.Client:
    """Return a browser that is signed in."""
    browser = httpx2.Client(base_url=company.served.address, timeout=60)
    form = {"form_token": token(browser.get("/sign-in")), "email": email, "password": PASSWORD}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    return browser


def token(page: httpx2.Response) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found
    return found[1]


def lines(company: Company) -> list[dict[str, Any]]:
    return [json.loads(line) for line in company.served.log.read_text().splitlines()]


def test_no_name_address_or_evidence_stands_in_the_log(company: Company) -> None:
    with closing(sign_in(company, company.email("interviewer"))) as browser:
        due = browser.get("/interviews")
        found = re.findall(r'href="(/interviews/[0-9a-f-]{36})', due.text)
        kit = browser.get(found[0])
        criterion = re.findall(r'name="evidence_([a-z-]+)"', kit.text)
        form = {"form_token": token(kit), "edition": "0", "notes": EVIDENCE}
        form |= {f"evidence_{each}": EVIDENCE for each in criterion}
        saved = browser.post(f"{found[0]}/scorecard", data=form)
    with closing(sign_in(company, company.email("recruiter"))) as browser:
        pages = [browser.get(path) for path in ("/people", "/rubrics", "/openings/backend-developer/comparison")]
        lost = browser.get("/candidates/Ines-Valadao", params={"email": "ines@post.example"})

    answers = [due, kit, saved, *pages, lost]
    assert [each.status_code for each in (due, kit, *pages, lost)] == [200, 200, 200, 200, 200, 404]
    ids = {each.headers["x-request-id"]: each.status_code for each in answers}
    until(lambda: set(ids) <= {line.get("request_id") for line in lines(company)}, seconds=5)
    logged = {line["request_id"]: line["status"] for line in lines(company) if line["event"] == "request"}
    assert {key: logged[key] for key in ids} == ids
    text = company.served.log.read_text()
    people = [*story()["people"], *story()["candidates"]]
    secret = [word for each in people for word in (*each["name"].split(), each["email"])]
    secret += [PASSWORD, EVIDENCE, "lock order", "form_token", "ines@post.example", *browser.cookies.values()]
    assert [word for word in secret if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == []


def test_a_library_s_line_and_an_exception_are_logged_without_their_texts() -> None:
    known: dict[str, int] = {}

    def fail() -> None:
        try:
            known.pop("Inês Duarte")
        except KeyError as error:
            raise ValueError("a row of Inês Duarte") from error

    try:
        fail()
    except ValueError:
        fault = sys.exc_info()
    message = "Task exception was never retrieved\nfuture: <Task exception=ValueError('Inês Duarte')>"
    record = logging.LogRecord("asyncio", logging.ERROR, "here.py", 1, message, (), fault)
    filled = logging.LogRecord("pool", logging.WARNING, "here.py", 1, "Lost %s", ("Inês Duarte",), None)

    line, other = (json.loads(libraries_form().format(each)) for each in (record, filled))

    assert (line["event"], line["level"], line["logger"]) == ("Task exception was never retrieved", "error", "asyncio")
    assert [each["type"] for each in line["exception"]] == ["ValueError", "KeyError"]
    assert [re.sub(r".*/|:\d+", "", place) for place in line["exception"][1]["places"]] == ["test_logs.py fail"]
    assert (other["event"], other["level"], other["logger"]) == ("Lost %s", "warning", "pool")
    assert "Duarte" not in json.dumps([line, other])
