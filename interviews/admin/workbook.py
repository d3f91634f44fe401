"""The workload as an Excel file: a sheet of totals, a sheet of items."""

from decimal import Decimal
from io import BytesIO

import xlsxwriter

# Write text as strings: typed text never becomes a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(people, headings, rows):
    content = BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        _sheet(book, "汇总", ["姓名", "部门", "月份", "各角色", "计数", "加权", "已撤下（不计）"], _sums(people), bold)
        _sheet(book, "明细", headings, rows, bold)
    return content.getvalue()


def _sums(people):
    for person in people:
        name, department = person.person.name, person.person.department
        for month, tally in person.months:
            yield [name, department, f"{month:%Y-%m}", _roles(tally), tally.count, tally.weighted, tally.withdrawn]
        yield [name, department, "小计", _roles(person), person.count, person.weighted, person.withdrawn]
    count, weighted = sum(person.count for person in people), sum(person.weighted for person in people)
    yield ["合计", "", "", "", count, weighted, sum(person.withdrawn for person in people)]


def _roles(tally):
    return "、".join(f"{role} {count}" for role, count in tally.roles.items())


def _sheet(book, name, headings, rows, bold):
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 14)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, (int, Decimal)):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, value)
