from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class InterviewsConfig(AppConfig):
    name = "interviews"
    verbose_name = "访谈"

    def ready(self) -> None:
        from . import checks, outbox, photodesk, projection  # noqa: F401  (registers checks, and handlers of tasks)
        from .accounts import recording, signals  # noqa: F401  (connect receivers)
        from .models import append_only, invalidation_triggers

        for triggers in (append_only, invalidation_triggers):
            pre_migrate.connect(triggers.before_migrate, sender=self)
            post_migrate.connect(triggers.after_migrate, sender=self)
        post_migrate.connect(projection.fill, sender=self)
        connection_created.connect(invalidation_triggers.watch)
