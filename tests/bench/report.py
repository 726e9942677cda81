"""The table: ours, the references of the same run, their ratios, and what must hold."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.rounds import Outcome

Numbers = dict[str, float]


@dataclass(frozen=True)
class Line:
    """One figure. `bound` takes the medians by system and says whether it holds; without one it is only told."""

    title: str
    round: str
    number: str
    form: str = "{:,.0f}"
    promise: str = ""
    bound: Callable[[Numbers], bool] | None = None
    alone: bool = False  # the references know nothing of the kind


def outposts(numbers: Numbers) -> bool:
    """Posts are accepted one and a half times as fast as the tutorial's."""
    return numbers["cercle"] >= 1.5 * numbers["tutorial"]


LINES = [
    Line("deliveries/s, circles of 10", "deliveries 10", "rate"),
    Line(
        "deliveries/s, circles of 50",
        "deliveries 50",
        "rate",
        promise=">= 0.5 x floor, >= 6 x tutorial",
        bound=lambda n: n["cercle"] >= 0.5 * n["floor"] and n["cercle"] >= 6 * n["tutorial"],
    ),
    Line("deliveries/s, circle of 200", "deliveries 200", "rate"),
    Line("  server CPU ms per 1,000 deliveries, 50", "deliveries 50", "cpu", "{:,.1f}"),
    Line("  load generator busy, 50", "deliveries 50", "load", "{:.0%}"),
    Line("posts/s, one at a time, circle of 50", "accepted 1", "rate", "{:,.0f}", ">= 1.5 x tutorial", outposts),
    Line("posts/s, eight at a time, circle of 50", "accepted 8", "rate", "{:,.0f}", ">= 1.5 x tutorial", outposts),
    Line("  server CPU ms per post, told to 50", "accepted 8", "cpu", "{:,.1f}"),
    Line("one post in flight, 50 screens: p50 ms", "one in flight", "p50", "{:,.1f}", "<= 25 ms", lambda n: n["cercle"] <= 25),
    Line("  p95 ms", "one in flight", "p95", "{:,.1f}"),
    Line("  p99 ms", "one in flight", "p99", "{:,.1f}"),
    Line("50 posts/s, circles of 20, sent to last screen: p50 ms", "paced", "p50", "{:,.1f}"),
    Line("  p95 ms", "paced", "p95", "{:,.1f}"),
    Line("  p99 ms", "paced", "p99", "{:,.1f}"),
    Line("  answered to last screen: p99 ms", "paced", "answered p99", "{:,.1f}", "<= 150 ms", lambda n: n["cercle"] <= 150),
    Line("  server cores busy", "paced", "cpu", "{:.0%}"),
    Line("handshakes/s (ours signed in)", "handshakes", "rate", promise=">= 150", bound=lambda n: n["cercle"] >= 150),
    Line("handshakes/s, each with 5 circles watched", "memory", "rate"),
    Line("600 circles by one act: s until inside", "600 circles", "join", "{:,.2f}", "<= 5 s", lambda n: n["cercle"] <= 5, alone=True),
    Line("  s until gone, committed", "600 circles", "committed", "{:,.2f}"),
    Line("  s until the last open socket has heard", "600 circles", "leave", "{:,.2f}", "<= 1 s", lambda n: n["cercle"] <= 1, alone=True),
    Line("KiB per idle socket watching 5 circles", "memory", "kib", "{:,.1f}", "<= 45 KiB", lambda n: n["cercle"] <= 45),
]
SYSTEMS = ("cercle", "floor", "tutorial")
Results = dict[str, dict[str, list[Outcome]]]


def medians(results: Results, line: Line) -> Numbers:
    """The median over the rounds by system, where measured."""
    found = {}
    for system, outcomes in results.get(line.round, {}).items():
        numbers = [o.numbers[line.number] for o in outcomes if line.number in o.numbers]
        if numbers:
            found[system] = median(numbers)
    return found


def table(results: Results) -> tuple[list[str], list[str]]:
    """(lines to print, titles of what was missed)."""
    head = f"{'figure':56}{'cercle':>10}{'floor':>10}{'tutorial':>10}{'x floor':>9}{'x tut.':>9}  must hold"
    out, missed = [head, "-" * (len(head) + 22)], []
    for line in LINES:
        numbers = medians(results, line)
        if not numbers:
            continue
        cells = [line.form.format(numbers[s]) if s in numbers else "" for s in SYSTEMS]
        ratios = [f"{numbers['cercle'] / numbers[s]:.2f}" if "cercle" in numbers and numbers.get(s) else "" for s in SYSTEMS[1:]]
        verdict = ""
        if line.bound and set(numbers) == ({"cercle"} if line.alone else set(SYSTEMS)):
            held = line.bound(numbers)
            verdict = f"{line.promise}: {'held' if held else 'MISSED'}"
            missed += [] if held else [line.title.strip()]
        out.append(f"{line.title:56}{cells[0]:>10}{cells[1]:>10}{cells[2]:>10}{ratios[0]:>9}{ratios[1]:>9}  {verdict}".rstrip())
    return out, missed


def faults(results: Results, ours: bool) -> list[str]:
    """What was lost, doubled or closed in any round; that of the references is told and forgiven."""
    return [
        f"{name}: {fault}"
        for name, systems in results.items()
        for system, outcomes in systems.items()
        if (system == "cercle") is ours
        for outcome in outcomes
        for fault in outcome.faults
    ]
