"""prose: how text is looked at: sentences, content words, reading grade; and how a sentence becomes easier to read.

Depends on: nothing. Owns: no tables; the words of a language that the rules need, and its simpler words.

Plain functions without state: the same text always gives the same answer.
"""

from modules.prose.values.leveling import SIMPLER, leveled, simpler
from modules.prose.values.text import (
    capitalised,
    clipped,
    content,
    count,
    equation_in,
    grade_of,
    is_equation,
    mentions,
    negations,
    numbers,
    reading_grade,
    sentences,
    stem,
    syllables,
    tally,
    term_pattern,
    total,
)

__all__ = [
    "SIMPLER",
    "capitalised",
    "clipped",
    "content",
    "count",
    "equation_in",
    "grade_of",
    "is_equation",
    "leveled",
    "mentions",
    "negations",
    "numbers",
    "reading_grade",
    "sentences",
    "simpler",
    "stem",
    "syllables",
    "tally",
    "term_pattern",
    "total",
]
