"""The command `hiring`. Each command prints one clear line where it fails: exit code 1 for failed work, 2 for wrong input."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

import hiring
from hiring.errors import BadInput, Broken, Refusal
from hiring.system import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from hiring.settings import Settings

T = TypeVar("T")

HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=HELP,
    help="Rubrics, scorecards, comparison, decision. `hiring demo` shows all of it.",
)
db = typer.Typer(no_args_is_help=True, context_settings=HELP, help="The database: upgrade, check.")
user = typer.Typer(no_args_is_help=True, context_settings=HELP, help="People: add.")
rubric = typer.Typer(no_args_is_help=True, context_settings=HELP, help="Rubrics: derive, check, publish.")
app.add_typer(db, name="db")
app.add_typer(user, name="user")
app.add_typer(rubric, name="rubric")

Host = Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(hiring.__version__)
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before any command; the help text is the application's."""


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after loading.")] = True,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object alone.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Load the demonstration company, write its packet, and serve."""
    from hiring.demo import command

    command.demo(_settings(), _now(), serve=serve, as_json=json_, host=host, port=port)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Serve the pages, until Ctrl-C or SIGTERM."""
    from hiring.db.database import bring_up, connected, database_url
    from hiring.serve import address, check_port, serve_until_stopped

    settings = _settings()
    settings.secret()
    check_port(host, port)

    async def prepare(url: str) -> None:
        async with connected(url) as engine:
            await bring_up(engine)

    say("Starting the database" if settings.embedded else "Connecting to the database")
    with database_url(settings, keep_up=True) as url:
        asyncio.run(prepare(url))
        where = settings.base_url or address(host, port)
        serve_until_stopped(
            settings,
            url,
            host=host,
            port=port,
            workers=workers,
            when_up=lambda: say(f"The pages are at {where}; stop with Ctrl-C"),
        )


@app.command()
def doctor() -> None:
    """Say what is missing on this machine, and the command that mends it."""
    from hiring.doctor import examine

    faults = 0
    for finding in examine(_settings()):
        faults += not finding.fine
        typer.echo(f"{'ok     ' if finding.fine else 'MISSING'}  {finding.what}: {finding.found}")
        if finding.mend:
            typer.echo(f"         {finding.mend}")
    if faults:
        raise Broken(f"{faults} of these must be mended first.")


@db.command()
def upgrade() -> None:
    """Bring the database to this version."""
    from hiring.db.database import bring_up

    done = _with_database(_settings(), bring_up, as_it_is=True)
    typer.echo("The database was brought up to date." if done else "The database is up to date.")


@db.command()
def check() -> None:
    """Compare the database with the tables that this version describes."""
    from hiring import schema
    from hiring.db import migrate

    async def compare(engine: AsyncEngine) -> list[Any]:
        if not await migrate.ready(engine):
            raise Broken("The database is not at this version’s revision: run `hiring db upgrade`.")
        return await migrate.differences(engine, schema.metadata)

    found = _with_database(_settings(), compare, as_it_is=True)
    for difference in found:
        typer.echo(str(difference))
    if found:
        raise Broken(f"The database differs from the program in {len(found)} place{'' if len(found) == 1 else 's'}.")
    typer.echo("The database is as the program describes it.")


@user.command()
def add(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address to sign in with.")],
    role: Annotated[
        str,
        typer.Option(
            metavar="ROLE", help="administrator, recruiter, hiring_manager, interviewer, committee or auditor"
        ),
    ],
    name: Annotated[str, typer.Option(help="The person’s name; else the part before the @.")] = "",
) -> None:
    """Add a person and print the link by which they set a password."""
    from hiring.people import service
    from hiring.people.core import Role

    settings = _settings()
    if role not in set(Role):
        raise BadInput(f"There is no role {role!r}: choose one of {', '.join(Role)}.")

    async def work(session: AsyncSession) -> str:
        now = _now()
        made = await service.add_user(session, now, email=email, name=name or email.split("@")[0], role=Role(role))
        return await service.invite(session, now, made.id, by=None)

    token = _in_transaction(settings, work)
    typer.echo(f"{settings.base_url or 'http://127.0.0.1:8000'}/welcome/{token}")


@rubric.command()
def derive(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Postings, as text or Markdown.")],
    json_: Annotated[bool, typer.Option("--json", help="Print statements and criteria as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE.yaml", help="Write a draft role file.")] = None,
) -> None:
    """Find the statements of postings and propose criteria. Needs no database."""
    from hiring.rubrics.commands import derive_command

    derive_command(files, json_, out)


@rubric.command("check")
def check_rubrics(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Competencies, roles or sources.")
    ] = None,
) -> None:
    """Check YAML files; without files, everything that is shipped."""
    from hiring.rubrics.commands import check_command

    check_command(files or [])


@rubric.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A role file, or an exported rubric.")],
    postings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[POSTING...]", help="For a draft: the postings it was derived from, in the same order."
        ),
    ] = None,
    note: Annotated[str, typer.Option(help="What changed, for those who read the versions.")] = "",
) -> None:
    """Publish a role or an exported rubric as a new, immutable version."""
    from hiring.rubrics import service
    from hiring.rubrics.publishing import content_of_file

    content = content_of_file(file, postings or [])

    async def work(session: AsyncSession) -> int:
        return (await service.publish(session, content, _now(), note=note))[1]

    number = _in_transaction(_settings(), work)
    typer.echo(f"Published {content.slug} version {number}, hash {content.hash}.")


@app.command()
def report(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The opening, as in the address of its page.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The PDF to write.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Pseudonyms instead of names.")] = False,
    candidates: Annotated[
        str, typer.Option(metavar="A,B", help="Names or ids of applications, with commas between; else all.")
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print the same facts as data.")] = False,
    as_: Annotated[
        str, typer.Option("--as", metavar="EMAIL", help="What this person may see; else the operator’s full packet.")
    ] = "",
) -> None:
    """Write the packet of an opening."""
    from hiring.reports import service
    from hiring.reports.pdf import check_target, write_packet

    if out is None and not json_:
        raise BadInput("Say where to write the packet with --out FILE, or ask for data with --json.")
    settings = _settings()
    if out is not None:
        check_target(out)
    asked = service.Asked(
        slug=slug, anonymous=anonymous, candidates=tuple(each.strip() for each in candidates.split(",") if each.strip())
    )

    async def work(session: AsyncSession) -> service.Made:
        if out is not None:
            say("Writing the packet")
        made = await service.make_packet(
            session, asked, _now(), as_email=as_, seconds=settings.packet_seconds, pdf=out is not None
        )
        if out is not None and made.pdf is not None:
            await asyncio.to_thread(write_packet, out, made.pdf)
        return made

    made = _in_transaction(settings, work)
    if out is not None:
        typer.echo(f"Verification code {made.code}", err=True)
    typer.echo(json.dumps(made.data, ensure_ascii=False, indent=2) if json_ else str(out))


@app.command()
def verify(file: Annotated[Path, typer.Argument(metavar="FILE", help="A packet.")]) -> None:
    """Say whether a file was issued here, when, and whether facts have changed since."""
    from hiring.errors import NotFound
    from hiring.reports import service

    try:
        if not file.is_file():
            raise BadInput(f"{file} is {'no file' if file.exists() else 'not there'}: name a packet’s file.")
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None

    async def work(session: AsyncSession) -> list[str]:
        try:
            return await service.verify(session, data)
        except NotFound as unknown:
            raise Broken(str(unknown)) from None

    for line in _in_transaction(_settings(), work):
        typer.echo(line)


def _settings() -> Settings:
    from hiring.settings import load_settings

    return load_settings()


def _with_database(settings: Settings, work: Callable[[AsyncEngine], Awaitable[T]], *, as_it_is: bool = False) -> T:
    """Run work on the settings' database, which stands at this version's revision unless it is wanted as it is."""
    from hiring.db.database import connected, database_url, make_ready

    async def whole(url: str) -> T:
        async with connected(url) as engine:
            if not as_it_is:
                await make_ready(engine, settings)
            return await work(engine)

    with database_url(settings) as url:
        return asyncio.run(whole(url))


def _in_transaction(settings: Settings, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Run work in one transaction of the settings' database: all of it is done, or nothing."""
    from hiring.db.engine import sessions

    async def whole(engine: AsyncEngine) -> T:
        async with sessions(engine)() as session, session.begin():
            return await work(session)

    return _with_database(settings, whole)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def main() -> None:
    """Run the command; say in one line why it failed."""
    signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to fail
    try:
        sys.exit(app(prog_name="hiring", standalone_mode=False) or 0)
    except Broken as fault:
        _fail(str(fault), fault.exit_code)
    except Refusal as refusal:
        _fail(
            " ".join([str(refusal), *getattr(refusal, "fields", {}).values()]), 2 if refusal.status in {404, 422} else 1
        )
    except typer.exceptions.TyperException as error:
        _fail(_usage(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone: nobody is left to be told, not even by Python on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - an operator gets one line, whatever it is
        if os.environ.get("HIRING_LOG_LEVEL", "").lower() == "debug":
            traceback.print_exc()
        text = " ".join(str(error).split())
        _fail(
            f"Something went wrong in the program ({type(error).__name__}: {text}). HIRING_LOG_LEVEL=debug tells more.",
            1,
        )


def _end(number: int, _frame: Any) -> NoReturn:
    """Take SIGTERM as a wish to clean up and go."""
    sys.exit(128 + number)


def _usage(error: typer.exceptions.TyperException) -> str:
    sentence = error.format_message() or "Name a command."  # without one, Typer has shown the help instead
    context = getattr(error, "ctx", None)
    hint = f" See `{context.command_path} --help`." if context is not None else ""
    return sentence + ("" if sentence.endswith((".", "?", ")")) else ".") + hint


def _fail(sentence: str, code: int) -> NoReturn:
    print(f"hiring: {sentence}", file=sys.stderr)
    sys.exit(code)


__all__ = ["app", "main"]
