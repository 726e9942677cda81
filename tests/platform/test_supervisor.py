"""What the contract promises of `make run`: pid files, starting again, ending together, taking over."""
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from tests.platform.supervised import Supervised, is_alive, until
from tests.service import ROOT


def test_each_process_has_a_pid_file_and_the_supervisor_none(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        assert set(run.pids) == {"web", "worker"}
        assert all(is_alive(pid) for pid in run.pids.values())
        assert run.process.pid not in run.pids.values()
        assert stat.S_IMODE(run.data.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_process_comes_back_under_a_new_pid(tmp_path: Path, name: str) -> None:
    with Supervised(tmp_path) as run:
        for _ in range(3):
            before = run.pids
            os.kill(before[name], signal.SIGKILL)
            until(lambda before=before: run.pids.get(name, before[name]) != before[name], "a new pid")  # type: ignore[misc]
            assert is_alive(run.pids[name])
            others = {key: pid for key, pid in before.items() if key != name}
            assert others.items() <= run.pids.items()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_ends_the_children_and_leaves_no_pid_file(tmp_path: Path, number: signal.Signals) -> None:
    with Supervised(tmp_path) as run:
        children = run.pids.values()
        run.process.send_signal(number)
        assert run.process.wait(30) == 0
        assert not any(is_alive(pid) for pid in children)
        assert run.pids == {}


def test_a_signal_to_the_whole_group_is_an_ordered_stop(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        children = run.pids.values()
        os.killpg(run.process.pid, signal.SIGTERM)
        assert run.process.wait(30) == 0
        assert not any(is_alive(pid) for pid in children)
        assert "started again" not in run.words


def test_the_children_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        children = list(run.pids.values())
        run.process.kill()
        until(lambda: not any(is_alive(pid) for pid in children), "the end of the children")


def test_a_new_run_takes_over_from_a_dead_one(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        before = run.pids
        run.process.kill()
        run.restart()
        assert set(run.pids) == {"web", "worker"}
        assert not set(run.pids.values()) & set(before.values())


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        env = {**os.environ, "CERCLE_DATA": str(run.data)}
        second = subprocess.run(run.command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert second.returncode == 1
        assert second.stderr.startswith("Cercle already runs on ")
        assert f"process {run.process.pid}" in second.stderr
        assert all(is_alive(pid) for pid in run.pids.values())


def test_a_stranger_who_has_got_an_old_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "1000"])
    try:
        run_folder = tmp_path / "data" / "run"
        run_folder.mkdir(parents=True)
        (run_folder / "worker.pid").write_text(str(stranger.pid))
        with Supervised(tmp_path) as run:
            assert stranger.poll() is None
            assert run.pids["worker"] != stranger.pid
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_left_by_a_dead_run_is_ended_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    left = subprocess.Popen(["sleep", "1000"], env={**os.environ, "CERCLE_SUPERVISED": str(data)})
    (data / "run").mkdir(parents=True)
    (data / "run" / "worker.pid").write_text(str(left.pid))
    with Supervised(tmp_path):
        assert left.wait(10) == -signal.SIGKILL


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with Supervised(tmp_path) as run:
        env = {**os.environ, "CERCLE_DATA": str(tmp_path / "other"), "PORT": str(run.port)}
        second = subprocess.run(run.command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert (second.returncode, second.stderr) == (1, f"Port {run.port} is taken by another program: set PORT to a free one.\n")


def test_the_words_of_a_child_come_with_its_name_to_the_last_line(tmp_path: Path) -> None:
    with Supervised(tmp_path, worker='print("first"); print("last words", end=""); raise SystemExit(3)') as run:
        until(lambda: "worker ended (3)" in run.words, "the end")
        assert "worker | first\nworker | last words\n" in run.words


def test_it_stops_with_the_make_that_started_it(tmp_path: Path) -> None:
    """SIGKILL of `make` alone: nobody is left to press Ctrl-C, so the service ends in order."""
    makefile = tmp_path / "Makefile"
    with Supervised(tmp_path) as plain:
        command = " ".join([*plain.command, "--end-with-parent"])
        plain.process.kill()
        until(lambda: not any(is_alive(pid) for pid in plain.pids.values()), "the end of the first")
        makefile.write_text(f"run:\n\t@exec {command}\n")
        env = {**os.environ, "PORT": str(plain.port), "CERCLE_DATA": str(plain.data)}
        make = subprocess.Popen(["make", "-C", str(ROOT), "-f", str(makefile), "run"], env=env, stdout=subprocess.DEVNULL)
        try:
            until(lambda: bool(plain.pids) and all(is_alive(pid) for pid in plain.pids.values()), "a start under make")
            children = list(plain.pids.values())
        finally:
            make.kill()
            make.wait()
        until(lambda: not any(is_alive(pid) for pid in children), "the end of the children")
