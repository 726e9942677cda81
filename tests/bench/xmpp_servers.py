"""Prosody and ejabberd as Debian has them, their rooms' archives in PostgreSQL, without TLS and without limits.

Without `lua-dbi-postgresql` the one archives nothing, without `erlang-p1-pgsql` the other neither, both silently: rows are counted.
Anybody may sign in: accounts are not what is measured.
"""

import asyncio
import os
import shutil
import sysconfig
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.machine import Process
from tests.bench.screen import Board
from tests.bench.systems import System, count_rows
from tests.bench.xmpp import HOST, ROOMS, Member

_PROSODY = """
modules_enabled = {{ "saslauth", "disco", "posix" }}
modules_disabled = {{ "s2s", "tls", "offline" }}
daemonize = false; run_as_root = true; pidfile = "{folder}/prosody.pid"; data_path = "{folder}/prosody-data"
interfaces = {{ "127.0.0.1" }}; c2s_ports = {{ {port} }}; c2s_require_encryption = false; s2s_ports = {{ }}
allow_unencrypted_plain_auth = true
network_settings = {{ nagle = false; read_timeout = 840; }}
authentication = "insecure"; insecure_open_authentication = "Yes please, I know what I'm doing!"; insecure_open_registration = false
storage = {{ archive = "sql"; muc_log = "sql"; }}; default_storage = "memory"
sql = {{ driver = "PostgreSQL"; database = "{database}"; username = "postgres"; password = ""; host = "127.0.0.1"; port = {sql_port} }}
log = {{ warn = "{folder}/prosody-own.log" }}
VirtualHost "{host}"
Component "{rooms}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_log_by_default = true; muc_log_all_rooms = true; log_all_rooms = true; muc_room_locking = false
  restrict_room_creation = false
"""

_EJABBERD = """
hosts: ["{host}"]
loglevel: error
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, backlog: 1024}}
auth_method: [anonymous]
anonymous_protocol: both
allow_multiple_connections: true
default_db: sql
new_sql_schema: false
sql_type: pgsql
sql_server: "127.0.0.1"
sql_port: {sql_port}
sql_database: "{database}"
sql_username: "postgres"
sql_password: "none"
acl: {{}}
modules:
  mod_mam: {{default: never, db_type: sql}}
  mod_muc:
    host: "{rooms}"
    access: all
    access_create: all
    db_type: mnesia
    min_message_interval: 0
    min_presence_interval: 0
    max_users: 500
    history_size: 0
    default_room_options: {{mam: true, max_users: 500, persistent: false, public: true, allow_change_subj: true}}
"""
_SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")


class XmppServer(System):
    """What both have in common."""

    table: str
    database: str

    def settings(self) -> dict[str, object]:
        """What the configuration's template asks for."""
        assert self.postgres is not None
        where = urlsplit(self.postgres)
        self.database = self.postgres
        names = {"folder": self.folder, "port": self.port, "host": HOST, "rooms": ROOMS}
        return {**names, "database": where.path[1:], "sql_port": where.port}

    async def warm_up(self) -> None:
        """A first post in a room of its own: Prosody makes its table then."""
        member = await self.open(Board(), 0)
        await member.watch("first")
        member.awaits, member.echo = (post := str(uuid.uuid4())), asyncio.get_running_loop().create_future()
        member.send({"id": post, "text": "first"})
        await asyncio.wait_for(member.echo, 60)
        member.transport.close()

    async def open(self, board: Board, person: int) -> Member:  # type: ignore[override]
        """A member who is signed in, and in no room yet."""
        loop = asyncio.get_running_loop()
        _, member = await loop.create_connection(lambda: Member(board, f"p{person}"), "127.0.0.1", self.port)
        await member.sign_in()
        return member

    def rows(self) -> int:
        return count_rows(self.database, self.table)


class Prosody(XmppServer):
    """Prosody, `nagle` off as it must be."""

    name, table = "prosody", "prosodyarchive"

    async def start(self) -> None:
        config = self.folder / "prosody.cfg.lua"
        config.write_text(_PROSODY.format(**self.settings()))
        (self.folder / "prosody-data").mkdir(exist_ok=True)
        command = [shutil.which("prosody") or "/usr/bin/prosody", "--config", str(config), "--root", "-F"]
        self.process = Process(self.name, command, self.folder / "prosody.log")
        self.process.wait_for_port(self.port)
        await self.warm_up()


class Ejabberd(XmppServer):
    """ejabberd, in an Erlang of its own that knows no other."""

    name, table = "ejabberd", "archive"

    async def start(self) -> None:
        import psycopg

        config, spool = self.folder / "ejabberd.yml", self.folder / "ejabberd-spool"
        config.write_text(_EJABBERD.format(**self.settings()))
        spool.mkdir()
        with psycopg.connect(self.database, autocommit=True) as base:
            base.execute(_SCHEMA.read_bytes())  # noqa: ASYNC240  -- nobody waits yet
        env = {
            "EJABBERD_CONFIG_PATH": str(config), "EJABBERD_LOG_PATH": str(self.folder / "ejabberd-own.log"),
            "EJABBERD_PID_PATH": str(self.folder / "ejabberd.pid"), "ERL_LIBS": f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}",
            "HOME": str(self.folder),
            "ERL_CRASH_DUMP": os.devnull,
        }  # fmt: skip
        command = ["erl", "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir", f'"{spool}"', "-s", "ejabberd"]
        self.process = Process(self.name, command, self.folder / "ejabberd.log", env=env)
        self.process.wait_for_port(self.port, 120)
        await self.warm_up()
