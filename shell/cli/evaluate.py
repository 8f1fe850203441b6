"""`vividly eval`: measures search, screening, understanding, the checks of lessons, and lessons by the rubric."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any, Final

import typer

from modules.evaluation.interface import JudgedSearch, RetrievalReport
from modules.rag.interface import TopicMatch
from shell.cli import evaluate_labels
from shell.cli.console import Bar, put_json
from shell.cli.evaluate_grounding import grounding
from shell.cli.evaluate_lessons import lessons
from shell.cli.runtime import run
from shell.containers import Container

app = typer.Typer(help="Example: vividly eval retrieval questions.jsonl --json", no_args_is_help=True)
_EXAMPLE: Final = '{"query": "What is inertia?", "kind": "glossary", "relevant": ["physics/m54138"]}'
_COLUMNS: Final = ("recall_at_5", "ndcg_at_10", "mrr_at_10", "first", "refused")


app.command("safety")(evaluate_labels.safety)
app.command("understanding")(evaluate_labels.understanding)


@app.callback()
def evaluate() -> None:
    """Example: vividly eval retrieval questions.jsonl"""


app.command()(grounding)
app.command()(lessons)


@app.command()
def retrieval(
    file: Annotated[Path, typer.Argument(help="JSON lines with query, kind and relevant (topic ids, or none).")],
    write_run: Annotated[Path | None, typer.Option(help="Write what was found, a JSON line a question.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly eval retrieval questions.jsonl --json

    Asks the library every question of the file and says how often the right topics come first.
    """
    questions = _questions(file)

    async def work(container: Container, bar: Bar) -> tuple[RetrievalReport, list[JudgedSearch], list[float]]:
        found, seconds = [], []
        for done, question in enumerate(questions, start=1):
            begin = time.perf_counter()
            found.append(_judged(question, await container.rag().match(question["query"])))
            seconds.append(time.perf_counter() - begin)
            bar.show("asking", done, len(questions))
        return container.evaluation().retrieval(found), found, seconds

    report, found, seconds = run(work, silent=as_json, library=False)
    if write_run is not None:
        lines = (
            json.dumps({"query_id": question.get("query_id"), "ranked": one.ranked})
            for question, one in zip(questions, found, strict=True)
        )
        write_run.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _show(report, seconds, as_json=as_json)


def _questions(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    try:
        questions = [json.loads(line) for line in lines if line.strip()]
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"{file.name} is not JSON lines: {error}") from error
    if not questions or not all(isinstance(one, dict) and isinstance(one.get("query"), str) for one in questions):
        raise typer.BadParameter(f"{file.name}: every line needs a query, as in {_EXAMPLE}")
    return questions


def _judged(question: dict[str, Any], match: TopicMatch) -> JudgedSearch:
    return JudgedSearch(
        kind=str(question.get("kind", "all")),
        ranked=tuple(str(one.topic.id) for one in match.candidates),
        relevant=tuple(question.get("relevant", ())),
        covered=match.covered,
    )


def _show(report: RetrievalReport, seconds: list[float], *, as_json: bool) -> None:
    steps = quantiles([1000 * one for one in seconds], n=20) if len(seconds) > 1 else [1000 * seconds[0]] * 19
    p50, p95 = round(steps[9], 1), round(steps[18], 1)
    if as_json:
        put_json({**asdict(report.overall), **asdict(report), "p50_milliseconds": p50, "p95_milliseconds": p95})
        return
    rows = {"all": report.overall, **report.by_kind}
    typer.echo(f"{'kind':12}{'questions':>10}" + "".join(f"{name:>13}" for name in _COLUMNS))
    for kind, figures in rows.items():
        typer.echo(
            f"{kind:12}{figures.questions:>10}" + "".join(f"{getattr(figures, name):>13.3f}" for name in _COLUMNS)
        )
    if report.rejected is not None:
        typer.echo(f"{report.untaught} questions that no book teaches: {report.rejected:.3f} rejected")
    typer.echo(f"milliseconds a question: median {p50}, 95th percentile {p95}")
