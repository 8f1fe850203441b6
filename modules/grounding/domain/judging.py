"""Finds the evidence of a claim in a passage, and judges the claim by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from modules.grounding.domain.aligning import align
from modules.grounding.domain.faults import faults_of, of_one_family
from modules.grounding.domain.language import Language
from modules.grounding.domain.words import Line, joined, read, sentences
from modules.grounding.interface import Fault, Verdict

_COVERAGE: Final = 0.75
_HOPELESS: Final = 0.4
_ENDS: Final = (".", "!", "?")
_TRIED: Final = 3
_FEWEST_WORDS: Final = 4
_LONGER: Final = 0.0005


def verdict(claim: str, passage: str, language: Language) -> Verdict:
    """The verdict on a claim; each sentence of it must be supported, by itself or clause by clause."""
    if _stands_in(claim, passage):
        return Verdict(supported=True, faults=(), evidence=claim)
    parts = sentences(claim, language) or [""]
    return _together([_of_clauses(part, passage, language) for part in parts])


def _stands_in(claim: str, passage: str) -> bool:
    """Whether the claim is a whole sentence of the passage, letter by letter; spares the reading of all others."""
    start = passage.find(claim) if claim.endswith(_ENDS) else -1
    if start < 0:
        return False
    before, after = passage[:start].rstrip(" "), passage[start + len(claim) :]
    return (not before or before.endswith((*_ENDS, "\n"))) and (not after or after[0].isspace())


def _of_clauses(claim: str, passage: str, language: Language) -> Verdict:
    whole = _of_sentence(claim, passage, language)
    if whole.supported:
        return whole
    term, colon, meaning = claim.partition(": ")
    if colon:
        turned = _of_sentence(language.definition.format(term=term, meaning=meaning.rstrip(".")), passage, language)
        return turned if turned.supported else whole
    clauses = language.joint.split(claim)
    if len(clauses) == 1 or min(len(clause.split()) for clause in clauses) < _FEWEST_WORDS:
        return whole
    found = _together([_of_sentence(clause, passage, language) for clause in clauses])
    return found if found.supported else whole


def _together(found: Sequence[Verdict]) -> Verdict:
    if len(found) == 1:
        return found[0]
    faults = {fault for one in found for fault in one.faults}
    evidence = " ".join(dict.fromkeys(one.evidence for one in found))
    return Verdict(supported=not faults, faults=tuple(one for one in Fault if one in faults), evidence=evidence)


def _of_sentence(claim: str, passage: str, language: Language) -> Verdict:
    """The best verdict among the windows of the passage that are nearest.

    Two sentences together are looked at only when none says enough alone: else the second would lend its words.
    """
    said = read(claim, language)
    windows = _windows(passage, language)
    weights = {token.key: token.weight for token in said.tokens if token.weight}
    total = sum(weights.values())
    if not windows.single or not total:
        return _without_weight(said, windows.single)
    ranked = _ranked(windows.single, weights, total, language)
    if ranked[0][0] < _COVERAGE:
        ranked = [*ranked, *_ranked(windows.pairs, weights, total, language)]
        ranked.sort(key=lambda one: -one[0])
    best: Verdict | None = None
    for share, line in ranked[:_TRIED]:
        found = _judged(said, line, share, language)
        if best is None or (found.supported and not best.supported):
            best = found
        if best.supported:
            break
    return best or _without_weight(said, windows.single)


@dataclass(frozen=True, slots=True)
class _Windows:
    """What says something alone, and every two sentences that are adjacent.

    A sentence with a colon counts together with the line that it announces, and what follows its colon counts alone.
    """

    single: tuple[Line, ...]
    pairs: tuple[Line, ...]


@lru_cache(maxsize=256)
def _windows(passage: str, language: Language) -> _Windows:
    lines = [read(sentence, language) for sentence in sentences(passage, language)]
    announced = [joined(one, other) for one, other in pairwise(lines) if one.text.endswith(":")]
    defined = [read(line.text.split(": ", 1)[1], language) for line in lines if ": " in line.text]
    pairs = tuple(joined(one, other) for one, other in pairwise(lines))
    return _Windows((*lines, *announced, *defined), pairs)


def _ranked(
    lines: Sequence[Line], weights: Mapping[str, float], total: float, language: Language
) -> list[tuple[float, Line]]:
    return sorted(((_coverage(weights, total, line, language), line) for line in lines), key=lambda one: -one[0])


def _coverage(weights: Mapping[str, float], total: float, line: Line, language: Language) -> float:
    """The share of the claim's weight that a window holds; among equals the one that says least else is nearest."""
    share = sum(
        weight
        for key, weight in weights.items()
        if key in line.held or not language.same.get(key, _NONE).isdisjoint(line.held)
    )
    return share / total - _LONGER * len(line.tokens)


_NONE: Final[set[str]] = set()


def _judged(said: Line, line: Line, share: float, language: Language) -> Verdict:
    if share < _HOPELESS:
        return Verdict(supported=False, faults=(Fault.FOREIGN,), evidence=line.text)
    laid = align(said.tokens, line.tokens, language)
    found = faults_of(laid, language)
    if said.denials > line.denials and not any(token.denied for token in line.tokens):
        found.add(Fault.NEGATION)
    held = sum(
        token.weight
        for token, place in zip(said.tokens, laid.place, strict=True)
        if place >= 0 or token.key in line.held or any(of_one_family(token.key, other) for other in line.held)
    )
    if held < _COVERAGE * sum(token.weight for token in said.tokens):
        found.add(Fault.FOREIGN)
    return Verdict(supported=not found, faults=tuple(one for one in Fault if one in found), evidence=line.text)


def _without_weight(said: Line, windows: tuple[Line, ...]) -> Verdict:
    """A claim without a word of its own is supported by the very same sentence only."""
    same = next((line.text for line in windows if line.text == said.text), "")
    faults = () if same else (Fault.FOREIGN,)
    return Verdict(supported=bool(same), faults=faults, evidence=same or (windows[0].text if windows else ""))
