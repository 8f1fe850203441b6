"""Answers as a good model would give them, made from the built-in writer's lesson, and ways to spoil them."""

import json
from copy import deepcopy
from typing import Any

from modules.grounding.factory import create_grounding
from modules.language_models.factory import create_model_registry, create_openai_language_model
from modules.language_models.interface import LanguageModel, ModelRegistry
from modules.lesson_writing.interface import Brief, Lesson, LessonWriter, SectionKind, SentenceKind
from modules.model_writing.pipeline.prompt_files import DeliveredPrompts
from modules.model_writing.service import ModelLessonWriter
from modules.rubric.factory import create_rubric
from tests.fakes.model_writing import FakePrompts
from tests.modules.language_models.loopback_model import LoopbackModel
from tests.modules.lesson_writing.lessons import WRITER, brief

BRIEF = brief()
MODEL = "gpt-4o-mini"
REGISTRY: ModelRegistry = create_model_registry(own_prices={})


def good(given: Brief = BRIEF) -> dict[str, Any]:
    """The built-in lesson in the words of the answer's schema."""
    made = WRITER.write(given)
    ids = {passage.id: f"P{place}" for place, passage in enumerate(given.passages, start=1)}
    cited = {source.number: ids[source.passage_id] for source in made.sources}

    def names(numbers: tuple[int, ...]) -> list[str]:
        return [cited[one] for one in numbers]

    sections = [
        {
            "kind": section.kind.value,
            "title": section.title,
            "sentences": [
                {"text": one.text, "kind": one.kind.value, "citations": names(one.citations)}
                for one in section.sentences
            ],
        }
        for section in made.sections
        if section.kind is not SectionKind.ANALOGY
    ]
    analogy = made.analogy and {
        "opening": made.analogy.opening,
        "pairs": [
            {"concept": one.concept, "interest": one.interest, "sentence": one.sentence} for one in made.analogy.pairs
        ],
        "limit": made.analogy.limit,
    }
    return {
        "sections": sections,
        "terms": [
            {"term": one.term, "definition": one.definition, "citations": names(one.citations)} for one in made.terms
        ],
        "analogy": analogy,
        "quiz": [
            {
                "question": one.question,
                "options": list(one.options),
                "answer": one.answer,
                "feedback": one.feedback,
                "citations": names(one.citations),
            }
            for one in made.quiz
        ],
    }


def with_fact(text: str, *, citations: tuple[str, ...] = ("P1",), kind: str = SentenceKind.FACT.value) -> str:
    """A good answer with one more sentence in its first explanation, as JSON."""
    made = deepcopy(good())
    first = next(one for one in made["sections"] if one["kind"] == "explanation")
    first["sentences"].append({"text": text, "kind": kind, "citations": list(citations)})
    return json.dumps(made)


def loopback(server: LoopbackModel) -> LanguageModel:
    """The real adapter on this server."""
    return create_openai_language_model(url=server.url, model_id=MODEL, key="key-of-ours", registry=REGISTRY)


def writer(server: LoopbackModel, **changes: Any) -> LessonWriter:
    """The real writer on this server."""
    given: dict[str, Any] = {
        "model": loopback(server),
        "registry": REGISTRY,
        "builtin": WRITER,
        "files": DeliveredPrompts(),
        "prompts": FakePrompts(),
        "mask": lambda text: text,
    }
    return ModelLessonWriter(**{**given, **changes})


def unsupported(made: Lesson, given: Brief = BRIEF) -> list[str]:
    """Claims that the rubric would take out, for the passages that they cite do not bear them out."""
    mended = create_rubric(grounding=create_grounding()).repaired(made, given.passages)
    kept = {one.text for section in mended.sections for one in section.sentences}
    return [one.text for section in made.sections for one in section.sentences if one.text not in kept]
