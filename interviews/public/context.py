from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page names. Asks the database nothing and touches no session."""
    return {"site": {"name": settings.SITE_NAME, "url": settings.SITE_URL}}
