"""Which texts are a cry for help or a wish to harm, judged by rules that are data."""

import re
from dataclasses import dataclass
from typing import Final

from modules.safety.domain.disguises import readings
from modules.safety.domain.languages import ENGLISH, filled
from modules.safety.interface import Verdict

_NO_WORD: Final = re.compile(r"[^a-z0-9.]+")
_STOPS: Final = re.compile(r"[.?!;\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Every pattern of `every` stands in the text, and `unless` does not."""

    verdict: Verdict
    reason: str
    every: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None

    def holds(self, line: str) -> bool:
        return all(one.search(line) for one in self.every) and not (self.unless and self.unless.search(line))


def _compiled(raw: dict[str, str | list[str]]) -> _Rule:
    every = [raw["if"]] if isinstance(raw["if"], str) else raw["if"]
    unless = raw.get("unless")
    return _Rule(
        verdict=Verdict(str(raw["verdict"])),
        reason=str(raw["reason"]),
        every=tuple(_whole(one) for one in every),
        unless=_whole(str(unless)) if unless else None,
    )


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{filled(pattern)})\b")


# A cry for help comes before everything else that a text may be.
_RULES: Final = sorted(map(_compiled, ENGLISH["rules"]), key=lambda rule: rule.verdict is not Verdict.CRISIS)
_HARMLESS: Final = _whole("|".join(ENGLISH["harmless"]))


def judged(text: str) -> tuple[Verdict, str]:
    """The verdict and its reason; OK when no rule speaks, or the rules speak of harmless expressions only."""
    lines = list(dict.fromkeys(_line(reading) for reading in readings(text)))
    for rule in _RULES:
        if any(rule.holds(line) for line in lines):
            return rule.verdict, rule.reason
    return Verdict.OK, ""


def _line(reading: str) -> str:
    """Lower-case words; every end of a sentence is a full stop, and expressions that only sound bad are taken out."""
    sentences = _STOPS.sub(" . ", reading.lower().replace("'", ""))
    return _HARMLESS.sub(" ", _NO_WORD.sub(" ", sentences)).strip()
