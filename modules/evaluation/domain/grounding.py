"""The figures of `vividly eval grounding`."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from modules.evaluation.domain.deriving import IDENTICAL, UNLISTED
from modules.evaluation.interface import GroundingReport, TrialClaim

_SHOWN: Final = 5


def grounding_report_of(claims: Sequence[TrialClaim], supported: Sequence[bool]) -> GroundingReport:
    """Shares by kind, and a few of those that were judged wrongly."""
    wrong: dict[str, list[str]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    is_false: dict[str, bool] = {}
    for claim, said in zip(claims, supported, strict=True):
        total[claim.kind] += 1
        is_false[claim.kind] = claim.false
        if said is claim.false:
            wrong[claim.kind].append(claim.claim)
    share = {kind: round(len(wrong[kind]) / count, 4) for kind, count in total.items()}
    true = [kind for kind in total if not is_false[kind] and kind not in (IDENTICAL, UNLISTED)]
    alarms, judged = sum(len(wrong[kind]) for kind in true), sum(total[kind] for kind in true)
    return GroundingReport(
        claims=len(claims),
        detected={kind: round(1 - share[kind], 4) for kind in sorted(total) if is_false[kind]},
        false_alarms=round(alarms / judged, 4) if judged else 0.0,
        false_alarms_by_kind={kind: share[kind] for kind in sorted(total) if not is_false[kind]},
        claims_by_kind=dict(sorted(total.items())),
        missed={kind: tuple(wrong[kind][:_SHOWN]) for kind in sorted(total) if is_false[kind]},
        alarms={kind: tuple(wrong[kind][:_SHOWN]) for kind in sorted(total) if not is_false[kind]},
    )
