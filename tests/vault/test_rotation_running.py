"""Rotation beside another process that seals, opens and makes vaults all the while; killed in the middle and begun again."""
import os
import signal
import subprocess
import sys
from pathlib import Path

from foundation.vault import keyring
from tests.service import ROOT

_SERVICE = """
import os, sys, time, django
django.setup()
from foundation import ids
from foundation.vault import seal
known = {}
print("ready", flush=True)
while not os.path.exists(sys.argv[1]):
    vault = ids.new()
    seal.create_vault(vault)
    known[vault] = seal.seal(vault, "here", str(vault))
    if len(known) == 30:
        print("thirty", flush=True)
    time.sleep(0.01)
    for old in list(known)[-5:]:
        seal.forget()
        assert seal.unseal(old, "here", known[old]) == str(old)
seal.forget()
assert all(seal.unseal(vault, "here", blob) == str(vault) for vault, blob in known.items())
print(len(known), flush=True)
"""
_ROTATE = """
import sys, time, django
django.setup()
from foundation.vault.rotation import rotate
for count in rotate(batch=5):
    print(count, flush=True)
    time.sleep(0.05)
"""


def _python(code: str, data: Path, *args: str) -> subprocess.Popen[str]:
    env = {**os.environ, "CERCLE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *args]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_service_that_runs_beside_it_notices_nothing(tmp_path: Path) -> None:
    data, end = tmp_path / "data", tmp_path / "end"
    ring = data / "keys" / "master.key"
    for secret in (ring, data / "keys" / "secret.key"):
        keyring.create(secret)
    env = {**os.environ, "CERCLE_DATA": str(data)}
    subprocess.run([sys.executable, "manage.py", "migrate", "--database", "keys"], cwd=ROOT, env=env, check=True, capture_output=True)
    first = ring.read_text()
    service = _python(_SERVICE, data, str(end))
    assert service.stdout is not None
    assert service.stdout.readline() == "ready\n"
    assert service.stdout.readline() == "thirty\n"

    killed = _python(_ROTATE, data)
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(ring.read_text().splitlines()) == 2

    done = subprocess.run([sys.executable, "manage.py", "rotate_master_key"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    end.touch()
    said, wrong = service.communicate(timeout=60)
    assert service.returncode == 0, wrong
    assert int(said) > 30
    assert len(ring.read_text().splitlines()) == 1
    assert ring.read_text() != first
