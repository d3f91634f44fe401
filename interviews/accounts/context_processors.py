from django.conf import settings
from django.http import HttpRequest


def newsroom(request: HttpRequest) -> dict[str, object]:
    """Variables of the account pages, which are no admin views."""
    return {
        "site_name": settings.SITE_NAME,
        "site_header": "编辑部",
        "site_title": "编辑部",
        "sends_mail": bool(settings.MAIL_URL),
    }
