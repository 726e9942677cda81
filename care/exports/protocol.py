"""What the exports' API takes."""
from ninja import Schema

from care.exports.enums import Format


class ExportBody(Schema):
    """`POST circles/{id}/exports`."""

    format: Format
