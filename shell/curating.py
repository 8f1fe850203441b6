"""Changes a topic that the library holds, for the API and the command line alike."""

from dataclasses import dataclass

from modules.kernel.interface import TopicId
from modules.rag.interface import Topic
from shell.containers import Container


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to become of a topic; None leaves it as it is, an empty text takes a title or a merge back."""

    title: str | None = None
    merged_into: str | None = None
    hidden: bool | None = None
    pinned: bool | None = None


async def curate(container: Container, topic_id: TopicId, wish: Wish, *, by: str) -> Topic:
    """Changes everything or nothing; returns the topic as it is shown now. Raises UnknownTopicError."""
    rag, curation = container.rag(), container.curation()
    for known in (topic_id, wish.merged_into):
        if known:
            await rag.topic(TopicId(known))
    async with container.database().transaction() as tx:
        if wish.title is not None:
            await curation.rename(topic_id, wish.title or None, by=by, tx=tx)
        if wish.merged_into is not None:
            await curation.merge(topic_id, TopicId(wish.merged_into) if wish.merged_into else None, by=by, tx=tx)
        if wish.hidden is not None:
            await (curation.hide if wish.hidden else curation.show)(topic_id, by=by, tx=tx)
        if wish.pinned is not None:
            await (curation.pin if wish.pinned else curation.unpin)(topic_id, by=by, tx=tx)
    return await rag.topic(topic_id)
