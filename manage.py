#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinzhong_eco.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if sys.argv[1:] == ["--version"]:
        import django

        from jinzhong_eco import __version__

        print(f"jinzhong_eco {__version__} (Django {django.get_version()}, Python {sys.version.split()[0]})")
        sys.exit()
    os.umask(0o077)  # database, originals and logs are for this user alone
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
