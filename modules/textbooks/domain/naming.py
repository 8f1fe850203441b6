"""Names made of titles."""

import re
import unicodedata
from typing import Final

_SUBJECT_WORDS: Final = (
    ("biology", ("biology", "anatomy", "physiology", "microbiology", "genetics")),
    ("chemistry", ("chemistry",)),
    ("earth-science", ("earth", "geology", "astronomy", "climate", "oceanography")),
    ("physics", ("physics",)),
    ("mathematics", ("algebra", "calculus", "statistics", "trigonometry", "geometry", "mathematics", "math", "maths")),
    ("history", ("history", "government", "civics")),
)


def slug_of(title: str) -> str:
    """`Newton's Second Law` -> `newtons-second-law`, as OpenStax builds its addresses."""
    plain = unicodedata.normalize("NFKD", re.sub(r"['’‘`]", "", title)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def subject_of(*names: str) -> str:
    """The subject that a book's slug or title names; `general` when none does."""
    words = {word for name in names for word in re.findall(r"[a-z]+", name.lower())}
    return next((subject for subject, signs in _SUBJECT_WORDS if words & set(signs)), "general")
