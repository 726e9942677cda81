"""How many of a process type run: what a formation may say, and that two of a type live beside each other."""
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.cluster.proxy import PLACES, configuration
from config.supervisor.formation import LISTEN, parts_of, read_formation
from config.supervisor.procfile import BadProcfile, read_procfile
from tests.faults.rolling import has_proxy
from tests.platform.supervised import Supervised, is_alive, until
from tests.service import ROOT

COMMANDS = read_procfile(ROOT / "Procfile")


def test_one_of_each_keeps_its_name_and_the_port() -> None:
    parts = parts_of(COMMANDS, {}, 8000)
    assert [part.name for part in parts] == ["web", "worker", "media", "alerts", "hospital", "care"]
    assert {part.port for part in parts} == {None}


def test_several_have_a_number_and_web_processes_a_port_each() -> None:
    parts = parts_of(COMMANDS, read_formation("web=2, worker=2,media=0", COMMANDS), 8000)
    assert [part.name for part in parts] == ["web.1", "web.2", "worker.1", "worker.2", "alerts", "hospital", "care"]
    assert [part.env.get(LISTEN) for part in parts[:3]] == ["8001", "8002", None]


def test_one_web_process_behind_a_proxy_leaves_the_port_to_that() -> None:
    assert next(part.port for part in parts_of(COMMANDS, {}, 8000, is_proxied=True)) == 8001


@pytest.mark.parametrize("text", ["web", "web=", "web=x", "web=-1", "web=1000", "nobody=2", "web=2;worker=2", "hospital=2"])
def test_a_formation_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadProcfile):
        read_formation(text, COMMANDS)


def test_two_of_a_type_have_a_pid_file_each_and_come_back_by_themselves(tmp_path: Path) -> None:
    with Supervised(tmp_path, options=("--formation", "worker=2")) as run:
        before = run.pids
        assert set(before) == {"web", "worker.1", "worker.2"}
        os.kill(before["worker.1"], signal.SIGKILL)
        until(lambda: run.pids.get("worker.1", before["worker.1"]) != before["worker.1"], "a new pid")
        assert is_alive(run.pids["worker.1"])
        assert run.pids["worker.2"] == before["worker.2"]


def test_a_restart_of_nothing_says_so(tmp_path: Path) -> None:
    env = {**os.environ, "CERCLE_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "config.supervisor.roll"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing that serves runs on ")


@pytest.mark.skipif(not has_proxy(), reason="HAProxy is not installed: scripts/setup servers gets it when root")
def test_haproxy_takes_the_file_that_is_written_for_it(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(configuration(8000, [part for part in parts_of(COMMANDS, {"web": 2}, 8000) if part.port]))
    environ = {**os.environ, "PATH": f"{os.environ['PATH']}:{PLACES}"}
    done = subprocess.run(["haproxy", "-c", "-f", str(file)], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
