"""Prometheus' text format, version 0.0.4: a few families of numbers. Labels are codes of the program, never what somebody wrote."""
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foundation.metrics import Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CODE = re.compile(r"[a-zA-Z0-9_./-]{1,64}")
Sample = tuple[str, Mapping[str, str], float]  # (what follows the family's name, labels, value)


@dataclass(frozen=True)
class Family:
    """Numbers of one name, with what they mean in one line."""

    name: str
    kind: str  # gauge, counter or histogram
    help: str
    samples: tuple[Sample, ...]


def gauge(name: str, help: str, value: float | Mapping[str, float], label: str = "kind") -> Family:
    """What goes up and down: one number, or one for each value of a label."""
    return Family(name, "gauge", help, _samples(value, label))


def counter(name: str, help: str, value: float | Mapping[str, float], label: str = "code") -> Family:
    """What only grows while the process lives."""
    return Family(name, "counter", help, _samples(value, label))


def histogram(name: str, help: str, measured: Histogram) -> Family:
    """Buckets with their sums so far, as Prometheus wants them."""
    samples: list[Sample] = []
    so_far = 0
    for bound, count in zip([*map(str, measured.bounds), "+Inf"], list(measured.counts), strict=True):
        so_far += count
        samples.append(("_bucket", {"le": bound}, so_far))
    return Family(name, "histogram", help, (*samples, ("_sum", {}, measured.sum), ("_count", {}, so_far)))


def _samples(value: float | Mapping[str, float], label: str) -> tuple[Sample, ...]:
    if isinstance(value, Mapping):
        return tuple(("", {label: code}, number) for code, number in value.items())
    return (("", {}, value),)


def render(families: Iterable[Family]) -> str:
    """The whole answer."""
    return "".join(f"# HELP {one.name} {one.help}\n# TYPE {one.name} {one.kind}\n{_lines(one)}" for one in families)


def _lines(family: Family) -> str:
    return "".join(f"{family.name}{suffix}{_labels(labels)} {float(value)!r}\n" for suffix, labels, value in family.samples)


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{value if value == "+Inf" or _CODE.fullmatch(value) else "other"}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""
