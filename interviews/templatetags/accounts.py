"""Template filters for user accounts."""

from django import template

from interviews.accounts.browsers import browser_in_words
from interviews.accounts.second_factor import lacks_second_factor
from interviews.models.display_name import display_name

register = template.Library()
register.filter("browser", browser_in_words)
register.filter("display_name", display_name)
register.filter("lacks_second_factor", lacks_second_factor)
