"""Whether a question that nothing was found for is in another language than the one it was matched in."""

import unicodedata
from typing import Final

from modules.understanding.domain.languages import ENGLISH

_FOREIGN: Final = frozenset(ENGLISH["foreign"].split())
_OWN: Final = frozenset(ENGLISH["asking"].split()) - frozenset(ENGLISH["shared"].split())
_OPENING: Final = "¿¡"
_FEWEST_LETTERS: Final = 2
_FEWEST_WORDS: Final = 2


def is_in_another_language(query: str) -> bool:
    """Judged by its script, and by small words that other languages have and English lacks.

    A guess that is good enough to word an answer by, not to refuse one.
    """
    letters = [sign for sign in query if sign.isalpha()]
    foreign_letters = sum("LATIN" not in unicodedata.name(sign, "") for sign in letters)
    if foreign_letters >= _FEWEST_LETTERS and 2 * foreign_letters > len(letters):
        return True
    if any(sign in query for sign in _OPENING):
        return True
    words = [word.strip(".,;:!?()\"'") for word in query.lower().replace("’", "'").split()]
    foreign, own = (sum(word in known for word in words) for known in (_FOREIGN, _OWN))
    return foreign >= _FEWEST_WORDS * (own + 1)
