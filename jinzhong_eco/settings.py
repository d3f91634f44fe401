"""Settings. Everything that differs between machines is read from the environment, here, once."""

from pathlib import Path
from urllib.parse import urlsplit

from interviews.text.richtext import CKEDITOR_CONFIG

from . import __version__, databases, environment, error_reports, logs

VERSION = __version__
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
# /.well-known/security.txt, while both are set and the day has not passed.
SECURITY_CONTACTS, SECURITY_EXPIRES = environment.security_contacts("SECURITY_CONTACT", "SECURITY_EXPIRES")
# A font file; by default a CJK font of the system. "none" switches share images off.
SHARE_FONT = environment.existing_file("SHARE_FONT")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "interviews.public.views.error_pages.page_too_old"
# The review steps of a new site; later changes are made in the admin.
GROUPS = {"记者", "摄影", "编辑", "部主任", "总编辑"}
REVIEW_STEPS = environment.review_steps("REVIEW_STEPS", "初审=编辑,复审=部主任,终审=总编辑", GROUPS)

INSTALLED_APPS = [
    "jinzhong_eco.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "ckeditor",
    "interviews.apps.InterviewsConfig",
]

MIDDLEWARE = [
    "jinzhong_eco.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "jinzhong_eco.middleware.security",
    "jinzhong_eco.middleware.without_nul",
    "jinzhong_eco.static_files.StaticFiles",
    "jinzhong_eco.middleware.TextGZipMiddleware",
    "jinzhong_eco.middleware.public_answers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "interviews.accounts.sessions.complete_sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
                "interviews.accounts.context_processors.newsroom",
            ],
        },
    },
]

DATABASES = databases.configured(f"sqlite:///{DATA_DIR / 'jinzhong.sqlite3'}")
if databases.REPLICA_NAME in DATABASES:
    DATABASE_ROUTERS = ["interviews.public.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Attempts to sign in are counted for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "interviews_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Signing in: docs/decisions/0033-signing-in.md.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["interviews.accounts.hashing.QuietPBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "interviews.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "interviews.accounts.passwords.NotRecentlyUsedValidator",
        "OPTIONS": {"remembered": environment.whole_number("PASSWORD_HISTORY", 5, least=1, most=24)},
    },
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
REQUIRE_OTP = environment.second_factor("REQUIRE_OTP", GROUPS | {"系统管理", "账号管理", "审计"})
SESSION_IDLE_MINUTES = environment.whole_number("SESSION_IDLE_MINUTES", 12 * 60, least=1, most=10_000)
SESSION_IDLE_MINUTES_PUBLISHING = environment.whole_number("SESSION_IDLE_MINUTES_PUBLISHING", 30, least=1, most=10_000)
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
SESSION_COOKIE_AGE = 60 * max(SESSION_IDLE_MINUTES, SESSION_IDLE_MINUTES_PUBLISHING)
# Six months at least, by law; the triggers keep younger events, too.
EVENT_RETENTION_DAYS = environment.whole_number("EVENT_RETENTION_DAYS", 365, least=180, most=36_500)
# Proxies that append to X-Forwarded-For. With TLS there is one.
TRUSTED_PROXIES = environment.whole_number(
    "TRUSTED_PROXIES", 1 if SITE_URL.startswith("https://") else 0, least=0, most=9
)
MAIL_URL = environment.mail_server("MAIL_URL")
globals().update(MAIL_URL)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_URL else 'dummy'}.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", f"noreply@{urlsplit(SITE_URL).hostname}")

SOCIALACCOUNT_PROVIDERS = environment.single_sign_on()
INSTALLED_APPS += [
    f"allauth.socialaccount.providers.{each}" for each in SOCIALACCOUNT_PROVIDERS if each != "openid_connect"
]
SOCIALACCOUNT_ADAPTER = "interviews.accounts.adapters.SingleSignOnAdapter"
# A link: the policy's form-action, which also holds for redirects, forbids a form.
SOCIALACCOUNT_LOGIN_ON_GET = True
# The provider vouches for the address, by which the account is found.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

ACCOUNT_ADAPTER = "interviews.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "interviews.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Wrong passwords: 5 for an account and 30 from an address in a quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/15m/ip,5/15m/key"}
USERSESSIONS_ADAPTER = "interviews.accounts.adapters.SessionsAdapter"
MFA_ADAPTER = "interviews.accounts.adapters.FactorAdapter"
MFA_FORMS = {
    "activate_totp": "interviews.accounts.forms.ActivateForm",
    "authenticate": "interviews.accounts.forms.FactorForm",
    "reauthenticate": "interviews.accounts.forms.ConfirmForm",
    "add_webauthn": "interviews.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "interviews.accounts.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A code may be sent up to half a minute late, or by a phone whose clock is wrong.
MFA_TOTP_TOLERANCE = 1
# Browsers demand TLS themselves, except of localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://")

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "jinzhong_eco.static_files.PublishedFiles",
]
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
# Telling other systems: docs/decisions/0036-telling-other-systems.md. Threads of each server process that deliver.
DELIVERY_THREADS = environment.whole_number("DELIVERY_THREADS", 2, least=0, most=4)
# Receivers in the house's own network. Otherwise an administrator could reach what only this machine may.
DELIVERY_PRIVATE_ADDRESSES = environment.flag("DELIVERY_PRIVATE_ADDRESSES")
WEBSUB_HUB = environment.endpoint("WEBSUB_HUB", environment.text("WEBSUB_HUB"))
INDEXNOW_KEY = environment.matching("INDEXNOW_KEY", "[A-Za-z0-9-]{8,128}", "8a5c2e0f4b7d4f0d9c1e")
INDEXNOW_URL = environment.endpoint(
    "INDEXNOW_URL", environment.text("INDEXNOW_URL", "https://api.indexnow.org/indexnow")
)
# The address that 百度搜索资源平台 shows (接口调用地址), with its token.
BAIDU_PUSH_URL = environment.endpoint("BAIDU_PUSH_URL", environment.secret("BAIDU_PUSH_URL"))
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
# Hashes of the tokens that the read API asks for; with none, it is open like the pages.
API_TOKENS = environment.hashed_tokens("API_TOKENS")
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

LOG_LEVEL = environment.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
METRICS = environment.metrics_access("METRICS")
SLOW_REQUEST_MS = environment.whole_number("SLOW_REQUEST_MS", 1000, least=1, most=600_000)
LOGGING = logs.configuration(
    LOG_LEVEL,
    environment.one_of("LOG_FORMAT", "", {"", "json", "text"}),
    {"not of replica": {"()": "django.utils.log.CallbackFilter", "callback": databases.not_of_replica}},
)
LOGGING["loggers"]["psycopg.pool"] = {"filters": ["not of replica"]}

# Reports of errors: off unless ERRORS_TO names addresses or a Sentry DSN.
_addresses, _dsn = environment.error_reports("ERRORS_TO", mail=bool(MAIL_URL))
ADMINS = [("", address) for address in _addresses]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if ADMINS:
    LOGGING["handlers"]["mail"] = {"class": "jinzhong_eco.error_reports.ErrorMail", "filters": ["bounded"]}
    LOGGING["root"]["handlers"].append("mail")
if _dsn:
    error_reports.start_sentry(_dsn)
