"""prose: how text is looked at: sentences, content words, reading grade; and how a sentence becomes easier to read.

Depends on: nothing. Owns: no tables; the words of a language that the rules need, and its simpler words.

Plain functions without state: the same text always gives the same answer.
"""

from modules.prose.values.leveling import SIMPLER as SIMPLER, leveled as leveled, simpler as simpler
from modules.prose.values.text import (
    capitalised as capitalised,
    content as content,
    count as count,
    equation_in as equation_in,
    grade_of as grade_of,
    is_equation as is_equation,
    mentions as mentions,
    negations as negations,
    numbers as numbers,
    reading_grade as reading_grade,
    sentences as sentences,
    stem as stem,
    syllables as syllables,
    tally as tally,
    term_pattern as term_pattern,
    total as total,
)
