"""Text as an engine may have it."""

import unicodedata


def plain(text: str) -> str:
    """`text` without control, format, private and unassigned characters, and with single spaces."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())
