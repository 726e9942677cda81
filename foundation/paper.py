"""Papers: PDF from a typst template and data, tagged for screen readers (PDF/UA-1). The one door to the `typst` package.

Data go in as JSON and come out as text: nothing that somebody wrote can be markup. The package weighs 80 MB, so it is loaded when
the first paper is asked for.
"""
import json
import logging
from pathlib import Path
from typing import Any

from foundation import clock

log = logging.getLogger("cercle.paper")
CONTENT_TYPE = "application/pdf"


def printed(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template (`json(bytes(sys.inputs.data))` reads the data there).

    A sign that no font of this machine has is an error of the accessible format: the paper then comes out in the plain one, with
    a box for the sign, instead of not at all.
    """
    import typst

    given: dict[str, Any] = {
        "format": "pdf", "root": str(template.parent), "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
        "timestamp": int(clock.now().timestamp()),
    }  # fmt: skip
    try:
        made = typst.compile(str(template), pdf_standards=["ua-1"], **given)
    except typst.TypstError:
        log.warning("paper %s: not in the accessible format", template.stem)
        made = typst.compile(str(template), **given)
    return bytes(made)
