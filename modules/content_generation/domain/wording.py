"""Small questions to a line of text."""


def words(line: str) -> int:
    """How many words a reader counts."""
    return sum(any(map(str.isalnum, token)) for token in line.split())


def capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]
