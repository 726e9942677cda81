"""One who reads nothing: a minute of patience, then the socket is closed. Too slow for every run of the tests."""
import time

from tests.contract.cast import scenario
from tests.contract.client import Person, line_to
from tests.contract.running import Server

_PEOPLE = {"deaf": "nurse", "writer": "nurse"}


def faults_of_patience(server: Server) -> list[str]:
    """A sentence for what is wrong with how one who confirms nothing for 60 seconds is treated."""
    ids = server.load(scenario(_PEOPLE, {"silent": [(who, "nurse") for who in _PEOPLE]}))
    with line_to(server.url) as line:
        deaf, writer = [Person(line, who).sign_in() for who in _PEOPLE]
        with deaf.wire(confirms=False) as wire, writer.wire(ids["silent"]) as other:
            wire.watch(ids["silent"])
            began = time.monotonic()
            writer.wrote(ids["silent"])
            while wire.is_open and time.monotonic() < began + 90:
                time.sleep(1)
            lasted = time.monotonic() - began
            faults = [] if wire.close_code == 4408 else [f"closed with {wire.close_code}"]
            faults += [] if 55 < lasted < 75 else [f"closed after {lasted:.0f} seconds"]
            return faults + ([] if other.is_open else ["closed one who confirms, too"])
