"""The writer that asks a language model; interests and comparisons are those of the built-in one."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from typing_extensions import override

from modules.language_models.interface import LanguageModel, ModelRegistry, Prompt
from modules.lesson_writing.interface import Analogy, Brief, Interest, Lesson, LessonWriter
from modules.model_writing.domain.answers import schema
from modules.model_writing.domain.language import say
from modules.model_writing.domain.lessons import Maker, lesson
from modules.model_writing.domain.material import Material, material
from modules.model_writing.domain.template import Template
from modules.model_writing.interface import Prompts
from modules.model_writing.pipeline.asking import Asking
from modules.model_writing.pipeline.prompt_files import LESSON, DeliveredPrompts

REVISION: Final = 1
"""One higher whenever the code, rather than a prompt, changes what lessons say."""
_PROMPT: Final = re.compile(rf"\b{LESSON}@(\w+)\b")


class ModelLessonWriter(LessonWriter):
    """Writes with one model; holds no transaction and touches no database while it writes.

    Args:
        builtin: gives interests and authored comparisons.
        mask: takes personal data out of every text that is sent.
    """

    def __init__(
        self,
        *,
        model: LanguageModel,
        registry: ModelRegistry,
        builtin: LessonWriter,
        files: DeliveredPrompts,
        prompts: Prompts,
        mask: Callable[[str], str],
    ) -> None:
        self._model = model
        self._registry = registry
        self._builtin = builtin
        self._files = files
        self._prompts = prompts
        self._mask = mask
        self.engine = model.provider
        self.version = self._version(files.default(LESSON))

    @override
    def interests(self) -> tuple[Interest, ...]:
        return self._builtin.interests()

    @override
    def interest_in(self, question: str, *, phrase: str = "") -> str:
        return self._builtin.interest_in(question, phrase=phrase)

    @override
    async def version_for(self, seed: str) -> str:
        return self._version(await self._prompts.choice(LESSON, seed))

    @override
    def comparison(self, brief: Brief) -> Analogy | None:
        return self._builtin.comparison(brief)

    @override
    def write(self, brief: Brief) -> Lesson:
        version = brief.version or self.version
        template = self._files.template(LESSON, _prompt_in(version))
        interest = next((one for one in self.interests() if one.id == brief.interest_id), None)
        authored = self.comparison(brief)
        sent = material(brief, interest.name if interest else "", authored, self._mask)
        asking = Asking(model=self._model, registry=self._registry)
        found = asking.answer(_prompt(template, sent, _wish(interest, authored)), sent)
        maker = Maker(engine=self.engine, version=version, uses=tuple(asking.uses), authored=authored)
        return lesson(found, brief, sent.passages, interest, maker)

    @override
    def simpler_words(self) -> Mapping[str, str]:
        return self._builtin.simpler_words()

    def _version(self, prompt: str) -> str:
        return f"{self._model.model_id} {LESSON}@{prompt} r{REVISION}"


def _prompt_in(version: str) -> str:
    found = _PROMPT.search(version)
    return found[1] if found else ""


def _wish(interest: Interest | None, authored: Analogy | None) -> str:
    return say("no_comparison" if interest is None else "own_comparison" if authored is None else "authored_comparison")


def _prompt(template: Template, sent: Material, wish: str) -> Prompt:
    system, user = template.filled({**sent.values, "comparison": wish})
    return Prompt(
        system=system,
        user=user,
        answer_schema=schema(list(sent.passages)),
        max_output_tokens=template.max_output_tokens,
        temperature=template.temperature,
    )
