"""The answer that a model is held to, and its JSON Schema."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from modules.language_models.interface import InvalidAnswerError

_FAULTS: Final = 8
_WORDING: Final = ("title", "default", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")
Words = Annotated[str, Field(min_length=1, max_length=400)]
Few = Annotated[str, Field(min_length=1, max_length=120)]
Citations = Annotated[list[str], Field(max_length=6)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SentenceIn(_Part):
    """A sentence. `citations`: ids of passages; a fact has one at least."""

    text: Words
    kind: Literal["fact", "frame", "question"]
    citations: Citations


class SectionIn(_Part):
    """A part of the lesson."""

    kind: Literal["hook", "big_idea", "explanation", "worked_example", "misconception", "recap"]
    title: Few
    sentences: Annotated[list[SentenceIn], Field(min_length=1, max_length=24)]


class TermIn(_Part):
    """A key term."""

    term: Few
    definition: Words
    citations: Citations


class PairIn(_Part):
    """What in the interest plays which part of the topic."""

    concept: Few
    interest: Few
    sentence: Words


class AnalogyIn(_Part):
    """The comparison with the reader's interest."""

    opening: Words
    pairs: Annotated[list[PairIn], Field(min_length=3, max_length=6)]
    limit: Words


class QuizIn(_Part):
    """A question. `answer`: place of the right option, from 0."""

    question: Words
    options: Annotated[list[Few], Field(min_length=4, max_length=4)]
    answer: Annotated[int, Field(ge=0, le=3)]
    feedback: Words
    citations: Citations


class Answer(_Part):
    """A whole lesson."""

    sections: Annotated[list[SectionIn], Field(min_length=3, max_length=14)]
    terms: Annotated[list[TermIn], Field(max_length=8)]
    analogy: AnalogyIn | None
    quiz: Annotated[list[QuizIn], Field(min_length=3, max_length=6)]


def read(text: str) -> Answer:
    """The answer in a completion. Raises InvalidAnswerError, which says what is wrong without quoting the answer."""
    try:
        return Answer.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        said = [f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in faults[:_FAULTS]]
        raise InvalidAnswerError("; ".join(line[:160] for line in said)) from error


def schema(passage_ids: Sequence[str]) -> str:
    """JSON Schema of the answer, in the part of it that all providers know; citations from these ids only."""
    made = Answer.model_json_schema()
    definitions = made.pop("$defs")
    plain = _plain(made, definitions, list(passage_ids))
    return json.dumps(plain, separators=(",", ":"))


def _plain(node: Any, definitions: dict[str, Any], ids: list[str]) -> Any:
    """Without references, and without limits that some providers refuse; `read` holds the answer to those."""
    if isinstance(node, list):
        return [_plain(one, definitions, ids) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rpartition("/")[2]], definitions, ids)
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            made[key] = {name: _property(name, one, definitions, ids) for name, one in value.items()}
        elif key not in _WORDING:
            made[key] = _plain(value, definitions, ids)
    if made.get("type") == "object":
        made["required"] = list(made["properties"])
    return made


def _property(name: str, node: Any, definitions: dict[str, Any], ids: list[str]) -> Any:
    if name == "citations":
        return {"type": "array", "items": {"type": "string", "enum": ids}}
    return _plain(node, definitions, ids)
