"""`vividly eval safety` and `vividly eval understanding`: texts that people gave a label."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from modules.evaluation.interface import Evaluation, JudgedLabel, LabelReport
from modules.safety.interface import Verdict
from modules.understanding.interface import Understood
from shell.cli.console import Bar, put_json
from shell.cli.runtime import run
from shell.containers import Container

JUDGED: Final = Path(__file__).resolve().parents[2] / "tests" / "judged"
CLEAR: Final = "clear"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def safety(
    file: Annotated[Path, typer.Argument(help="JSON lines with text, verdict and half.")] = JUDGED / "safety.jsonl",
    *,
    as_json: AsJson = False,
) -> None:
    """Example: vividly eval safety --json

    Screens every text of the file: how many of the bad ones are caught, how many of the good ones are refused.
    """
    texts = _lines(file, "text", "verdict")

    async def work(container: Container, _bar: Bar) -> dict[str, Any]:
        screen = container.safety().screen
        found = [(line, screen(line["text"]).verdict) for line in texts]
        halves = sorted({str(line.get("half", "")) for line in texts} - {""})
        by_half = {half: [one for one in found if one[0].get("half") == half] for half in halves}
        evaluation = container.evaluation()
        parts = {half: _screened(evaluation, part) for half, part in by_half.items()}
        return {**_screened(evaluation, found), "by_half": parts}

    report = run(work, silent=as_json, library=False)
    if as_json:
        put_json(report)
        return
    for name, part in {"all": report, **report["by_half"]}.items():
        typer.echo(
            f"{name:10}{part['texts']:>5} texts   caught {part['safety_recall']:.3f}   refused for nothing "
            f"{part['false_refusals']:.4f}   " + ", ".join(f"{k} {v:.3f}" for k, v in part["by_verdict"].items())
        )


def _screened(evaluation: Evaluation, found: Sequence[tuple[dict[str, Any], Verdict]]) -> dict[str, Any]:
    """Caught: called anything but ok. By verdict, the very verdict counts."""
    labels = [
        JudgedLabel(expected=line["verdict"], found=verdict.value, right=line["verdict"] == verdict)
        for line, verdict in found
    ]
    bad = [one for one in labels if one.expected != Verdict.OK]
    caught = evaluation.labels([JudgedLabel(expected="bad", found="bad", right=one.found != Verdict.OK) for one in bad])
    report = evaluation.labels(labels)
    passed = report.by_label.get(Verdict.OK)
    return {
        "texts": len(found),
        "safety_recall": caught.overall.accuracy,
        "false_refusals": round(1 - passed.accuracy, 4) if passed else 0.0,
        "by_verdict": {label: figures.accuracy for label, figures in report.by_label.items()},
    }


def understanding(
    file: Annotated[Path, typer.Argument(help="JSON lines with query, state and, where clear, topics.")],
    *,
    as_json: AsJson = False,
    misses: Annotated[bool, typer.Option(help="List what was understood otherwise.")] = False,
) -> None:
    """Example: vividly eval understanding questions.jsonl --json

    Asks the library of this home every question of the file and says how often the state is the expected one.
    """
    questions = _lines(file, "query", "state")

    async def work(container: Container, bar: Bar) -> tuple[LabelReport, list[dict[str, Any]]]:
        known = {topic.id for topic in await container.rag().topics()}
        asked = [line for line in questions if known & set(line.get("topics", ())) or not line.get("topics")]
        labels, missed = [], []
        for done, line in enumerate(asked, start=1):
            found = await container.understanding().understand(line["query"])
            labels.append(_label(line, found))
            if not labels[-1].right:
                missed.append({**line, "found": labels[-1].found, "topic": found.topic_id})
            bar.show("asking", done, len(asked))
        return container.evaluation().labels(labels), missed

    report, missed = run(work, silent=as_json, library=False)
    if as_json:
        put_json({"accuracy": report.overall.accuracy, **asdict(report), **({"misses": missed} if misses else {})})
        return
    for name, figures in {"all": report.overall, **report.by_label}.items():
        wrong = ", ".join(f"{count} {label}" for label, count in figures.taken_for.items())
        typer.echo(f"{name:24}{figures.texts:>5} questions   right {figures.accuracy:.3f}   {wrong}")
    for line in missed if misses else ():
        typer.echo(json.dumps(line, ensure_ascii=False))


def _label(line: dict[str, Any], found: Understood) -> JudgedLabel:
    """Right: the state is expected, and where the question is clear the topic is acceptable too."""
    state = found.ending.state.value if found.ending else CLEAR
    right = state == line["state"] and (state != CLEAR or found.topic_id in line.get("topics", ()))
    return JudgedLabel(expected=line["state"], found=state, right=right)


def _lines(file: Path, *needed: str) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError as error:
        raise typer.BadParameter(f"there is no file {file}; name one") from error
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"{file.name} is not JSON lines: {error}") from error
    if not lines or not all(
        isinstance(one, dict) and all(isinstance(one.get(key), str) for key in needed) for one in lines
    ):
        raise typer.BadParameter(f"{file.name}: every line needs {' and '.join(needed)}")
    return lines
