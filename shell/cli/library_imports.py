"""`vividly library add` and what belongs to it: imports, editions, bundles."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer

from modules.imports.interface import Import, ImportId, ImportState
from modules.rag.interface import Book, BookRecord, IngestReport, SourceNotFoundError
from modules.textbooks.interface import Textbooks
from modules.worker.interface import RunMode
from shell.cli.console import Bar, put_json, say
from shell.cli.library import Json, app as app
from shell.cli.runtime import run
from shell.containers import Container
from shell.fetching import fetched, is_address
from shell.library_views import import_out, record_out

LOOK_SECONDS: Final = 0.3
Licences = Annotated[
    list[str] | None,
    typer.Option("--allow-licence", help="Take a book under this licence, although not open or another than before."),
]
Accept = Annotated[bool, typer.Option("--accept-quality", help="Take a book that the quality check refuses.")]
Slug = Annotated[str, typer.Argument(help="The book's name, as in `vividly library list`.")]


@app.command()
def add(
    sources: Annotated[
        list[str],
        typer.Argument(help="Books, folders of books, or https:// addresses at hosts of VIVIDLY_LIBRARY_FETCH_HOSTS."),
    ],
    allow_licence: Licences = None,
    *,
    accept_quality: Accept = False,
    as_json: Json = False,
) -> None:
    """Example: vividly library add path/to/physics path/to/chemistry

    Imports textbooks. A new edition serves when it is whole; until then, and if it is refused, the old one does.
    Doing it again changes nothing, and an import that was cut short goes on where it stopped.
    """

    async def request(container: Container, bar: Bar) -> list[ImportId]:
        paths = [Path(source) for source in sources if not is_address(source)]
        kept = dict.fromkeys(book for path in paths for book in _sources(container.textbooks(), path))
        addresses = dict.fromkeys(filter(is_address, sources))
        # In one transaction, so that no import is left whose file was taken away again.
        async with fetched(container, addresses, bar.show) as files, container.database().transaction() as tx:
            return [
                await container.imports().request(
                    book,
                    requested_by="cli",
                    allow_licences=allow_licence or (),
                    accept_quality=accept_quality,
                    discard_source=book in files,
                    tx=tx,
                )
                for book in (*kept, *files)
            ]

    _finish(run(_watched(request), silent=as_json), as_json=as_json)


@app.command()
def reembed(*, as_json: Json = False) -> None:
    """Example: vividly library reembed

    Computes the vectors of the whole library with the embedder that is set now; the old ones serve until all are there.
    """

    async def request(container: Container, _bar: Bar) -> list[ImportId]:
        return [await container.imports().request_reembed(requested_by="cli")]

    # Not with the starter library: it is what refuses another embedder.
    _finish(run(_watched(request), silent=as_json, library=False), as_json=as_json)


@app.command("imports")
def list_imports(limit: Annotated[int, typer.Option(min=1, max=500)] = 20, *, as_json: Json = False) -> None:
    """Example: vividly library imports

    The latest imports, newest first.
    """

    async def work(container: Container, _bar: Bar) -> list[Import]:
        return await container.imports().recent(limit=limit)

    found = run(work, silent=as_json, library=False)
    if as_json:
        put_json([import_out(record).model_dump(mode="json") for record in found])
        return
    for record in found:
        of = f", {record.stage} {record.done} of {record.total}" if record.stage and not record.finished else ""
        typer.echo(f"{record.id}  {record.state}{of}  {record.source or 'new vectors'}")
        if record.message:
            typer.echo(f"  {record.error_code}: {record.message}")


@app.command()
def cancel(import_id: Annotated[UUID, typer.Argument(help="As `vividly library imports` shows it.")]) -> None:
    """Example: vividly library cancel 0b54d6a2-4f0e-4e57-9f0f-1f6a8c2e7d11

    Ends an import; what served goes on serving.
    """

    async def work(container: Container, _bar: Bar) -> Import:
        return await container.imports().cancel(ImportId(import_id))

    record = run(work, library=False)
    typer.echo(f"{record.id}  {record.state}")


@app.command()
def show(slug: Slug, *, as_json: Json = False) -> None:
    """Example: vividly library show physics

    A book: its licence, its editions, and how good its passages are.
    """

    async def work(container: Container, _bar: Bar) -> BookRecord:
        return await container.rag().book(slug)

    record = run(work, silent=as_json)
    if as_json:
        put_json(record_out(record).model_dump(mode="json"))
        return
    for line in _lines_of(record):
        typer.echo(line)


@app.command()
def retire(
    slug: Slug, edition: Annotated[str, typer.Option(help="Only this edition; without it the whole book goes.")] = ""
) -> None:
    """Example: vividly library retire physics --edition 2023

    Removes a book, or one edition of it; what another edition shares stays.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.rag().retire(slug, edition)

    run(work, library=False)
    typer.echo(f"{slug}: {f'edition {edition}' if edition else 'every edition'} is removed")


@app.command("switch-back")
def switch_back(slug: Slug, edition: Annotated[str, typer.Argument(help="An edition that served before.")]) -> None:
    """Example: vividly library switch-back physics 2023

    Lets an earlier edition serve again.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.rag().switch_back(slug, edition)

    run(work, library=False)
    typer.echo(f"{slug}: edition {edition} serves")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The bundle to write.")],
    book: Annotated[list[str] | None, typer.Option(help="Only this book; may be given more than once.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Example: vividly library export library.bundle --book physics

    Writes built books, with their vectors, into one file for another installation.
    """

    async def work(container: Container, bar: Bar) -> list[Book]:
        return await container.bundles().export(file, slugs=book or (), on_progress=bar.show)

    books = run(work, silent=as_json)
    if as_json:
        put_json([{"slug": one.slug, "edition": one.edition, "passages": one.passages} for one in books])
        return
    typer.echo(f"{file}: {len(books)} books, {file.stat().st_size / 1e6:.1f} MB")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="A bundle that `vividly library export` wrote.")],
    allow_licence: Licences = None,
    *,
    accept_quality: Accept = False,
    as_json: Json = False,
) -> None:
    """Example: vividly library load library.bundle

    Takes in the books of a bundle; nothing is computed anew when they were built with the same embedder.
    """

    async def work(container: Container, bar: Bar) -> list[IngestReport]:
        return await container.bundles().load(
            file, allow_licences=allow_licence or (), accept_quality=accept_quality, on_progress=bar.show
        )

    reports = run(work, silent=as_json, library=False)
    if as_json:
        put_json([{"slug": report.book.slug, "edition": report.book.edition, "imported": report.imported,
                   "unchanged": report.unchanged, "passages": report.passages, "embedded": report.embedded,
                   "warnings": report.warnings} for report in reports])  # fmt: skip
        return
    for report in reports:
        typer.echo(_sentence(report.book.slug, report))
        for warning in report.warnings:
            say(f"  note: {warning}")


def _sources(textbooks: Textbooks, path: Path) -> list[Path]:
    """The books at a path; a path without any is left to its import, which says so."""
    try:
        return textbooks.sources(path)
    except SourceNotFoundError:
        return [path]


def _watched(
    request: Callable[[Container, Bar], Awaitable[list[ImportId]]],
) -> Callable[[Container, Bar], Awaitable[list[Import]]]:
    """Runs imports here, unless another worker has them, until all have ended."""

    async def work(container: Container, bar: Bar) -> list[Import]:
        ids = await request(container, bar)
        stop = asyncio.Event()
        running = asyncio.create_task(
            container.worker().run(container.imports().handlers(), mode=RunMode.SERVE, stop=stop, concurrency=1)
        )
        try:
            return await _ended(container, ids, bar, running)
        except asyncio.CancelledError:
            for import_id in ids:
                say(f"Stopped. Import {import_id} goes on with the next `vividly library add` or `vividly worker`;")
                say(f"`vividly library cancel {import_id}` gives it up.")
            raise
        finally:
            stop.set()
            await running

    return work


async def _ended(container: Container, ids: list[ImportId], bar: Bar, running: "asyncio.Task[int]") -> list[Import]:
    while True:
        records = [await container.imports().status(import_id) for import_id in ids]
        open_ones = [record for record in records if not record.finished]
        if not open_ones or running.done():
            return records
        current = next((record for record in open_ones if record.state is not ImportState.QUEUED), open_ones[0])
        name = Path(current.source).name or "library"
        bar.show(f"{name}: {current.stage or current.state.value}", current.done, current.total)
        await asyncio.wait({running}, timeout=LOOK_SECONDS)


def _finish(records: list[Import], *, as_json: bool) -> None:
    """Says what became of imports; ends with 1 when one has failed."""
    if as_json:
        put_json([import_out(record).model_dump(mode="json") for record in records])
    for record in records:
        for report in () if as_json else record.reports:
            typer.echo(_sentence(report.slug, report))
        for warning in (warning for report in record.reports for warning in report.warnings):
            say(f"  note: {warning}")
        if record.state is ImportState.DONE and not record.source and not as_json:
            typer.echo("The library has its new vectors.")
        if record.message:
            say(record.message)
    if any(record.state is not ImportState.DONE for record in records):
        raise typer.Exit(1)


def _sentence(slug: str, report: object) -> str:
    facts = {name: getattr(report, name) for name in ("imported", "unchanged", "passages", "embedded")}
    return (
        f"{slug}: {facts['imported']} sections imported, {facts['unchanged']} unchanged,"
        f" {facts['passages']} passages, {facts['embedded']} with vectors"
    )


def _lines_of(record: BookRecord) -> list[str]:
    lines = []
    if book := record.book:
        lines += [
            f"{book.slug}  {book.title}, edition {book.edition}",
            f"  {book.license} {book.license_url}",
            f"  {book.topics} topics, {book.passages} passages, {book.embedded} with vectors",
        ]
    for edition in record.editions:
        named = f", allowed as {edition.license_allowed_by_name}" if edition.license_allowed_by_name else ""
        lines.append(
            f"  edition {edition.revision}: {edition.state}, {edition.sections} sections, {edition.license}{named}"
        )
        if quality := edition.quality:
            word = "passed" if quality.passed else "accepted" if edition.quality_accepted else "refused"
            lines.append(
                f"    quality {word}: {quality.too_short:.1%} too short, {quality.too_long:.1%} too long,"
                f" {quality.duplicated:.1%} repeated, {quality.garbled:.1%} unreadable;"
                f" {quality.without_objectives} sections without objectives"
            )
            lines += [f"    {reason}" for reason in quality.reasons]
            lines += [f"    note: {warning}" for warning in quality.warnings]
            lines += [f"    {topic}: {fault}" for topic, fault in quality.worst[:3]]
    return lines
