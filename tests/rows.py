"""All rows, in one value: equal before and after means that nothing was changed. And how many the planner believes."""

import hashlib
from functools import cache

from django.apps import apps
from django.db import connection


def digest():
    seal = hashlib.sha256()
    with connection.cursor() as cursor:
        for question in _questions():
            cursor.execute(question)
            seal.update(repr((question, cursor.fetchall())).encode())
    return seal.hexdigest()


@cache
def _questions():
    """Our tables, those between two models too, and the accounts with their groups."""
    models = apps.get_app_config("interviews").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models} | {"auth_user", "auth_user_groups", "auth_group_permissions"}
    questions = [_rows(table) for table in sorted(tables)]
    if connection.vendor == "sqlite":
        return questions
    # Where each question is a way there and back, all in one.
    sums = [f"(SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM ({each}) t)" for each in questions]
    return ["SELECT " + ", ".join(sums)]


def _rows(table):
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    # The last sign-in is no work.
    names = ", ".join(f'"{name}"' for name in columns if name != "last_login")
    return f"SELECT {names} FROM {table} ORDER BY {names}"


def count_anew():
    """After rows by the thousand. In production the database does so by itself; a planner that knows the tables from a
    test that left them empty joins them row by row, for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
