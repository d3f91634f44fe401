import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")

from .content_types import understood

handler = get_wsgi_application()


def with_stored_pages(handler: WSGIApplication) -> WSGIApplication:
    """Serve finished pages from memory, and new ones from the replica. Not while templates are edited."""
    from interviews.public.serving import StoredPages  # needs the models, which the handler has loaded

    # Without any bytes it keeps nothing, but knows what the replica must hold.
    needed = (settings.PAGE_STORE_BYTES or "replica" in settings.DATABASES) and not settings.DEBUG
    return StoredPages(handler, settings.PAGE_STORE_BYTES) if needed else handler


application = understood(with_stored_pages(handler))
