"""`vividly eval grounding`: spoils sentences of real books, and counts which are noticed."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from modules.chunking.interface import Chunking
from modules.evaluation.interface import DrawnSentence, GroundingReport
from modules.textbooks.interface import BlockForm, BlockKind, BookDocument
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container

_FEWEST_BOOKS: Final = 2
_KINDS: Final = (BlockKind.TEXT, BlockKind.SUMMARY)


def grounding(
    books: Annotated[
        Path | None,
        typer.Option(envvar="VIVIDLY_OER_DIR", help="Directory of open textbooks, two at least."),
    ] = None,
    size: Annotated[int, typer.Option(min=1, help="How many true sentences to draw.")] = 2000,
    *,
    tuning: Annotated[
        bool, typer.Option(help="Draw from the half for tuning, not from the half for reporting.")
    ] = False,
    examples: Annotated[bool, typer.Option(help="Show what was judged wrongly.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly eval grounding --size 2000 --json

    Draws sentences from the books, makes false ones and re-worded true ones of them, and says how many of the false
    ones are noticed (detected) and how many of the true ones are taken for false (false alarms).
    """
    if books is None or not books.is_dir():
        say(f"not measured: there are no open textbooks at {books or 'VIVIDLY_OER_DIR'}; say where with --books")
        raise typer.Exit(1)

    async def work(container: Container, bar: Bar) -> tuple[GroundingReport, float]:
        return _measured(container, bar, books, size=size, tuning=tuning)

    report, milliseconds = run(work, silent=as_json, library=False)
    _show(report, milliseconds, examples=examples, as_json=as_json)


def _measured(container: Container, bar: Bar, books: Path, *, size: int, tuning: bool) -> tuple[GroundingReport, float]:
    evaluation, judge = container.evaluation(), container.grounding()
    sources = container.textbooks().sources(books)
    if len(sources) < _FEWEST_BOOKS:
        raise typer.BadParameter("a foreign sentence needs a second book: give a directory with two at least")
    drawn: list[DrawnSentence] = []
    for done, source in enumerate(sources, start=1):
        for book in container.textbooks().read(source):
            drawn += _sentences(book, container.chunking())
        bar.show("reading", done, len(sources))
    claims = evaluation.trial_claims(drawn, size=size, tuning=tuning)
    begin, supported = time.process_time(), list[bool]()
    for done, claim in enumerate(claims, start=1):
        supported.append(judge.judge(claim.claim, claim.passage).supported)
        bar.show("judging", done, len(claims))
    spent = 1000 * (time.process_time() - begin) / max(1, len(claims))
    return evaluation.grounding(claims, supported), round(spent, 3)


def _sentences(book: BookDocument, chunking: Chunking) -> Iterator[DrawnSentence]:
    for section in book.sections:
        passages = [draft.text for draft in chunking.cut(section)]
        terms = tuple(term.term for term in section.terms)
        for block in section.blocks:
            for part in block.parts if block.form is BlockForm.PARAGRAPH and block.kind in _KINDS else ():
                passage = next((text for text in passages if part in text), None)
                if passage is not None:
                    yield DrawnSentence(book=book.meta.slug, sentence=part, passage=passage, terms=terms)


def _show(report: GroundingReport, milliseconds: float, *, examples: bool, as_json: bool) -> None:
    if as_json:
        flat = {f"detected.{kind}": share for kind, share in report.detected.items()}
        put_json({**flat, **asdict(report), "milliseconds_a_claim": milliseconds})
        return
    typer.echo(f"{'false sentences':24}{'claims':>8}{'detected':>10}")
    for kind, share in report.detected.items():
        typer.echo(f"{kind:24}{report.claims_by_kind[kind]:>8}{share:>10.4f}")
    typer.echo(f"\n{'true sentences':24}{'claims':>8}{'alarms':>10}")
    for kind, share in report.false_alarms_by_kind.items():
        typer.echo(f"{kind:24}{report.claims_by_kind[kind]:>8}{share:>10.4f}")
    typer.echo(f"\nfalse_alarms, identical and unlisted_word left out: {report.false_alarms:.4f}")
    typer.echo(f"{report.claims} claims, {milliseconds} ms of CPU each")
    for kind, claims in {**report.missed, **report.alarms}.items() if examples else ():
        for claim in claims:
            typer.echo(f"{kind}: {claim}")
