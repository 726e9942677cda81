"""Refusals in FHIR's own words: an OperationOutcome with the place of the fault.

Their sentences are in English, as a program's log is; what a program acts on is `code` and `expression`.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True)
class Issue:
    """One fault. `code` is of the value set issue-type, `expression` a FHIRPath such as `DocumentReference.content[0].attachment`."""

    code: str
    diagnostics: str
    expression: str = ""

    def written(self, severity: str) -> Resource:
        """As an OperationOutcome holds it."""
        issue: Resource = {"severity": severity, "code": self.code, "diagnostics": self.diagnostics}
        return {**issue, "expression": [self.expression]} if self.expression else issue


class FhirRefused(Exception):
    """Something that a caller did wrongly. `status` is the HTTP answer."""

    def __init__(self, status: int, *issues: Issue) -> None:
        super().__init__(issues[0].code if issues else "")
        self.status, self.issues = status, issues


def refused(status: int, code: str, diagnostics: str, expression: str = "") -> FhirRefused:
    """A refusal for one reason."""
    return FhirRefused(status, Issue(code, diagnostics, expression))


def not_found() -> FhirRefused:
    """404: what is not there and what is not this hospital's, in the same bytes."""
    return refused(404, "not-found", "Nothing here, or not for this client.")


def outcome(issues: Sequence[Issue], *, severity: str = "error") -> Resource:
    """The OperationOutcome of some faults, or of something to know."""
    return {"resourceType": "OperationOutcome", "issue": [issue.written(severity) for issue in issues]}
