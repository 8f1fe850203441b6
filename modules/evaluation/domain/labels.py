"""How often a label is right, over all texts and by the label expected."""

from collections import Counter
from collections.abc import Sequence

from modules.evaluation.interface import JudgedLabel, LabelFigures, LabelReport

_DIGITS = 4


def report_of(judged: Sequence[JudgedLabel]) -> LabelReport:
    """Figures over all texts and by label, the labels in the order of their names."""
    labels = sorted({one.expected for one in judged})
    by_label = {label: _figures([one for one in judged if one.expected == label]) for label in labels}
    return LabelReport(overall=_figures(judged), by_label=by_label)


def _figures(judged: Sequence[JudgedLabel]) -> LabelFigures:
    return LabelFigures(
        texts=len(judged),
        accuracy=round(sum(one.right for one in judged) / len(judged), _DIGITS),
        taken_for=dict(Counter(one.found for one in judged if one.found != one.expected).most_common()),
    )
