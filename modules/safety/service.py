"""Screens texts."""

from typing_extensions import override

from modules.safety.domain import instructions, personal, rules
from modules.safety.domain.disguises import visible
from modules.safety.domain.languages import help_text
from modules.safety.interface import Safety, Screening, Verdict


class SafetyService(Safety):
    """Rules and word lists of one language."""

    @override
    def screen(self, text: str) -> Screening:
        seen = visible(text)
        verdict, reason = rules.judged(seen)
        rest = personal.removed(seen)
        if verdict is Verdict.OK and (kept := instructions.without_orders(rest)) is not None:
            verdict, reason, rest = Verdict.INJECTION, "orders", kept
        return Screening(verdict=verdict, reason=reason, cleaned=rest, help_text=help_text(verdict))

    @override
    def mask(self, text: str) -> str:
        return personal.masked(text)

    @override
    def cleaned(self, text: str) -> str:
        return visible(text)

    @override
    def quotable(self, text: str) -> str:
        return instructions.quotable(text)
