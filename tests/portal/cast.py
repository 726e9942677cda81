"""The contract's example of a scenario, with a second person, and how the loader is run."""

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

SCENARIO: dict[str, list[dict[str, Any]]] = {
    "structures": [
        {"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital",
         "units": [{"key": "cardio", "code": "4420", "name": "Cardiologie"}]},
    ],
    "people": [
        {"key": "alice", "email": "alice@example.org", "password": "Zx9-un-cheval", "family_name": "Martin", "given_name": "Alice",
         "profession": "nurse", "rpps": "10001234567", "structures": ["chd"], "units": ["cardio"], "language": "fr"},
        {"key": "claire", "email": "Claire@example.org", "password": "Zx9-un-cheval", "family_name": "Durand-Moreau",
         "given_name": "Claire", "profession": None, "confirmed": False, "language": "en"},
    ],
    "patients": [
        {"key": "p1", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F",
         "birth_place_code": "40088", "ins": None,
         "members": [
             {"person": "alice", "role": "nurse", "history": "all", "since": None, "until": None},
             {"person": "claire", "role": "relative", "history": "from_now", "since": None, "until": "2099-01-01T00:00:00Z"},
         ]},
    ],
}  # fmt: skip


def load(folder: Path, scenario: Any = None) -> dict[str, str]:
    """What `load_scenario` prints, which must be one JSON object and nothing else."""
    path, out = folder / "scenario.json", io.StringIO()
    path.write_text(json.dumps(SCENARIO if scenario is None else scenario))
    call_command("load_scenario", str(path), stdout=out)
    printed: dict[str, str] = json.loads(out.getvalue())
    return printed
