"""HAProxy before the web processes: the file that it reads. Beginning for a proxy of one's own (docs/operating.md, "The proxy")."""
import shutil
from collections.abc import Iterable
from pathlib import Path

from config.supervisor.folder import Refused
from config.supervisor.formation import Part
from config.supervisor.roll import READY

PLACES = "/usr/sbin:/usr/local/sbin"  # where Debian puts it, which an ordinary user's PATH leaves out

_HEAD = """\
defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 75s
    timeout queue 10s
    timeout check 5s
    timeout http-request 15s
    timeout http-keep-alive 60s
    # A socket is silent for 20 seconds at most: both sides ask whether the other lives.
    timeout tunnel 1h
    # Another process is tried where none could be reached, so nothing was sent. What was sent is repeated by clients, by their key.
    retries 3
    option redispatch 1
    retry-on conn-failure

# No access log: paths under /calendar/ are secrets, and what stands after a `?` may be a name.
frontend pages
    bind 127.0.0.1:{port}
    # Only what this proxy has seen itself is told.
    http-request del-header X-Forwarded-For
    http-request del-header Forwarded
    http-request del-header Daphne-Root-Path
    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    option forwardfor
    # Whoever is signed in comes back to the same process, with their requests and their sockets.
    http-request set-var(txn.who) req.hdr(X-Session-Token)
    http-request set-var(txn.who) req.cook({cookie}) unless {{ var(txn.who) -m found }}
    default_backend web

backend web
    balance hash var(txn.who)
    hash-type consistent
    option httpchk GET {check}
    http-check expect status 200
    default-server check inter 500ms fall 2 rise 1
"""


def haproxy(data: Path, port: int, web: Iterable[Part]) -> Part:
    """Writes `haproxy.cfg` and gives the part that reads it. Raises `Refused` where there is no HAProxy."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path=PLACES)
    if program is None:
        raise Refused("HAProxy is missing: install the package haproxy (sudo apt-get install haproxy).")
    file = data / "haproxy.cfg"
    file.write_text(configuration(port, web), encoding="ascii")
    return Part("proxy", [program, "-db", "-f", str(file)], is_server=True)


def configuration(port: int, web: Iterable[Part]) -> str:
    """The text. `web` are the processes, each with a port of its own on this machine."""
    lines = [f"    server {part.name} 127.0.0.1:{part.port}\n" for part in web]
    return _HEAD.format(port=port, cookie="cercle", check=READY) + "".join(lines)
