"""CSV and XLSX exports."""

import csv
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

from interviews.accounts.events import record_event
from interviews.models import SecurityEventKind

# Leading characters that spreadsheets take for a formula, or strip to get at one.
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def defused(value):
    """Escape a cell with an apostrophe against formula injection. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def fused(value):
    """Undo `defused` in a table that was exported, edited and is imported again."""
    return value[1:] if value.startswith("'") and value[1:].startswith(DANGEROUS) else value


class _Line:
    """A file-like object that returns each line instead of storing it."""

    def write(self, text):
        return text


def csv_lines(rows):
    """Yield CSV lines in UTF-8, with a BOM for Excel."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield writer.writerow([defused(value) for value in row]).encode()


def csv_response(rows, name):
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    return named(response, f"{name}.csv")


def xlsx_response(content, name):
    return named(HttpResponse(content, content_type=XLSX), f"{name}.xlsx")


def named(response, name):
    """Give a file to download its name, and record the export."""
    record_event(SecurityEventKind.EXPORTED, subject=name)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
