"""Understands questions: screened first, then matched, then decided."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from typing_extensions import override

from modules.kernel.interface import TopicId
from modules.rag.interface import Rag, TopicMatch
from modules.request_tracking.interface import Choice, Ending, RequestState
from modules.safety.interface import Safety, Screening, Verdict
from modules.understanding.domain.answers import chosen, readings
from modules.understanding.domain.decision import decide, is_whole_subject, out_of_scope, topic_list
from modules.understanding.interface import MAX_ROUNDS, Understanding, Understood

_NO_LESSON: Final = frozenset({Verdict.CRISIS, Verdict.UNSAFE})


class UnderstandingService(Understanding):
    """By rules and by the library, without a model of its own."""

    def __init__(self, *, rag: Rag, safety: Safety) -> None:
        self._rag = rag
        self._safety = safety

    @override
    async def understand(self, query: str, *, answers: Sequence[str] = ()) -> Understood:
        screened = [self._safety.screen(text) for text in (query, *answers)]
        if bad := next((one for one in screened if one.verdict in _NO_LESSON), None):
            return _ended(_declined(bad), bad.verdict)
        asked, *said = (one.cleaned for one in screened)
        verdict = next((one.verdict for one in screened if one.verdict is not Verdict.OK), Verdict.OK)
        if not any((asked, *said)):
            ordered = next((one for one in screened if one.verdict is Verdict.INJECTION), None)
            return _ended(_declined(ordered) if ordered else out_of_scope(), verdict)
        return replace(await self._matched(asked, said), verdict=verdict)

    @override
    def is_safe(self, text: str) -> bool:
        return self._safety.screen(text).verdict not in _NO_LESSON

    @override
    def chosen(self, text: str, offered: Sequence[Choice]) -> TopicId | None:
        return chosen(text, offered)

    async def _matched(self, asked: str, said: Sequence[str]) -> Understood:
        """The first reading that has one clear topic, else how the first reading ends."""
        first: Understood | None = None
        for question in readings(asked, said):
            match = await self._rag.match(question)
            found = decide(match)
            topic_id, ending = (None, found) if isinstance(found, Ending) else (found, None)
            if ending and ending.state is RequestState.NEEDS_CLARIFICATION and len(said) >= MAX_ROUNDS:
                ending = topic_list(await self._rag.topics(subject=_subject(match)))
            understood = Understood(
                topic_id=topic_id,
                ending=ending,
                interest_phrase=match.interest_phrase,
                question=question,
                verdict=Verdict.OK,
            )
            if topic_id:
                return understood
            first = first or understood
        assert first is not None  # noqa: S101 - there is always one reading
        return first


def _subject(match: TopicMatch) -> str | None:
    """The subject that is named, else that of the nearest topic."""
    subjects = [one.topic.subject for one in match.candidates]
    named = [subject for subject in subjects if is_whole_subject(match.query) and subject in match.query.lower()]
    return next(iter((*named, *subjects)), None)


def _declined(found: Screening) -> Ending:
    return Ending(
        state=RequestState.DECLINED,
        message=found.help_text,
        error_code=f"content_generation.{found.verdict.value}",
    )


def _ended(ending: Ending, verdict: Verdict) -> Understood:
    return Understood(topic_id=None, ending=ending, interest_phrase="", question="", verdict=verdict)
