"""The commands that newcomers and operators type, on a home that holds the starter library."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.contracts.rag import revised
from tests.e2e.conftest import ROOT, Home

pytestmark = pytest.mark.postgres
SMALL = ROOT / "tests" / "modules" / "textbooks" / "fixtures" / "small"


def test_a_book_goes_in_is_listed_and_is_searched(kept: Home) -> None:
    added = kept.run("library", "add", str(SMALL), "--json")
    (done,) = json.loads(added.stdout)
    (report,) = done["reports"]
    assert (added.returncode, done["state"], report["slug"], report["imported"]) == (0, "done", "small", 3)
    (again,) = json.loads(kept.run("library", "add", str(SMALL), "--json").stdout)
    assert [(report["imported"], report["unchanged"]) for report in again["reports"]] == [(0, 3)]
    listed = json.loads(kept.run("library", "imports", "--json").stdout)
    assert [one["id"] for one in listed] == [again["id"], done["id"]]
    books = json.loads(kept.run("library", "list", "--json").stdout)
    assert {book["slug"] for book in books} == {"small", "vividly-starter"}
    topics = json.loads(kept.run("library", "topics", "--subject", "mathematics", "--json").stdout)
    assert len(topics) == 6
    found = json.loads(kept.run("library", "search", "why does the moon cause tides with music", "--json").stdout)
    assert found
    assert all(passage["license"] and passage["url"] for passage in found)


def test_a_folder_of_books_moves_and_goes(kept: Home, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    revised(shelf)
    other = Path(shutil.copytree(SMALL, shelf / "other"))
    facts = (other / "book.toml").read_text(encoding="utf-8")
    (other / "book.toml").write_text(facts.replace('slug = "small"', 'slug = "other"'), encoding="utf-8")
    added = kept.run("library", "add", str(shelf))
    assert (added.returncode, added.stderr.count("Traceback")) == (0, 0), added.stderr
    assert sorted(line.split(":")[0] for line in added.stdout.splitlines()) == ["other", "small"]
    sources = {one["source"] for one in json.loads(kept.run("library", "imports", "--json").stdout)}
    assert {"other", "small"} <= sources  # an import for each, so that one broken book stops no other
    assert shelf.name not in sources
    shown = json.loads(kept.run("library", "show", "small", "--json").stdout)
    assert [edition["state"] for edition in shown["editions"]] == ["serving", "superseded"]
    assert shown["editions"][0]["quality"]["passed"]
    assert "edition 2: superseded" in kept.run("library", "show", "small").stdout
    bundle = tmp_path / "books.bundle"
    assert kept.run("library", "export", str(bundle), "--book", "other", "--book", "small").returncode == 0
    assert kept.run("library", "switch-back", "small", "2").returncode == 0
    for arguments in (["small", "--edition", "3"], ["other"]):
        assert kept.run("library", "retire", *arguments).returncode == 0
    loaded = json.loads(kept.run("library", "load", str(bundle), "--json").stdout)
    assert {(one["slug"], one["embedded"] == one["passages"]) for one in loaded} == {("other", True), ("small", True)}
    assert kept.run("library", "retire", "other").returncode == 0
    missing = kept.run("library", "show", "other")
    assert (missing.returncode, missing.stdout) == (1, "")


def test_a_topic_is_shown_suggested_and_changed_by_hand(kept: Home) -> None:
    second, third = (f"vividly-starter/newtons-{number}-law" for number in ("second", "third"))
    shown = json.loads(kept.run("library", "topic", second, "--json").stdout)
    assert shown["related"]["next"]["id"] == third
    assert (bool(shown["topic"]["objectives"]), shown["changes"]) == (True, [])
    assert f"after: Newton's Third Law  ({third})" in kept.run("library", "topic", second).stdout
    changed = kept.run("library", "curate", third, "--title", "Pairs of forces", "--pin", "--merge-into", second)
    assert (changed.returncode, changed.stdout.splitlines()[0]) == (0, f"{third}  Pairs of forces")
    assert third not in kept.run("library", "suggest", "newt").stdout
    refused = kept.run("library", "curate", second, "--hide", "--merge-into", third)
    assert (refused.returncode, "cannot be merged" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    back = kept.run("library", "curate", third, "--title", "", "--unpin", "--merge-into", "", "--json")
    assert len(json.loads(back.stdout)["changes"]) == 6
    (found,) = json.loads(kept.run("library", "suggest", "newton's third", "--json").stdout)
    assert (found["topic"]["id"], found["topic"]["title"]) == (third, "Newton's Third Law")


def test_another_embedder_is_refused_until_the_library_has_its_vectors(kept: Home) -> None:
    search = ("library", "search", "how does photosynthesis make sugar", "--json")

    def other(*args: str) -> "subprocess.CompletedProcess[str]":
        return kept.run(*args, module="tests.e2e.other_embedder_command")

    # Everything is done before anything is judged: the tests after this one need the library as it was.
    before, refused, done = kept.run(*search), other(*search), other("library", "reembed", "--json")
    found, refused_too = other(*search), kept.run(*search)
    back, after = kept.run("library", "reembed"), kept.run(*search)
    assert (refused.returncode, refused.stdout, "vividly library reembed" in refused.stderr) == (1, "", True)
    (record,) = json.loads(done.stdout)
    assert (record["state"], record["source"], record["requested_by"]) == ("done", "", "cli")
    assert json.loads(found.stdout)[0]["topic_id"].endswith("/photosynthesis")
    assert (refused_too.returncode, "fake/other" in refused_too.stderr) == (1, True)
    assert (back.returncode, back.stdout) == (0, "The library has its new vectors.\n"), back.stderr
    assert json.loads(after.stdout) == json.loads(before.stdout) != []
    for book in json.loads(kept.run("library", "list", "--json").stdout):
        assert book["embedded"] == book["passages"] > 0


def test_what_is_no_book_is_said(kept: Home, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        done = kept.run("library", "add", str(path))
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        assert str(path) in done.stderr


def test_a_forbidden_licence_is_refused_and_may_be_allowed_by_name(kept: Home, tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "one").mkdir(parents=True)
    (book / "book.toml").write_text(
        'title = "Closed"\nslug = "closed"\nlicense = "CC BY-NC 4.0"\n[[chapters]]\nfolder = "one"\ntitle = "One"\n',
        encoding="utf-8",
    )
    (book / "one" / "01-tides.md").write_text("# Tides\n\n## Why\nThe moon pulls the sea.\n", encoding="utf-8")
    refused = kept.run("library", "add", str(book))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "CC BY-NC" in refused.stderr
    assert kept.run("library", "add", str(book), "--allow-licence", "CC BY-NC 4.0").returncode == 0


def test_a_book_in_another_language_goes_in_with_a_note(kept: Home, tmp_path: Path) -> None:
    book = tmp_path / "fisica"
    (book / "uno").mkdir(parents=True)
    (book / "book.toml").write_text(
        'title = "Física"\nslug = "fisica"\nlanguage = "es"\nlicense = "CC BY 4.0"\n'
        '[[chapters]]\nfolder = "uno"\ntitle = "Uno"\n',
        encoding="utf-8",
    )
    (book / "uno" / "01-mareas.md").write_text("# Mareas\n\nLa luna atrae el mar, y el mar sube.\n", encoding="utf-8")
    note = 'note: this book is in "es"; questions are matched in English, so it will be found poorly'
    added = kept.run("library", "add", str(book))
    assert (added.returncode, added.stdout.split(":")[0], note in added.stderr) == (0, "fisica", True), added.stderr
    shown = kept.run("library", "show", "fisica")
    assert (shown.returncode, note in shown.stdout) == (0, True), shown.stdout
    assert note not in kept.run("library", "show", "vividly-starter").stdout
    assert kept.run("library", "retire", "fisica").returncode == 0


def test_lessons_are_written_and_judged_and_none_is_kept(kept: Home) -> None:
    asked = ("eval", "lessons", "--topics", "3", "--interests", "int_music,int_soccer", "--grades", "8,10")
    done = kept.run(*asked, "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["lessons"], figures["invariance"]) == (12, 1.0)
    # Another test's book may have a topic of too few sentences.
    assert figures["grounded_share"] > 0.6
    assert 0 <= figures["rubric_min"] <= figures["rubric_mean"] <= 15
    assert {"grade_band_share", "quiz_flaws", "analogy_mapped_or_absent"} <= set(figures)
    assert len(figures["passed"]) == 15
    assert len(figures["worst"]) == 10
    assert all(len(one["failed"]) == 15 - one["total"] for one in figures["worst"])
    assert json.loads(kept.run(*asked, "--json").stdout) == figures
    assert "12 lessons" in kept.run(*asked).stdout
    for wrong in (("--grades", "5"), ("--grades", "eight"), ("--interests", "int_nothing")):
        assert kept.run("eval", "lessons", "--topics", "1", *wrong).returncode == 2


def test_dead_letters_are_listed_and_an_unknown_one_is_said(kept: Home) -> None:
    listed = kept.run("worker", "dead-letters", "--json")
    assert (listed.returncode, json.loads(listed.stdout)) == (0, [])
    done = kept.run("worker", "replay", str(uuid4()))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_database_is_upgraded_by_command(kept: Home) -> None:
    lines = json.loads(kept.run("db", "upgrade", "--json").stdout)
    modules = {line.split(" ")[0] for line in lines}
    assert modules == {
        "rag", "curation", "imports", "worker", "request_tracking", "user_auth", "content_generation",
        "lesson_feedback", "model_writing",
    }  # fmt: skip


def test_a_module_says_what_to_load(kept: Home) -> None:
    card = json.loads(kept.run("module", "rag", "--json").stdout)
    assert card["tokens"] <= card["budget"] == 30_000
    assert "modules/rag/interface.py" in {file["path"] for file in card["files"]}
    assert "modules/integrations/interface.py" in {file["path"] for file in card["uses"]}


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory", encoding="utf-8")
    done = Home(path=blocked / "home").run("doctor", "--json")
    assert done.returncode == 1
    failed = [finding for finding in json.loads(done.stdout) if finding["status"] == "FAIL"]
    assert failed
    assert all(finding["advice"] for finding in failed)


def test_text_alone_never_loads_the_media_adapters(kept: Home) -> None:
    code = (
        "import sys\n"
        "from shell.cli.app import app\n"
        "app(['ask', 'Explain plate tectonics', '--json'], standalone_mode=False)\n"
        "media = {'modules.integrations.local.media', 'av', 'typst', 'pypdfium2', 'espeakng_loader', 'google'}\n"
        "print(sorted(media & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=kept.path,
        env=kept.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert json.loads(done.stdout)["request"]["state"] == "completed", done.stderr
    assert done.stderr.strip().endswith("[]")
