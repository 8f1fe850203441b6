"""`vividly eval lessons`: writes lessons from the library and judges them by the rubric."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain, zip_longest
from typing import Annotated, Any, Final

import typer

from modules.content_generation.interface import Interest, JudgedLesson
from modules.grounding.interface import UnknownLanguageError
from modules.kernel.interface import MAX_GRADE, MIN_GRADE, GradeLevel, TopicId
from modules.rag.interface import Topic
from modules.rubric.interface import LessonFigures
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container

_SEED: Final = 20
_INTERESTS: Final = 5
_COMPARED: Final = 10
_SHARES: Final = (
    "grounded_share",
    "drafts_grounded_share",
    "grade_band_share",
    "analogy_mapped_or_absent",
    "invariance",
)


def lessons(
    topics: Annotated[int, typer.Option(min=1, help="How many topics, spread evenly over the books.")] = 200,
    interests: Annotated[str, typer.Option(help="Interest ids, by commas; five of all when empty.")] = "",
    grades: Annotated[str, typer.Option(help="Grades, by commas.")] = "8,10,12",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly eval lessons --topics 20 --interests int_music,int_soccer --grades 8,10 --json

    Writes lessons on topics of the library as a request would, and says how they do by the rubric. Keeps none of them.
    """
    years = _grades(grades)

    async def work(container: Container, bar: Bar) -> tuple[LessonFigures, int]:
        wanted, more = _chosen(interests, container.content().interests())
        judged, others, skipped = list[JudgedLesson](), list[JudgedLesson](), 0
        sample = spread(await container.rag().topics(), topics)
        for done, topic_id in enumerate(sample, start=1):
            rehearse = container.content().rehearse
            try:
                judged += await rehearse(topic_id, interest_ids=wanted, grades=years)
                others += await rehearse(topic_id, interest_ids=more, grades=years[len(years) // 2 :][:1])
            except UnknownLanguageError:
                skipped += 1
            bar.show("writing and judging lessons", done, len(sample))
        if not judged:
            say("The library has no topic to write a lesson on; add a book with: vividly library add")
            raise typer.Exit(1)
        return container.rubric().figures(judged, others=others), skipped

    figures, skipped = run(work, silent=as_json)
    if as_json:
        worst = [_row(one) for one in figures.worst]
        put_json({**asdict(figures), "worst": worst, "skipped_topics": skipped})
    else:
        _show(figures, skipped)


def spread(topics: Sequence[Topic], most: int) -> list[TopicId]:
    """The same topics every time, drawn from each book in turn."""
    books: dict[str, list[TopicId]] = {}
    for topic in sorted(topics, key=lambda one: one.id):
        books.setdefault(topic.book_slug, []).append(topic.id)
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    drawn = [chance.sample(ids, len(ids)) for _, ids in sorted(books.items())]
    return [topic_id for topic_id in chain(*zip_longest(*drawn)) if topic_id is not None][:most]


def _grades(listed: str) -> list[GradeLevel]:
    found = [GradeLevel(int(part)) for part in listed.split(",") if part.strip().isdigit()]
    if not found or len(found) != len(listed.split(",")) or not all(MIN_GRADE <= one <= MAX_GRADE for one in found):
        raise typer.BadParameter(f"--grades takes grades from {MIN_GRADE} to {MAX_GRADE}, such as 8,10,12")
    return found


def _chosen(listed: str, known: Sequence[Interest]) -> tuple[list[str], list[str]]:
    """The interests to judge, and others up to ten in all that the facts are compared for."""
    ids = [one.id for one in known]
    all_over = [ids[place * len(ids) // _COMPARED] for place in range(min(_COMPARED, len(ids)))]
    wanted = [part.strip() for part in listed.split(",") if part.strip()] or all_over[:: _COMPARED // _INTERESTS]
    if unknown := sorted(set(wanted) - set(ids)):
        raise typer.BadParameter(f"no interest is called {', '.join(unknown)}; there are {', '.join(ids)}")
    rest = [one for one in all_over if one not in wanted]
    return wanted, rest[: max(0, _COMPARED - len(wanted))]


def _row(one: JudgedLesson) -> dict[str, Any]:
    return {
        "topic_id": one.topic_id,
        "title": one.lesson.title,
        "interest_id": one.interest_id,
        "grade": one.grade,
        "total": one.report.total,
        "failed": {check.name: check.detail for check in one.report.failed()},
    }


def _show(figures: LessonFigures, skipped: int) -> None:
    typer.echo(f"{figures.lessons} lessons: {figures.rubric_mean:.2f} of 15 on average, {figures.rubric_min} at least")
    if figures.delivered_mean is not None:
        typer.echo(f"those delivered: {figures.delivered_mean:.2f} on average, {figures.delivered_min} at least")
    for name in _SHARES:
        value = getattr(figures, name)
        typer.echo(f"{name:26}{'-' if value is None else format(value, '.3f'):>8}")
    typer.echo(f"{'quiz_flaws':26}{figures.quiz_flaws:>8}")
    typer.echo(f"{'refused':26}{figures.refused:>8.3f}\n{'repaired':26}{figures.repaired:>8.3f}")
    if skipped:
        typer.echo(f"{skipped} topics left out: their book is in a language that nobody can judge yet")
    typer.echo("\npassed (analogy, signalling and prompts are counted by cue words; lengths and pace are estimated)")
    for check, share in figures.passed.items():
        typer.echo(f"{check:26}{share:>8.3f}")
    typer.echo("\nthe worst")
    for one in figures.worst:
        failed = ", ".join(check.name for check in one.report.failed()) or "nothing failed"
        asked = f"{one.interest_id or 'no interest'}, grade {one.grade}"
        typer.echo(f"{one.report.total:>3}  {one.lesson.title}, {asked}: {failed}")
