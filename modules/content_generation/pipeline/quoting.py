"""What of a book may be shown: its text is data, and what it orders, marks up or links to stays out of a lesson."""

from collections.abc import Sequence
from dataclasses import replace

from modules.rag.interface import Passage, Term, Topic
from modules.safety.interface import Safety


def quotable_topic(safety: Safety, topic: Topic) -> Topic:
    """The topic; one whose title may not be shown gets the name of its chapter."""
    return replace(
        topic,
        title=safety.quotable(topic.title) or safety.quotable(topic.chapter) or topic.subject,
        objectives=tuple(filter(None, map(safety.quotable, topic.objectives))),
        terms=quotable_terms(safety, topic.terms),
    )


def quotable_passages(safety: Safety, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages of which something is left."""
    shown = (replace(one, text=safety.quotable(one.text), heading=safety.quotable(one.heading)) for one in passages)
    return tuple(one for one in shown if one.text)


def quotable_terms(safety: Safety, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms that can be shown whole."""
    return tuple(one for one in terms if all(safety.quotable(text) == text for text in (one.term, one.definition)))
