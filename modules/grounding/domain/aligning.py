"""Lays a claim along its evidence, so that each word stands beside the one it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from modules.grounding.domain.language import Language
from modules.grounding.domain.words import Kind, Token


@dataclass(frozen=True, slots=True)
class Alignment:
    """`place`: for each token of the claim where it stands in the evidence, or -1. `taken`: those places."""

    claim: Sequence[Token]
    evidence: Sequence[Token]
    place: Sequence[int]
    taken: frozenset[int]

    def gap(self, number: int) -> range:
        """The places of the evidence between the neighbours of a token that has none."""
        before = next((self.place[at] for at in range(number - 1, -1, -1) if self.place[at] >= 0), -1)
        after = (self.place[at] for at in range(number + 1, len(self.place)) if self.place[at] >= 0)
        return range(before + 1, next(after, len(self.evidence)))


def align(claim: Sequence[Token], evidence: Sequence[Token], language: Language) -> Alignment:
    """The heaviest common subsequence; what carries meaning weighs more than what holds a sentence together."""
    most = min(len(claim), len(evidence))
    head = next((at for at in range(most) if not equal(claim[at], evidence[at], language)), most)
    tail = next((at for at in range(most) if not equal(claim[-1 - at], evidence[-1 - at], language)), most)
    head, tail = (head, min(tail, most - head)) if head >= tail else (min(head, most - tail), tail)
    place = [*range(head), *[-1] * (len(claim) - head - tail)]
    place += range(len(evidence) - tail, len(evidence))
    inner = claim[head : len(claim) - tail], evidence[head : len(evidence) - tail]
    for one, other in _common(*inner, language):
        place[head + one] = head + other
    return Alignment(claim, evidence, place, frozenset(at for at in place if at >= 0))


def equal(one: Token, other: Token, language: Language) -> bool:
    """Whether two tokens say the same, one by itself, or one by denying its opposite."""
    if one.denied == other.denied:
        return one.key == other.key or language.alike(one.key, other.key)
    return one.kind is other.kind is Kind.WORD and language.negates(one.key, other.key)


def _common(claim: Sequence[Token], evidence: Sequence[Token], language: Language) -> list[tuple[int, int]]:
    best = [[0] * (len(evidence) + 1)]
    for one in reversed(claim):
        below, row = best[-1], [0] * (len(evidence) + 1)
        for at in range(len(evidence) - 1, -1, -1):
            other = evidence[at]
            row[at] = max(below[at], row[at + 1])
            if (one.key == other.key and one.denied == other.denied) or equal(one, other, language):
                row[at] = max(row[at], below[at + 1] + _worth(one))
        best.append(row)
    best.reverse()
    found, one_at, at = [], 0, 0
    while one_at < len(claim) and at < len(evidence):
        here = best[one_at][at]
        if here == best[one_at + 1][at]:
            one_at += 1
        elif here == best[one_at][at + 1]:
            at += 1
        else:
            found.append((one_at, at))
            one_at, at = one_at + 1, at + 1
    return found


def _worth(token: Token) -> int:
    return 1 if token.kind is Kind.FUNCTION else 3
