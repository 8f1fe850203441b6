"""The rules: what is wrong with a claim that was laid along its evidence."""

from collections.abc import Iterator, Sequence
from typing import Final

from modules.grounding.domain.aligning import Alignment
from modules.grounding.domain.language import Language
from modules.grounding.domain.words import Kind, Token
from modules.grounding.interface import Fault

_NEAR: Final = 3
_FAMILY: Final = 5
_FAMILY_SHARE: Final = 0.7
_MOVED_SHARE: Final = 0.15


def faults_of(laid: Alignment, language: Language) -> set[Fault]:
    """Every kind of fault, FOREIGN left out."""
    left = [token for at, token in enumerate(laid.evidence) if at not in laid.taken]
    moved: list[Token] = []
    found: set[Fault] = set()
    for number, token in enumerate(laid.claim):
        if laid.place[number] >= 0:
            continue
        gap = [laid.evidence[at] for at in laid.gap(number) if at not in laid.taken]
        if _is_moved(token, left):
            moved.append(token)
            found |= {Fault.ROLE} if _stands_for_another(token, gap) else set()
        fault = _fault(token, gap, left, language)
        found |= {fault} if fault else set()
    found |= _exchanged(laid, moved, language)
    found |= set(_dropped(laid, language))
    return found | ({Fault.ROLE} if _changes_voice(laid) else set())


def _is_moved(token: Token, left: Sequence[Token]) -> bool:
    weighty = token.kind in (Kind.WORD, Kind.SYMBOL)
    return weighty and any(token.key == other.key and token.denied == other.denied for other in left)


def _stands_for_another(token: Token, gap: Sequence[Token]) -> bool:
    """Whether the claim has the word where the evidence has one of another kind of thing."""
    there = [other for other in gap if other.kind in (Kind.WORD, Kind.SYMBOL)]
    return bool(there) and len(there) <= _NEAR and all(other.key != token.key for other in there)


def _exchanged(laid: Alignment, moved: Sequence[Token], language: Language) -> set[Fault]:
    total = sum(token.weight for token in laid.claim)
    share = sum(token.weight for token in moved) / total if total else 0.0
    causal = any(token.key in language.ordering for token in laid.claim)
    if not moved:
        return set()
    if not causal and share <= _MOVED_SHARE and all(token.key in language.everyday for token in moved):
        return set()
    return {Fault.ROLE, Fault.DIRECTION} if causal else {Fault.ROLE}


def _fault(token: Token, gap: Sequence[Token], left: Sequence[Token], language: Language) -> Fault | None:
    """What is wrong with a token of the claim that stands nowhere in the evidence's order."""
    match token.kind:
        case Kind.FUNCTION:
            turned = any(language.opposed(token.key, other.key) for other in gap)
            fault = Fault.DIRECTION if turned or token.key in language.causal else None
        case Kind.QUANTIFIER:
            fault = _of_quantifier(token, left, language)
        case Kind.NUMBER | Kind.SIGN:
            fault = _of_number(token, gap)
        case Kind.UNIT:
            fault = Fault.UNIT
        case Kind.SYMBOL:
            fault = _of_symbol(token, left)
        case _:
            fault = _of_word(token, gap, left, language)
    return fault


def _of_quantifier(token: Token, left: Sequence[Token], language: Language) -> Fault | None:
    """A hedge that is put in (`some`, `often`) says less than the evidence, which is no fault."""
    if token.denied:
        return Fault.NEGATION
    instead = any(other.kind is Kind.QUANTIFIER for other in left)
    return Fault.QUANTIFIER if instead or token.key not in language.hedges else None


def _of_number(token: Token, gap: Sequence[Token]) -> Fault | None:
    """`one` and the like count things only where the evidence counts them too."""
    if token.weak and any(other.kind is Kind.QUANTIFIER for other in gap):
        return Fault.QUANTIFIER
    harmless = token.weak and not any(other.kind is Kind.NUMBER for other in gap)
    return None if harmless else Fault.NUMBER


def _of_symbol(token: Token, left: Sequence[Token]) -> Fault | None:
    letters = [char for char in token.key if char.isalpha()]
    symbols = [other for other in left if other.kind is Kind.SYMBOL]
    if any(other.key == token.key for other in left):
        return Fault.NEGATION if all(other.denied != token.denied for other in left if other.key == token.key) else None
    alike = any([char for char in other.key if char.isalpha()] == letters for other in symbols)
    return Fault.NUMBER if alike else Fault.TERM


def _of_word(token: Token, gap: Sequence[Token], left: Sequence[Token], language: Language) -> Fault | None:
    same = [other for other in left if other.key == token.key]
    flipped = all(other.denied != token.denied for other in same) if same else token.denied and not _denies(gap)
    if turned := _turned(token, gap, language):
        return turned
    if same or flipped:
        return Fault.NEGATION if flipped else None
    return _turned(token, left, language) or _of_new_word(token, gap, left, language)


def _of_new_word(token: Token, gap: Sequence[Token], left: Sequence[Token], language: Language) -> Fault | None:
    """A word that the evidence has nowhere may be another form of one of its words, or say nothing of the subject."""
    if any(of_one_family(token.key, other.key) for other in left):
        return None
    near = [other for other in (*gap[:_NEAR], *gap[-_NEAR:]) if other.kind is Kind.WORD]
    polar = [token.key in language.opposites, any(other.key in language.opposites for other in near)]
    if near and any(polar):
        return Fault.ANTONYM if all(polar) else Fault.TERM
    return None if token.key in language.everyday else Fault.TERM


def _denies(tokens: Sequence[Token]) -> bool:
    return any(token.denied for token in tokens)


def _turned(token: Token, gap: Sequence[Token], language: Language) -> Fault | None:
    """Whether the evidence has the very opposite there."""
    for other in gap:
        if (other.key == token.key and other.denied != token.denied) or language.negates(token.key, other.key):
            return Fault.NEGATION
        if language.opposed(token.key, other.key):
            return Fault.ANTONYM
    return None


def of_one_family(one: str, other: str) -> bool:
    """Whether two stems share nearly all of their letters, as `accelerat` and `acceleration` do."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(_FAMILY, _FAMILY_SHARE * max(len(one), len(other)))


def _dropped(laid: Alignment, language: Language) -> Iterator[Fault]:
    """What the claim leaves out although it keeps the words that it belongs to."""
    for at, token in enumerate(laid.evidence):
        if at in laid.taken:
            continue
        if token.kind is Kind.QUANTIFIER and _goes_on(laid, at):
            if token.denied:
                yield Fault.NEGATION
            elif token.key in language.hedges or token.key in language.limits:
                yield Fault.QUANTIFIER
        if token.kind in (Kind.UNIT, Kind.SIGN) and at - 1 in laid.taken and laid.evidence[at - 1].kind is Kind.NUMBER:
            yield Fault.UNIT if token.kind is Kind.UNIT else Fault.NUMBER


def _goes_on(laid: Alignment, at: int) -> bool:
    """Whether the claim goes on right after a token that it leaves out, as the evidence does."""
    after = next((to for to in range(at + 1, len(laid.evidence)) if laid.evidence[to].kind is not Kind.FUNCTION), -1)
    if after not in laid.taken:
        return False
    number = laid.place.index(after)
    return number == 0 or all(to in laid.taken for to in range(at + 1, after + 1))


def _changes_voice(laid: Alignment) -> bool:
    """Whether one says `attracts` and the other `is attracted by`, with the words around in the same order."""
    for number, token in enumerate(laid.claim):
        if token.key == "by" and laid.place[number] < 0 and number and laid.place[number - 1] >= 0:
            return laid.claim[number - 1].kind is Kind.WORD
    return any(
        token.key == "by" and at not in laid.taken and {at - 1, at + 1} <= laid.taken
        for at, token in enumerate(laid.evidence)
    )
