"""The same on PostgreSQL, database and key store each a database of its own: pg_dump in a snapshot, and back into emptied schemas."""
import json
from pathlib import Path
from urllib.parse import quote

import psycopg

from foundation.vault import keyring
from tests.backups.site import Site
from tests.contract.cast import PASSWORD, scenario
from tests.media.corpus import photo
from tests.stores import own_postgres

_LOGIN = {"email": "nurse@example.org", "password": PASSWORD}


def test_backed_up_checked_killed_while_restoring_and_restored(tmp_path: Path) -> None:
    (tmp_path / "scenario.json").write_text(json.dumps(scenario({"nurse": "nurse"}, {"c1": [("nurse", "nurse")]})))
    (tmp_path / "photo.jpg").write_bytes(photo())
    places = [str(tmp_path / "main"), "--keys", str(tmp_path / "keys")]
    replace = ["call", "restore", *places, "--replace", "--all"]
    with own_postgres() as url:
        with psycopg.connect(url, autocommit=True) as base:
            base.execute("CREATE DATABASE patients")
        site = Site(tmp_path, DATABASE_URL=url, CERCLE_KEYS_URL=url.removesuffix("cercle") + "patients")
        for name in ("master.key", "secret.key"):
            keyring.create(site.keys / name)
        login = ["ask", "", "POST", "/_allauth/app/v1/auth/login", _LOGIN]
        *_, loaded, signed = site.run(["tables"], ["call", "prepare"], ["call", "load_scenario", str(tmp_path / "scenario.json")], login)
        circle, token = json.loads(loaded["said"])["c1"], signed["body"]["meta"]["session_token"]
        sent, written = _write(site, circle, token, tmp_path / "photo.jpg")
        made, checked, refused = site.run(
            ["call", "backup", *places], ["call", "backup", *places, "--check", "--all"], ["call", "restore", *places]
        )
        assert (made["refusal"], checked["refusal"]) == ("", "")
        assert "files 1 of 1" in checked["said"]
        assert "data here already" in refused["refusal"]
        assert len(site.run(["kill", "portal.backups.postgres", "restore", 2], replace)) == 1  # the keys are back, the database is not
        start, done, again = site.run(["call", "prepare"], replace, login)
        assert "cut short" in start["refusal"]
        assert done["refusal"] == ""
        seen, file = site.run(
            ["ask", again["body"]["meta"]["session_token"], "GET", f"/api/v1/circles/{circle}/posts", None],
            ["ask", token, "GET", f"/api/v1/circles/{circle}/posts", None],
        )
        assert [(post["id"], [medium["id"] for medium in post["media"]]) for post in seen["body"]["items"]] == [(written, [sent])]
        assert file["status"] == 401  # a session of before
        with psycopg.connect(url) as base:
            kept = base.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'aside%'").fetchall()
        assert len(kept) == 1


def _write(site: Site, circle: str, token: str, file: Path) -> tuple[str, str]:
    """A photo in a post: their ids."""
    (sent,) = site.run(["upload", token, f"/api/v1/circles/{quote(circle)}/media", str(file)])
    assert sent["status"] == 201, sent
    post = {"text": "Vu ce matin.", "media": [sent["body"]["id"]], "audience": "circle", "urgency": "info"}
    (written,) = site.run(["ask", token, "POST", f"/api/v1/circles/{circle}/posts", post])
    assert written["status"] == 201, written
    return sent["body"]["id"], written["body"]["id"]
