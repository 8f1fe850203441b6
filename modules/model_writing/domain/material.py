"""What a model is given to write from: the brief, as data."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from modules.lesson_writing.interface import Analogy, Brief
from modules.model_writing.domain.cleaning import seen
from modules.rag.interface import Passage

_MOST_CHARACTERS: Final = 60_000
_OTHER_TERMS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is sent. `passages`: by the id under which the model may cite them; `fence`: stands around the data."""

    passages: Mapping[str, Passage]
    values: Mapping[str, str]
    fence: str


def material(brief: Brief, interest: str, comparison: Analogy | None, mask: Callable[[str], str]) -> Material:
    """Everything that leaves the house for this lesson; each text goes through `mask`.

    A brief holds nothing that a student wrote, so nothing of the kind is sent; book and topic are data all the same.
    """

    def said(text: str) -> str:
        return mask(seen(text))

    passages = _passages(brief)
    told = {
        "topic": said(brief.topic.title),
        "objectives": [said(line) for line in brief.topic.objectives],
        "terms": [{"term": said(one.term), "definition": said(one.definition)} for one in brief.topic.terms],
        "neighbouring_terms": [said(one.term) for one in brief.other_terms[:_OTHER_TERMS]],
        "interest": said(interest) or None,
        "comparison": _comparison(comparison, said),
        "passages": [{"id": name, "kind": one.kind.value, "text": said(one.text)} for name, one in passages.items()],
    }
    data = json.dumps(told, ensure_ascii=False, indent=1)
    # Whoever wrote the book cannot know the digest of the whole, so no text in it can close the fence.
    fence = f"==== material {sha256(data.encode()).hexdigest()[:16]} ===="
    values = {"grade": str(brief.grade), "language": brief.language, "material": data, "fence": fence}
    return Material(passages=passages, values=values, fence=fence)


def _passages(brief: Brief) -> dict[str, Passage]:
    """As many as a call may hold, in their order; the id is their place."""
    taken, room = dict[str, Passage](), _MOST_CHARACTERS
    for one in brief.passages:
        room -= len(one.text)
        if room < 0 and taken:
            break
        taken[f"P{len(taken) + 1}"] = one
    return taken


def _comparison(made: Analogy | None, said: Callable[[str], str]) -> dict[str, Any] | None:
    if made is None:
        return None
    pairs = [
        {"concept": said(pair.concept), "interest": said(pair.interest), "sentence": said(pair.sentence)}
        for pair in made.pairs
    ]
    return {"opening": said(made.opening), "pairs": pairs, "limit": said(made.limit)}
