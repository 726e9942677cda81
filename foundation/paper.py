"""Papers: PDF from a typst template and data, tagged for screen readers (PDF/UA-1). The one door to the `typst` package.

Data go in as JSON and come out as text: nothing that somebody wrote can be markup. The package weighs 80 MB, so it is loaded when
the first paper is asked for.
"""
import base64
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foundation import clock

log = logging.getLogger("cercle.paper")
CONTENT_TYPE = "application/pdf"


def printed(template: Path, data: dict[str, Any], pictures: Mapping[str, tuple[bytes, int, int]] | None = None) -> bytes:
    """The PDF of a template (`json(bytes(sys.inputs.data))` reads the data there).

    A sign that no font of this machine has is an error of the accessible format: the paper then comes out in the plain one, with
    a box for the sign, instead of not at all. `pictures`: name → (JPEG, width, height in pixels), which the template shows as
    `image(name, format: "svg")`; they are handed over in memory.
    """
    import typst

    given: dict[str, Any] = {
        "format": "pdf", "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)}, "timestamp": int(clock.now().timestamp()),
    }  # fmt: skip
    if pictures is None:
        source: Any = str(template)
        given["root"] = str(template.parent)
    else:
        source = {"main": template.read_bytes(), **{name: _framed(*picture) for name, picture in pictures.items()}}
    try:
        made = typst.compile(source, pdf_standards=["ua-1"], **given)
    except RuntimeError:  # TypstError is one; sources in memory raise the plain one
        log.warning("paper.inaccessible name=%s", template.stem)
        made = typst.compile(source, **given)
    return bytes(made)


def _framed(jpeg: bytes, width: int, height: int) -> bytes:
    """The one kind of picture that the library takes as text: a drawing around it. The JPEG's bytes come out in the PDF as they are."""
    shown = base64.b64encode(jpeg).decode()
    size = f'width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="data:image/jpeg;base64,{shown}"/></svg>'.encode()
