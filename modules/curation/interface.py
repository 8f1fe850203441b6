"""curation: what people change of a topic by hand; kept by topic id, so from one edition of a book to the next.

Depends on: kernel. Owns PostgreSQL schema: curation. It knows no library: whether a topic exists is its caller's care.
"""

from abc import abstractmethod
from typing import Final, Protocol

from modules.curation.values import (
    Change as Change,
    Field as Field,
    Notes as Notes,
    TopicNote as TopicNote,
)
from modules.kernel.interface import TopicId, Transaction, VividlyError

LONGEST_TITLE: Final = 200
"""Characters."""


class CurationError(VividlyError):
    """A topic cannot be changed so."""

    code = "curation.error"


class BadTitleError(CurationError):
    """The title is empty, longer than LONGEST_TITLE, or of more than one line."""

    code = "curation.bad_title"


class MergeCycleError(CurationError):
    """The topic is to be merged into itself, or into one that is merged into it."""

    code = "curation.merge_cycle"


class Curation(Protocol):
    """Changes topics by hand.

    `by`: a person's id, or `cli`. With `tx` a change is part of that transaction. A change that changes nothing leaves
    no line in the log.
    """

    @abstractmethod
    async def rename(
        self, topic_id: TopicId, title: str | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        """Shows this title, spaces around it cut off; None: the printed one again. Raises BadTitleError."""

    @abstractmethod
    async def merge(
        self, topic_id: TopicId, into: TopicId | None, *, by: str, tx: Transaction | None = None
    ) -> TopicNote:
        """Lets the topic `into` stand for this one; None: it stands for itself again. Raises MergeCycleError."""

    @abstractmethod
    async def hide(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        """Leaves it out wherever topics are listed or found."""

    @abstractmethod
    async def show(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        """Takes `hide` back."""

    @abstractmethod
    async def pin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        """Puts it before others, and ahead of an equally good one."""

    @abstractmethod
    async def unpin(self, topic_id: TopicId, *, by: str, tx: Transaction | None = None) -> TopicNote:
        """Takes `pin` back."""

    @abstractmethod
    async def notes(self, *, tx: Transaction | None = None) -> Notes:
        """All that is said of any topic, by one small query."""

    @abstractmethod
    async def history(self, topic_id: TopicId) -> list[Change]:
        """Every change of a topic, newest first."""
