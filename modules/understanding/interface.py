"""understanding: what a question is about, or why there is no lesson on it; here questions are screened.

Depends on: kernel, rag, request_tracking, safety. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from modules.kernel.interface import TopicId
from modules.request_tracking.interface import Choice, Ending
from modules.safety.interface import Verdict

MAX_ROUNDS: Final = 2
"""How often a question is answered by a question; after that there is a list to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What came of a question; either `topic_id` or `ending` is set.

    Attributes:
        topic_id: the one clear topic.
        ending: how the request ends for now: asked back, out of scope, not in the library, or declined.
        interest_phrase: what of the question says what the student likes, lower-case, or empty.
        question: the question as it was matched: without personal data, and without orders to the program.
        verdict: CRISIS and UNSAFE are for a human to look at.
    """

    topic_id: TopicId | None
    ending: Ending | None
    interest_phrase: str
    question: str
    verdict: Verdict


class Understanding(Protocol):
    """Understands questions by the library's own topics."""

    @abstractmethod
    async def understand(self, query: str, *, answers: Sequence[str] = ()) -> Understood:
        """The topic of a question, or the ending of its request.

        Args:
            query: as the student wrote it.
            answers: what they wrote when they were asked back, the oldest first.

        Raises:
            VividlyError: the library cannot be read; an outage is never a question back.
        """

    @abstractmethod
    def is_safe(self, text: str) -> bool:
        """Whether a text is neither a cry for help nor a wish to harm."""

    @abstractmethod
    def chosen(self, text: str, offered: Sequence[Choice]) -> TopicId | None:
        """Which of the offered choices is meant: by its number from 1, its topic id, or words of its title alone."""
