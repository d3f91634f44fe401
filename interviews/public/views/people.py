from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from ...models import Contributor, PhotoPlace, PublishedCredit, PublishedInterview, PublishedPhoto, Speaker
from ...models.photo import usable
from ...photodesk import pictures
from ...publishing.people import kept_id
from .. import structured
from ..listing import listing

SPEAKERS_ON_A_PAGE = 240
STATEMENTS_ON_A_PAGE = 30
CREDITS_ON_A_PAGE = 60


@require_safe
def speaker_list(request: HttpRequest) -> HttpResponse:
    """Everyone who was heard, by name: two queries."""
    rows = PublishedInterview.objects.public().latest_of_each_speaker()
    rows = rows.annotate(name_sort=F("speaker__name_sort")).order_by("name_sort", "speaker_id")
    shown = listing(request, rows, SPEAKERS_ON_A_PAGE)
    initials = [(initial, list(group)) for initial, group in groupby(shown.page, key=_initial)]
    return render(request, "public/speakers.html", {"listing": shown, "initials": initials})


def _initial(row: PublishedInterview) -> str:
    """The letter under which a name is listed."""
    letter = row.name_sort[:1].upper()
    return letter if letter.isascii() and letter.isalpha() else "#"


@require_safe
def speaker(request: HttpRequest, speaker_id: int) -> HttpResponse:
    """What a person said, each time as the person that they were then: three queries, and two for the portrait."""
    rows = PublishedInterview.objects.public().filter(speaker=speaker_id).newest_first().for_cards().for_excerpts()
    shown = listing(request, rows, STATEMENTS_ON_A_PAGE)
    if not shown.page.object_list:
        return _moved(Speaker, speaker_id, PublishedInterview.objects.public(), "speaker")
    portrait = _portrait(speaker_id)
    found = pictures([portrait.photo_id] if portrait else [])
    latest = rows.first()
    person = structured.person(latest.speaker_name, "speaker", speaker_id, latest.organisation, latest.job_title)
    context = {"listing": shown, "latest": latest, "portrait": portrait, "pictures": found}
    context |= _told(person, "受访者", structured.absolute("speakers"))
    return render(request, "public/speaker.html", context)


def _portrait(speaker_id: int) -> PublishedPhoto | None:
    """The newest that stands on a public page and may be shown."""
    spoken = PublishedInterview.objects.filter(
        speaker=speaker_id, edition=OuterRef("edition"), interview_id=OuterRef("interview_id")
    )
    portraits = PublishedPhoto.objects.public().filter(Exists(spoken), usable(prefix="photo__"))
    return portraits.filter(place=PhotoPlace.PORTRAIT).newest_first().first()


@require_safe
def contributor(request: HttpRequest, contributor_id: int) -> HttpResponse:
    """What a person did, page by page: three queries."""
    rows = PublishedCredit.objects.public().filter(contributor=contributor_id).newest_first().for_cards()
    shown = listing(request, rows, CREDITS_ON_A_PAGE)
    pages = [(page, list(credits)) for page, credits in groupby(shown.page, key=lambda row: row.edition.page)]
    if not pages:
        return _moved(Contributor, contributor_id, PublishedCredit.objects.public(), "contributor")
    name, roles = rows.first().contributor_name, dict.fromkeys(credit.role for credit in shown.page)
    person = structured.person(name, "contributor", contributor_id, settings.PUBLISHER, "、".join(roles))
    context = {"listing": shown, "pages": pages, "name": name, **_told(person)}
    return render(request, "public/contributor.html", context)


def _told(person: structured.Node, *above: str) -> dict[str, object]:
    steps = [above] if above else []
    crumbs = structured.breadcrumbs(*steps, (person["name"], person["url"]))
    card = structured.OpenGraph("profile", person["name"], f"{person['name']}在{settings.SITE_NAME}。", person["url"])
    return {"og": card, "structured": structured.script(structured.profile(person), crumbs)}


def _moved(table: type[Speaker] | type[Contributor], key: int, rows: QuerySet, kind: str) -> HttpResponse:
    """An address of a record that was merged leads to the one that was kept, if readers find something there."""
    kept = kept_id(table, key)
    if kept == key or not rows.filter(**{kind: kept}).exists():
        raise Http404
    response = HttpResponsePermanentRedirect(reverse(f"public:{kind}", args=[kept]))
    # A merge can be undone: nobody shall remember the way for good.
    patch_cache_control(response, max_age=3600)
    return response
