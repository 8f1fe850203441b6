"""Step 1: which topic a question is about, or how the request ends without a lesson."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from modules.content_generation.domain.orders import lesson_key
from modules.content_generation.domain.understanding import Understood, decide
from modules.content_generation.interface import Interest
from modules.content_generation.pipeline import bank
from modules.content_generation.pipeline.steps import AIM, Aim, Made, Run, Step
from modules.kernel.interface import TopicId, Transaction
from modules.rag.interface import Rag
from modules.request_tracking.interface import Request, Stage

_ENGLISH: Final = "en"


class UnderstandStep(Step):
    """Asks the library which topics match."""

    stage = Stage.UNDERSTAND
    claim_seconds = 0.0
    ends_claim = True

    def __init__(self, *, rag: Rag, interests: Sequence[Interest]) -> None:
        self._rag = rag
        self._interests = interests

    @override
    def build_key(self, run: Run) -> str:
        return ""

    @override
    async def find(self, run: Run, *, tx: Transaction) -> Made | None:
        return None

    @override
    async def work(self, run: Run) -> Made:
        match = await self._rag.match(run.request.query)
        decision = decide(match)
        if not isinstance(decision, Understood):
            return Made(ending=decision)
        aim = await self._aim(run.request, decision.topic_id, match.interest_phrase)
        return Made(output=AIM.dump_json(aim).decode())

    async def aim_at(self, request: Request, topic_id: TopicId) -> Aim:
        """The aim of a request whose topic the student chose."""
        return await self._aim(request, topic_id, "")

    async def _aim(self, request: Request, topic_id: TopicId, phrase: str) -> Aim:
        named = bank.interest_of(phrase, self._interests) or bank.interest_in(request.query, self._interests)
        interest_id = request.interest_id or (named.id if named else "")
        topic = await self._rag.topic(topic_id)
        language = next((book.language for book in await self._rag.books() if book.slug == topic.book_slug), _ENGLISH)
        version = await self._rag.corpus_version()
        key = lesson_key(
            topic_id=topic_id,
            interest_id=interest_id,
            grade=request.grade,
            language=language,
            corpus_version=version,
        )
        return Aim(topic_id=topic_id, interest_id=interest_id, language=language, corpus_version=version, key=key)
