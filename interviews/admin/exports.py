"""Tables for spreadsheets."""

import csv
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

# What a spreadsheet would take for a formula, or strip to get at one.
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def defused(value):
    """Text as text: an apostrophe keeps a spreadsheet from reading it as a formula. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def fused(value):
    """What `defused` was given: a table that was exported, edited and is brought back."""
    return value[1:] if value.startswith("'") and value[1:].startswith(DANGEROUS) else value


class _Line:
    """A file that hands each line on instead of keeping it."""

    def write(self, text):
        return text


def csv_lines(rows):
    """Lines of CSV in UTF-8, with the mark by which Excel knows it."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield writer.writerow([defused(value) for value in row]).encode()


def csv_response(rows, name):
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    return _named(response, f"{name}.csv")


def xlsx_response(content, name):
    return _named(HttpResponse(content, content_type=XLSX), f"{name}.xlsx")


def _named(response, name):
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
