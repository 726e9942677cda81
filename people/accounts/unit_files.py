"""A hospital's file of who works in which unit, read tolerantly: `;`, `,` or tabs, UTF-8 or Windows' letters, French or ISO dates. Pure."""
import csv
import datetime as dt
import io
import re
import zoneinfo
from dataclasses import dataclass

_COLUMNS = {
    "who": {"email", "e-mail", "mail", "courriel", "adresse", "rpps", "email ou rpps", "e-mail ou rpps", "email or rpps", "e-mail or rpps"},
    "unit": {"unit", "unite", "unité", "uf", "unit code", "code", "code unite", "code unité", "unit_code", "code uf"},
    "since": {"since", "from", "du", "depuis", "debut", "début"},
    "until": {"until", "to", "au", "jusqu'au", "fin"},
}
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
_RPPS = re.compile(r"\d{11}")  # whether it is anybody's is asked of the accounts
MOST_ROWS = 50_000


@dataclass(frozen=True)
class Row:
    """One line that could be read: who (an e-mail address in lower case, or an RPPS), a unit's code, and from when until when."""

    line: int
    who: str
    code: str
    since: dt.datetime | None
    until: dt.datetime | None

    @property
    def by_rpps(self) -> bool:
        """Whether the person is named by their number."""
        return "@" not in self.who


@dataclass(frozen=True)
class Refusal:
    """A line that changes nothing. `code`: "no_columns", "bad_line", "bad_date", "unknown_unit", "unknown_person", "elsewhere", "shared",
    "twice"."""

    line: int
    code: str
    who: str = ""


def read_rows(raw: bytes, zone: str) -> tuple[list[Row], list[Refusal]]:
    """(what could be read, what not). Days are those of a time zone; the last day of an interval belongs to it."""
    text = _decoded(raw)
    head, _, _ = text.partition("\n")
    mark = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows: list[Row] = []
    refused: list[Refusal] = []
    try:
        columns = _places(next(reader, []))
        if not {"who", "unit"} <= set(columns):
            return [], [Refusal(1, "no_columns")]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= MOST_ROWS:
                refused.append(Refusal(reader.line_num, "bad_line"))
                break
            read = _row(reader.line_num, cells, columns, zoneinfo.ZoneInfo(zone))
            if isinstance(read, Row):
                rows.append(read)
            else:
                refused.append(read)
    except csv.Error:  # a cell that never ends, say: what follows it is lost
        refused.append(Refusal(reader.line_num, "bad_line"))
    return rows, refused


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _places(head: list[str]) -> dict[str, list[int]]:
    """Column → where it stands; who may stand in two, by address and by number."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(head):
        for column, names in _COLUMNS.items():
            if " ".join(cell.strip().lower().split()) in names:
                found.setdefault(column, []).append(place)
    return found


def _row(line: int, cells: list[str], columns: dict[str, list[int]], zone: dt.tzinfo) -> Row | Refusal:
    def cell(column: str) -> str:
        said = [cells[place].strip() for place in columns.get(column, []) if place < len(cells)]
        return next((one for one in said if one), "")

    who, code = cell("who").lower(), cell("unit")
    if not code or not ("@" in who or _RPPS.fullmatch(who.replace(" ", ""))):
        return Refusal(line, "bad_line", who)
    try:
        since, until = _moment(cell("since"), zone, last=False), _moment(cell("until"), zone, last=True)
    except ValueError:
        return Refusal(line, "bad_date", who)
    if since and until and until <= since:
        return Refusal(line, "bad_date", who)
    return Row(line, who if "@" in who else who.replace(" ", ""), code, since, until)


def _moment(said: str, zone: dt.tzinfo, *, last: bool) -> dt.datetime | None:
    """A day's beginning, its end where it is the last one, or a moment as ISO 8601. Raises ValueError."""
    if not said:
        return None
    for way in _DAYS:
        try:
            day = dt.datetime.strptime(said, way).replace(tzinfo=zone).date() + dt.timedelta(days=int(last))
        except (ValueError, OverflowError):
            continue
        return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
    moment = dt.datetime.fromisoformat(said)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
