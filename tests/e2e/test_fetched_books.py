"""Books from an address: fetched where the operator allows it, imported like any other file, and gone afterwards."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.rag import SMALL, revised
from tests.e2e.conftest import Home
from tests.loopback_books import FETCH, HOST, serving, shelf
from tests.modules.book_files.samples import packed, with_entry

pytestmark = pytest.mark.postgres
Command = Callable[..., "subprocess.CompletedProcess[str]"]
HOSTILE = with_entry("../../outside.md")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The small book under another name, with a sentence that stands nowhere else."""
    folder = revised(tmp_path_factory.mktemp("book"), text="The quokka sleeps in the shade of an acacia.")
    facts = folder / "book.toml"
    facts.write_text(facts.read_text().replace('slug = "small"', 'slug = "fetched"'))
    return packed({str(path.relative_to(folder.parent)): path.read_bytes() for path in folder.rglob("*.*")})


@pytest.fixture
def command(kept: Home, book: bytes) -> Iterator[Command]:
    """Runs a command for which HOST is a server on this computer."""
    home = replace(kept, settings={"VIVIDLY_LIBRARY_FETCH_HOSTS": HOST})
    with serving(shelf({"/small.zip": book, "/hostile.zip": HOSTILE})) as server:
        yield lambda *args: home.run(str(server.server_port), *args, module="tests.e2e.loopback_command")


def left(home: Home) -> list[Path]:
    return list((home.path / "imports").glob("*"))


def test_a_book_comes_from_its_address_and_is_searched(kept: Home, command: Command) -> None:
    added = command("library", "add", f"{FETCH}/small.zip")
    assert (added.returncode, added.stdout.count("fetched: 3 sections imported")) == (0, 1), added.stderr
    found = json.loads(kept.run("library", "search", "where does the quokka sleep?", "--json").stdout)
    assert found[0]["topic_id"] == "fetched/photosynthesis"
    assert "The quokka sleeps in the shade of an acacia." in found[0]["text"]
    assert json.loads(kept.run("library", "imports", "--json").stdout)[0]["source"] == "small.zip"
    assert left(kept) == []
    assert kept.run("library", "retire", "fetched").returncode == 0


def test_a_hostile_file_from_an_allowed_host_meets_the_same_limits(kept: Home, command: Command) -> None:
    refused = command("library", "add", f"{FETCH}/hostile.zip", "--json")
    (record,) = json.loads(refused.stdout)
    assert (refused.returncode, record["state"], record["error_code"]) == (1, "failed", "book_files.hostile")
    assert left(kept) == []


def test_when_one_does_not_come_nothing_is_imported(kept: Home, command: Command) -> None:
    before = kept.run("library", "imports", "--json").stdout
    for urls, said in (
        ([f"{FETCH}/cut/small.zip"], "did not give the book"),
        ([f"{FETCH}/small.zip", f"{FETCH}/none.zip"], "answered 404"),
        ([str(SMALL), "https://other.example/small.zip"], "fetching from other.example is not allowed"),
        (["http://books.example/small.zip"], "https://"),
    ):
        failed = command("library", "add", *urls)
        assert (failed.returncode, failed.stdout) == (1, ""), failed.stderr
        assert (said in failed.stderr, "Traceback" in failed.stderr) == (True, False), failed.stderr
        assert left(kept) == []
    assert kept.run("library", "imports", "--json").stdout == before


def test_nothing_is_fetched_until_a_host_is_named(kept: Home) -> None:
    refused = kept.run("library", "add", f"{FETCH}/small.zip")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "VIVIDLY_LIBRARY_FETCH_HOSTS" in refused.stderr
