"""What is said of a book beside its text: book.toml in its folder, or a side-car beside its file."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from modules.textbooks.domain.licence import contradictions, identify
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.interface import BookMeta, BrokenSourceError

NAME: Final = "book.toml"
_LINES: Final = 'title = "The Book"\nslug = "the-book"\nlicense = "CC BY 4.0"'


def sidecar_of(path: Path) -> Path | None:
    """book.toml in a book's folder; of a file `<file>.toml`, or book.toml beside it."""
    places = (path / NAME,) if path.is_dir() else (path.with_name(f"{path.name}.toml"), path.with_name(NAME))
    return next((place for place in places if place.is_file()), None)


def read_toml(path: Path | None) -> dict[str, Any]:
    """What the file says; nothing where there is none."""
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        message = f"{path} line {line[1] if line else 1} is not valid TOML: {error}"
        raise BrokenSourceError(message) from error


def require(said: Mapping[str, Any], keys: tuple[str, ...], *, source: Path, toml: Path) -> None:
    """Raises an error that shows what to write where, unless every key is said."""
    missing = [key for key in keys if not isinstance(said.get(key), str) or not said[key].strip()]
    if missing:
        message = f"{source} line 1 lacks {', '.join(missing)}; write {toml} with these lines:\n{_LINES}"
        raise BrokenSourceError(message)


def merged(own: Mapping[str, Any], beside: Mapping[str, Any], toml: Path | None) -> tuple[dict[str, Any], list[str]]:
    """What a book and its side-car say. The side-car corrects all but the licence, which is the book's own."""
    said = {key: value for key, value in own.items() if value} | dict(beside)
    if identify(f"{own.get('license_url', '')} {own.get('license', '')}").name != "unknown":
        said |= {"license": own.get("license", ""), "license_url": own.get("license_url", "")}
    beside_name = toml.name if toml else NAME
    return said, contradictions([*_witnesses("the book itself", own), *_witnesses(beside_name, beside)])


def _witnesses(name: str, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"{name} (address)", str(said.get("license_url", ""))), (name, str(said.get("license", "")))]


def meta_of(said: Mapping[str, Any], toml: Path) -> BookMeta:
    """The book's facts; `said` holds a title and a licence."""
    title = str(said["title"]).strip()
    slug = str(said.get("slug") or slug_of(title))
    if not slug or slug_of(slug) != slug:
        message = f"{toml} line 1: the slug {slug!r} may hold lower-case letters, digits and hyphens only"
        raise BrokenSourceError(message)
    written = str(said.get("license") or said.get("license_url"))
    licence = str(identify(f"{said.get('license_url', '')} {written}"))
    name = licence if licence != "unknown" else written
    authors = _authors(said.get("authors") or said.get("author") or ())
    web = str(said.get("source_url", "")).strip()
    credit = f"Adapted from {', '.join([title, *authors, name])}. {web}"
    return BookMeta(
        slug=slug,
        title=title,
        edition=str(said.get("edition") or "1"),
        language=str(said.get("language") or "en"),
        subject=str(said.get("subject") or subject_of(slug, title)),
        license=name,
        license_url=str(said.get("license_url", "")),
        authors=authors,
        # A book that is nowhere on the web is read at Vividly's own address of it.
        source_url=web or f"/library/{slug}",
        attribution=str(said.get("attribution") or credit.strip()),
    )


def _authors(said: Any) -> tuple[str, ...]:
    names = re.split(r"[;,]", said) if isinstance(said, str) else [str(name) for name in said]
    return tuple(name.strip() for name in names if name.strip())
