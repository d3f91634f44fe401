import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")

from .content_types import understood

application = understood(get_wsgi_application())
