"""Text as it is indexed and searched."""

import unicodedata


def index_text(text: str) -> str:
    """`CO₂` and `CO2` become one word; no null bytes."""
    return unicodedata.normalize("NFKC", text).replace("\x00", " ")
