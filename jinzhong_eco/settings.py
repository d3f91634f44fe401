"""Settings. Everything that differs between machines is read from the environment, here, once."""

from pathlib import Path

from interviews.text.richtext import CKEDITOR_CONFIG

from . import databases, environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("DATA_DIR", BASE_DIR / "var")

DEBUG = environment.flag("DEBUG")
# The sign-in page lists the demo accounts while this is set.
DEMO = environment.flag("DEMO")
SECRET_KEY = environment.kept_secret("SECRET_KEY", DATA_DIR / "secret-key")
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

SITE_NAME = environment.text("SITE_NAME", "晋中生态访谈")
SITE_URL = environment.web_address("SITE_URL", "http://127.0.0.1:8000")
environment.refuse_on_public_sites(SITE_URL, DEBUG=DEBUG, DEMO=DEMO)
# Legally required imprint of a news site; unset values are not shown.
PUBLISHER = environment.text("PUBLISHER")
ICP_NUMBER = environment.matching("ICP_NUMBER", r"\S{1,3}ICP[备证]\d+号(-\d+)?", "晋ICP备12345678号-1")
PUBLIC_SECURITY_NUMBER = environment.matching(
    "PUBLIC_SECURITY_NUMBER", r"\S{1,3}公网安备\s?\d{14}号", "晋公网安备14070002000001号"
)
NEWS_LICENCE = environment.text("NEWS_LICENCE")
REPORT_CONTACT = environment.text("REPORT_CONTACT")
# A font file; by default a CJK font of the system. "none" switches share images off.
SHARE_FONT = environment.existing_file("SHARE_FONT")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "interviews.public.views.error_pages.page_too_old"
# The review steps of a new site; later changes are made in the admin.
REVIEW_STEPS = environment.review_steps(
    "REVIEW_STEPS", "初审=编辑,复审=部主任,终审=总编辑", {"记者", "摄影", "编辑", "部主任", "总编辑"}
)

INSTALLED_APPS = [
    "jinzhong_eco.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "jinzhong_eco.static_files.PublishedFilesConfig",
    "ckeditor",
    "interviews.apps.InterviewsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jinzhong_eco.middleware.security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jinzhong_eco.middleware.TextGZipMiddleware",
    "jinzhong_eco.middleware.public_answers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jinzhong_eco.middleware.StorageFailures",
]

ROOT_URLCONF = "jinzhong_eco.urls"
WSGI_APPLICATION = "jinzhong_eco.wsgi.application"

TEMPLATES = [
    {
        # The readers' pages: docs/decisions/0025-jinja2.md.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {
            "environment": "interviews.public.jinja.environment",
            "context_processors": ["interviews.public.context_processors.site"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "interviews.public.context_processors.site",
            ],
        },
    },
]


DATABASES = databases.configured(f"sqlite:///{DATA_DIR / 'jinzhong.sqlite3'}")
if databases.REPLICA_NAME in DATABASES:
    DATABASE_ROUTERS = ["interviews.public.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "jinzhong_eco.static_files.ManifestStorage"
    },
}
# Originals, consent forms and renditions, in a bucket or a folder. No web server serves them; `/media/` checks each
# file's visibility.
MEDIA_ACCESS_KEY, MEDIA_SECRET_KEY = environment.secret("MEDIA_ACCESS_KEY"), environment.secret("MEDIA_SECRET_KEY")
MEDIA_BUCKET = environment.bucket("MEDIA_STORAGE", MEDIA_ACCESS_KEY, MEDIA_SECRET_KEY)
MEDIA_ROOT = DATA_DIR / "media" if MEDIA_BUCKET else environment.folder("MEDIA_STORAGE", DATA_DIR / "media")
# An age public key: backups can then be read only with the private one, which this machine does not have.
BACKUP_PUBLIC_KEY = environment.matching("BACKUP_PUBLIC_KEY", "age1[0-9a-z]{58}", "age1… (age-keygen prints it)")
# Of the bucket of `manage.py backup s3://…`; by default those of the photos.
BACKUP_ACCESS_KEY = environment.secret("BACKUP_ACCESS_KEY") or MEDIA_ACCESS_KEY
BACKUP_SECRET_KEY = environment.secret("BACKUP_SECRET_KEY") or MEDIA_SECRET_KEY
PHOTO_MOST_BYTES = environment.whole_number("PHOTO_LIMIT_MB", 40, least=1, most=1000) * 1024 * 1024
# Worker threads of each server process; with 0, `manage.py work` does what is queued. Each holds a database connection
# while it works, and requests need the others of the pool.
PHOTO_THREADS = environment.whole_number("PHOTO_THREADS", 2, least=0, most=4)
PHOTO_FORMATS = ["webp", "jpeg"]
if environment.flag("PHOTO_AVIF"):
    PHOTO_FORMATS.insert(0, "avif")

FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A page with 20 topics of two speakers each posts about 700 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Without scripts, a day's photos come in one form.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Finished pages kept in each server process. With 0, none, but what several share is remembered. The stamp is shared by
# all processes of this host.
PAGE_STORE_BYTES = environment.whole_number("PAGE_STORE_MB", 64, least=0, most=100_000) * 1024 * 1024
PAGE_STAMP = DATA_DIR / "pages.stamp"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if SITE_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000

# Django 6's setting name, so that its middleware can take over.
SECURE_CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
}
# CKEditor and admin widgets set style attributes; scripts stay strict.
ADMIN_CSP = {**SECURE_CSP, "style-src": ["'self'", "'unsafe-inline'"]}

CKEDITOR_CONFIGS = {"default": CKEDITOR_CONFIG}

SILENCED_SYSTEM_CHECKS = [
    # CKEditor 4.22.1 is out of support. The server's allow-list decides what is stored, vulnerable plugins
    # are not loaded, and only signed-in staff reach it: docs/decisions/0003-rich-text.md.
    "ckeditor.W001",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Anybody can send URLs of any length.
    "formatters": {"short": {"format": "%(levelname)s %(name)s %(message).300s"}},
    "filters": {
        "not of replica": {"()": "django.utils.log.CallbackFilter", "callback": databases.not_of_replica},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "short"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "psycopg.pool": {"filters": ["not of replica"]},
    },
}
