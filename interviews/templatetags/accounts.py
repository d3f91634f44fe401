"""Template filters for user accounts."""

from django import template

from interviews.models.display_name import display_name

register = template.Library()
register.filter("display_name", display_name)
