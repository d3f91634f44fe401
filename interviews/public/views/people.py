from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from string import ascii_uppercase
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Left, Upper
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from interviews.drafting.aliases import kept_id
from interviews.models import (
    Contributor,
    CountedList,
    ListCount,
    ListedPhoto,
    ListedSpeaker,
    PhotoPlace,
    PublishedCredit,
    PublishedInterview,
    PublishedPhoto,
    Speaker,
)
from interviews.models.loose_scan import distinct
from interviews.models.photo import usable
from interviews.models.published import PublishedQuerySet
from interviews.photodesk import pictures
from interviews.public import structured_data
from interviews.public.kept import depending, kept, keys
from interviews.public.listing import Choice, listing
from interviews.public.params import Address

SPEAKERS_ON_A_PAGE = 240
# Group of names whose sort key begins with no letter.
OTHER = "#"
STATEMENTS_ON_A_PAGE = 30
PHOTOS_OF_ONE = 12
CREDITS_ON_A_PAGE = 60


@require_safe
@kept("lists", parameters=["initial", "page"])
def speaker_list(request: HttpRequest) -> HttpResponse:
    """All published speakers by name, or those under one letter.

    Three queries: the list's speakers, counted by letter; the keys of a page of them; their newest statements.
    """
    listed = ListedSpeaker.objects.now().annotate(letter=Upper(Left("speaker__name_sort", 1)))
    counts: Counter[str] = Counter()
    for letter, count in listed.order_by().values_list("letter").annotate(Count("pk")):
        counts[letter if letter in ascii_uppercase else OTHER] += count
    chosen = request.GET.get("initial")
    chosen = chosen if chosen in counts else None
    if chosen:
        listed = listed.exclude(letter__in=ascii_uppercase) if chosen == OTHER else listed.filter(letter=chosen)
    keys = listed.order_by("speaker__name_sort", "speaker_id").values_list("speaker_id", "speaker__name_sort")
    number = counts[chosen] if chosen else counts.total()
    shown = listing(request, keys, SPEAKERS_ON_A_PAGE, number, initial=chosen)
    context = {"listing": shown, "initials": _by_initial(shown.page), "letters": _letters(shown.address, set(counts))}
    return render(request, "public/speakers.html", context)


def _by_initial(speakers: Iterable[tuple[int, str]]) -> list[tuple[str, list[PublishedInterview]]]:
    """The newest statement of each speaker, grouped by the initials of their sort keys. One query."""
    speakers = list(speakers)
    latest = {row.speaker_id: row for row in PublishedInterview.objects.latest_of([key for key, _ in speakers])}
    groups = groupby(speakers, key=lambda each: _initial(each[1]))
    return [(initial, [latest[key] for key, _ in group if key in latest]) for initial, group in groups]


def _letters(address: Address, letters: set[str]) -> list[Choice]:
    """Links for the letters in use, OTHER last; none if there is only one."""
    if len(letters) < 2:
        return []
    chosen = address.parameters["initial"]
    ordered = sorted(letters, key=lambda letter: (letter == OTHER, letter))
    each = [Choice(letter, address.having(initial=letter), letter == chosen) for letter in ordered]
    return [Choice("全部", address.having(initial=None), chosen is None), *each]


def _initial(name_sort: str) -> str:
    """The letter under which a name is listed."""
    letter = name_sort[:1].upper()
    return letter if letter.isascii() and letter.isalpha() else OTHER


@require_safe
@kept(parameters=["page"])
def speaker(request: HttpRequest, speaker_id: int) -> HttpResponse:
    """A speaker's statements, each with its day's post and reporters. Four queries, two more for the portrait."""
    rows = PublishedInterview.objects.public().filter(speaker=speaker_id).newest_first().for_cards().for_excerpts()
    shown = listing(request, rows, STATEMENTS_ON_A_PAGE)
    latest = rows.first()
    if latest is None:
        return _moved(Speaker, speaker_id, PublishedInterview.objects.public(), "speaker")
    portrait = _portrait(speaker_id)
    found = pictures([portrait.photo_id] if portrait else [])
    person = structured_data.person(latest.speaker_name, "speaker", speaker_id, latest.organisation, latest.job_title)
    context: dict[str, Any] = {"listing": shown, "latest": latest, "portrait": portrait, "pictures": found}
    context["bylines"] = _bylines(shown.page)
    context |= _told(person, ("受访者", structured_data.absolute("speakers")))
    tags = keys("contributor", (credit.contributor_id for credits in context["bylines"].values() for credit in credits))
    # A portrait that may be shown again is not among those found: so may any be.
    tags += ["photos", *keys("photo", found)]
    return depending(render(request, "public/speaker.html", context), f"speaker:{speaker_id}", *tags)


def _bylines(interviews: Iterable[PublishedInterview]) -> dict[int, list[PublishedCredit]]:
    """Reporters by interview. One query."""
    editions = {row.interview_id: row.edition_id for row in interviews}
    credits = PublishedCredit.objects.filter(edition__in=editions.values(), interview_id__in=editions)
    found: dict[int, list[PublishedCredit]] = {}
    for credit in credits.order_by("edition_id", "position"):
        found.setdefault(credit.interview_id or 0, []).append(credit)
    return found


def _portrait(speaker_id: int) -> PublishedPhoto | None:
    """The newest portrait on a public page that may be shown."""
    spoken = PublishedInterview.objects.filter(
        speaker=speaker_id, edition=OuterRef("edition"), interview_id=OuterRef("interview_id")
    )
    portraits = PublishedPhoto.objects.public().filter(Exists(spoken), usable(prefix="photo__"))
    return portraits.filter(place=PhotoPlace.PORTRAIT).newest_first().first()


@require_safe
@kept(parameters=["page"])
def contributor(request: HttpRequest, contributor_id: int) -> HttpResponse:
    """A contributor's work page by page, the speakers they interviewed, and their newest photos. Seven queries."""
    rows = PublishedCredit.objects.public().filter(contributor=contributor_id).newest_first()
    months = ListCount.objects.months(CountedList.CREDITS, contributor_id)
    shown = listing(request, rows.for_cards(), CREDITS_ON_A_PAGE, months)
    pages = [(page, list(credits)) for page, credits in groupby(shown.page, key=lambda row: row.edition.page)]
    taken = ListedPhoto.objects.now().filter(usable(prefix="photo__"), photo__photographer=contributor_id)
    photos = list(taken.select_related("photo__photographer")[:PHOTOS_OF_ONE])
    if not pages and not photos:
        return _moved(Contributor, contributor_id, PublishedCredit.objects.public(), "contributor")
    photographers = [row.photo.photographer.name for row in photos if row.photo.photographer]
    name = rows[0].contributor_name if pages else photographers[0]
    roles = distinct(rows, "role")
    person = structured_data.person(name, "contributor", contributor_id, job_title="、".join(roles) or "摄影")
    context = {"listing": shown, "pages": pages, "name": name, "photos": photos, **_told(person)}
    heard = _heard(shown.page)
    context |= {"pictures": pictures(row.photo_id for row in photos), "heard": heard}
    tags = keys("speaker", heard.values()) + keys("photo", (row.photo_id for row in photos))
    return depending(render(request, "public/contributor.html", context), f"contributor:{contributor_id}", *tags)


def _heard(credits: Iterable[PublishedCredit]) -> dict[int, int]:
    """The speaker of each interview among the credits. One query."""
    editions = {row.interview_id: row.edition_id for row in credits if row.interview_id}
    rows = PublishedInterview.objects.filter(edition__in=editions.values(), interview_id__in=editions)
    return dict(rows.values_list("interview_id", "speaker"))


def _told(person: structured_data.Node, *above: tuple[str, str]) -> dict[str, object]:
    crumbs = structured_data.breadcrumbs(*above, (person["name"], person["url"]))
    card = structured_data.OpenGraph(
        "profile", person["name"], f"{person['name']}在{settings.SITE_NAME}。", person["url"]
    )
    return {"og": card, "structured": structured_data.script(structured_data.profile(person), crumbs)}


def _moved(table: type[Speaker] | type[Contributor], key: int, rows: PublishedQuerySet[Any], kind: str) -> HttpResponse:
    """Redirect a merged person's URL to the kept record, if readers find anything there."""
    kept = kept_id(table, key)
    if kept == key or not rows.filter(**{kind: kept}).exists():
        raise Http404
    response = HttpResponsePermanentRedirect(reverse(f"public:{kind}", args=[kept]))
    # Merges can be undone, so cache this redirect for an hour only.
    patch_cache_control(response, max_age=3600)
    return response
