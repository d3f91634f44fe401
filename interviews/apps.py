from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class InterviewsConfig(AppConfig):
    name = "interviews"
    verbose_name = "访谈"

    def ready(self) -> None:
        from . import checks, projection  # noqa: F401  (registers the checks)
        from .models import append_only

        pre_migrate.connect(append_only.before_migrate, sender=self)
        post_migrate.connect(append_only.after_migrate, sender=self)
        post_migrate.connect(projection.fill, sender=self)
