from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Variables for every page. Runs no query and touches no session."""
    digits = "".join(filter(str.isdigit, settings.PUBLIC_SECURITY_NUMBER))
    return {
        "site": {
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
            "publisher": settings.PUBLISHER,
            "source": settings.PUBLISHER or settings.SITE_NAME,
            "icp_number": settings.ICP_NUMBER,
            "public_security_number": settings.PUBLIC_SECURITY_NUMBER,
            "public_security_code": digits,
            "news_licence": settings.NEWS_LICENCE,
            "report_contact": settings.REPORT_CONTACT,
        }
    }
