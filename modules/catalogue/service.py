"""Makes listings."""

from collections.abc import Mapping

from typing_extensions import override

from modules.catalogue.domain.listing import NotedListing
from modules.catalogue.domain.sameness import equal_topics, same_topic
from modules.catalogue.interface import Catalogue, Listing, Topic
from modules.curation.interface import Notes
from modules.questions.interface import Questions


class CatalogueService(Catalogue):
    """By rules, without I/O."""

    def __init__(self, *, questions: Questions) -> None:
        self._questions = questions

    @override
    def of(self, printed: Mapping[int, Topic], notes: Notes) -> Listing:
        return NotedListing(printed=printed, notes=notes, are_equal=self._are_equal)

    @override
    def are_same(self, one: Topic, other: Topic) -> bool:
        return same_topic(one, other, self._questions.content_words)

    def _are_equal(self, one: Topic, other: Topic) -> bool:
        return equal_topics(one, other, self._questions.content_words)
