import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")

from .bodies import BodyGate
from .content_types import understood
from .probes import Probes, share_metrics_among_workers

os.umask(0o077)  # database, originals and logs are for this user alone
share_metrics_among_workers()
handler = get_wsgi_application()


def with_stored_pages(handler: WSGIApplication) -> WSGIApplication:
    """Serve finished pages from memory, and new ones from the replica. Not while templates are edited."""
    from interviews.public.serving import StoredPages  # needs the models, which the handler has loaded

    return handler if settings.DEBUG else StoredPages(handler, settings.PAGE_STORE_BYTES)


def with_workers(handler: WSGIApplication) -> WSGIApplication:
    """Start the worker threads at the first request: they would not survive a fork."""
    from interviews import tasks

    def working(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        tasks.start()
        return handler(environ, start_response)

    return working


def with_gate(handler: WSGIApplication) -> WSGIApplication:
    from interviews.accounts.gate import SignInGate  # needs the settings, which the handler has loaded

    return SignInGate(handler)


application = Probes(BodyGate(understood(with_gate(with_stored_pages(with_workers(handler))))))
