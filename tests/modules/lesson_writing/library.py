"""The starter library read straight from its Markdown, as a Rag that needs no database."""

import re
from functools import cache
from pathlib import Path

from typing_extensions import override

import modules.rag
from modules.kernel.interface import TopicId
from modules.rag.interface import (
    EVERYTHING,
    Book,
    Filters,
    Passage,
    PassageId,
    PassageKind,
    ScoredTopic,
    Term,
    Topic,
    TopicMatch,
    UnknownTopicError,
)
from tests.fakes.rag import FakeRag

_ROOT = Path(modules.rag.__file__).parent / "starter_library"
_KINDS = {
    "Objectives": PassageKind.OBJECTIVES,
    "Worked example": PassageKind.EXAMPLE,
    "Common misconception": PassageKind.MISCONCEPTION,
    "Summary": PassageKind.SUMMARY,
    "Key terms": PassageKind.GLOSSARY,
}
_BOOK = "Vividly Starter Library"
_CREDIT = "Vividly Starter Library by The Vividly authors, CC BY 4.0."


@cache
def starter() -> dict[TopicId, tuple[Topic, tuple[Passage, ...]]]:
    """Every topic of the starter library with its passages."""
    found: dict[TopicId, tuple[Topic, tuple[Passage, ...]]] = {}
    for path in sorted(_ROOT.glob("*/*.md")):
        topic, passages = _section(path, first_id=1000 * (len(found) + 1))
        found[topic.id] = (topic, passages)
    return found


def _section(path: Path, *, first_id: int) -> tuple[Topic, tuple[Passage, ...]]:
    title, *parts = re.split(r"^#{1,2} ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    topic_id = TopicId(f"vividly-starter/{path.stem}")
    passages, objectives, terms = [], [], []
    for place, part in enumerate(parts):
        heading, _, body = part.partition("\n")
        kind = _KINDS.get(heading.strip(), PassageKind.TEXT)
        if kind is PassageKind.OBJECTIVES:
            objectives = [line.removeprefix("- ") for line in body.strip().splitlines()]
        if kind is PassageKind.GLOSSARY:
            terms = [Term(term=term, definition=text) for term, text in re.findall(r"\*\*(.+?)\*\*: (.+)", body)]
        passages.append(
            Passage(
                id=PassageId(first_id + place), topic_id=topic_id, kind=kind, text=body.strip().replace("**", ""),
                heading=heading.strip(), position=place, score=0.0, book_title=_BOOK, edition="1",
                chapter=path.parent.name.title(), section=title.strip(), license="CC BY 4.0", attribution=_CREDIT,
                url=f"https://vividly.example/library/{path.stem}",
                license_url="https://creativecommons.org/licenses/by/4.0/",
            )
        )  # fmt: skip
    topic = Topic(
        id=topic_id, title=title.strip(), subject=path.parent.name, book_slug="vividly-starter", book_title=_BOOK,
        chapter=path.parent.name.title(), section=title.strip(), url=passages[0].url, words=400,
        objectives=tuple(objectives), terms=tuple(terms),
    )  # fmt: skip
    return topic, tuple(passages)


class LibraryRag(FakeRag):
    """The starter library; a topic matches by the share of its title's words in the question."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.held = starter()
        self.thin = False
        self.language = "en"

    @override
    async def books(self) -> list[Book]:
        return [
            Book(
                slug="vividly-starter", title=_BOOK, edition="1", language=self.language, subject="science",
                license="CC BY 4.0", license_url="https://creativecommons.org/licenses/by/4.0/", authors=(),
                source_url="https://vividly.example", attribution=_CREDIT, topics=len(self.held), passages=0,
                embedded=0,
            )
        ]  # fmt: skip

    @override
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        return [topic for topic, _ in self.held.values() if subject in {None, topic.subject}]

    @override
    async def topic(self, topic_id: TopicId) -> Topic:
        self._called("topic")
        if topic_id not in self.held:
            raise UnknownTopicError(topic_id)
        return self.held[topic_id][0]

    @override
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        self._called("passages")
        return list(self.held[topic_id][1][:1] if self.thin else self.held[topic_id][1])

    @override
    async def search(self, query: str, *, limit: int = 10, filters: Filters = EVERYTHING) -> list[Passage]:
        return []

    @override
    async def match(self, query: str, *, filters: Filters = EVERYTHING) -> TopicMatch:
        self._called("match")
        question, _, phrase = query.partition(" with ")
        asked = set(re.findall(r"[a-z]+", question.lower()))
        scored = sorted(
            (ScoredTopic(topic=topic, score=_share(topic.title, asked)) for topic, _ in self.held.values()),
            key=lambda one: -one.score,
        )[:8]
        margin = scored[0].score - scored[1].score
        return TopicMatch(
            query=question,
            interest_phrase=phrase,
            candidates=tuple(scored),
            margin=margin,
            covered=scored[0].score > 0.3,
        )

    @override
    async def corpus_version(self) -> str:
        return "starter-1"

    @override
    async def check(self) -> None:
        """Nothing can differ."""

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fault is not None:
            raise self.fault


def _share(title: str, asked: set[str]) -> float:
    words = set(re.findall(r"[a-z]{4,}", title.lower()))
    return len(words & asked) / len(words)
