"""The review screen's context, loaded in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse

from interviews import house_style, publishing, workflow
from interviews.diff.document import TopicChange, compare
from interviews.document.walk import Passage, passages
from interviews.models import Comment, Edition, Feature, PreviewLink, Revision, SignOff, Stage, Verdict
from interviews.publishing.comments import locate_quote
from interviews.publishing.corrections import needs_notice
from interviews.publishing.preview_links import DAYS, open_links, token_of
from interviews.workflow.permissions import (
    may_edit,
    may_recall,
    may_resolve,
    may_send_back,
    may_submit,
    objections_to_signing,
)

from .scores import in_words

REVISIONS_SHOWN = 200
MAY_LOOK_BACK = ("interviews.publish_feature", "interviews.correct_feature")


@dataclass(frozen=True)
class Remark:
    """A comment with its passage's current label, and whether its quote still exists."""

    comment: Comment
    label: str
    place: int | None
    gone: bool
    may_resolve: bool


@dataclass(frozen=True)
class Voided:
    """A sign-off that no longer holds, and the revision that voided it; None if the feature was sent back."""

    sign_off: SignOff
    by: Revision | None


@dataclass(frozen=True)
class SharedLink:
    link: PreviewLink
    url: str
    may_revoke: bool


class ReviewScreen:
    """One feature on one reviewer's screen."""

    def __init__(self, user, feature: Feature, *, view: str = "", since: str = ""):
        self.user, self.feature, self.view, self.since = user, feature, view, since
        self.revisions = list(
            feature.revisions.select_related("author").defer("document").order_by("-number")[:REVISIONS_SHOWN]
        )
        self.revision = workflow.latest_revision(feature)
        self.sign_offs = list(
            SignOff.objects.filter(revision__feature=feature)
            .select_related("step", "signer", "revision")
            .defer("revision__document")
            .order_by("pk")
        )
        self.editions = list(feature.editions.select_related("publisher").order_by("-number"))
        self.current = workflow.current_sign_offs(self.revision) if self.revision else []
        self.document = self.revision.read() if self.revision else None

    def context(self) -> dict[str, object]:
        return {
            **self._standing(),
            **self._comparison(),
            "revision": self.revision,
            "revisions": self.revisions,
            "steps": self._steps(),
            "voided": self._voided(),
            "overrides": [each for each in self.sign_offs if each.override],
            "returned": workflow.last_return(self.feature),
            "editions": [(edition, self._looked_back(edition)) for edition in self.editions],
            "links": self._links(),
            "days": DAYS,
            **self.remarks(),
        }

    def remarks(self) -> dict[str, object]:
        """The comments, open ones first, and the passages a new one may be pinned to."""
        rows = self.feature.comments.select_related("author", "resolved_by", "revision", "step")
        found = {passage.path: passage for passage in self._passages}
        resolver = may_resolve(self.user, self.feature)
        remarks = [self._remark(row, found, resolver) for row in rows.defer("revision__document")]
        return {
            "remarks": sorted(remarks, key=lambda remark: remark.comment.resolved_at is not None),
            "open_remarks": sum(remark.comment.resolved_at is None for remark in remarks),
            "passages": self._passages,
            "revision": self.revision,
            "feature": self.feature,
        }

    @cached_property
    def _passages(self) -> list[Passage]:
        return passages(self.document) if self.document else []

    def _remark(self, comment: Comment, found: dict[str, Passage], resolver: bool) -> Remark:
        passage = found.get(comment.path)
        place = locate_quote(passage.text, comment.quote, comment.start) if passage else None
        label = passage.label if passage else "" if not comment.path else "已不在这一稿里的段落"
        gone = bool(comment.path) and (passage is None or (bool(comment.quote) and place is None))
        return Remark(comment, label, place, gone, resolver or comment.author_id == self.user.pk)

    def _standing(self) -> dict[str, object]:
        user, feature = self.user, self.feature
        standing = workflow.standing(feature)
        step = workflow.next_step(self.revision) if self.revision else None
        in_review = feature.stage == Stage.REVIEW
        objections = objections_to_signing(user, self.revision, step, self.current) if in_review and step else []
        may_publish = user.has_perm("interviews.publish_feature")
        editor = may_edit(user, feature)
        something_new = not in_review and standing not in {"live", "scheduled"}
        is_open = workflow.open_editions(feature).exists()
        return {
            "standing": standing,
            "next_step": step,
            "in_review": in_review,
            "blockers": publishing.blockers(feature),
            **self._findings(),
            "objections": objections,
            "may_edit": editor,
            "may_submit": something_new and may_submit(user, feature) and editor,
            "may_recall": in_review and may_recall(user, feature) and not self.current,
            "may_sign": in_review and step is not None,
            "may_send_back": in_review and may_send_back(user, step),
            "may_publish": in_review and step is None and may_publish,
            "may_reschedule": standing == "scheduled" and may_publish,
            "may_hand_back": is_open and not feature.reopened_at and user.has_perm("interviews.correct_feature"),
            "may_withdraw": is_open and user.has_perm("interviews.withdraw_feature"),
            "needs_notice": needs_notice(feature, self.revision),
            "places": self._places(),
        }

    def _findings(self) -> dict[str, object]:
        if self.document is None:
            return {"findings": [], "score": None}
        found = house_style.checked(self.document, self.feature)
        return {"findings": found, "score": in_words(house_style.score_of(self.document, found))}

    def _places(self) -> list[tuple[str, str]]:
        """Places that a correction can concern."""
        places = []
        for number, topic in enumerate(self.document.topics if self.document else (), 1):
            places.append((f"topic:{topic.id}", f"话题 {number}　{topic.title}"))
            places += [(f"interview:{each.id}", f"　　{each.speaker.name}的谈话") for each in topic.interviews]
        return places

    def _steps(self) -> list[tuple[object, SignOff | None]]:
        signed = {sign_off.step_id: sign_off for sign_off in self.current}
        steps = workflow.review_steps()
        active = {step.pk for step in steps}
        # Show retired steps that were signed.
        retired = [(sign_off.step, sign_off) for sign_off in self.current if sign_off.step_id not in active]
        return [*retired, *((step, signed.get(step.pk)) for step in steps)]

    def _voided(self) -> list[Voided]:
        """Sign-offs since the last edition that an edit or a return voided."""
        published = {edition.revision_id for edition in self.editions}
        numbers = {revision.pk: revision.number for revision in self.revisions}
        since = max((numbers.get(key, 0) for key in published), default=0)
        holding = {sign_off.pk for sign_off in self.current}
        following = {revision.number - 1: revision for revision in self.revisions}
        return [
            Voided(each, following.get(each.revision.number))
            for each in self.sign_offs
            if each.verdict == Verdict.SIGNED and each.pk not in holding and each.revision.number > since
        ]

    def _comparison(self) -> dict[str, object]:
        base = self._base()
        bases = [each for each in self.revisions if self.revision and each.pk != self.revision.pk]
        changes: list[TopicChange] = []
        if self.view == "changes" and base and self.document:
            changes = compare(Revision.objects.get(pk=base.pk).read(), self.document)
        view = "changes" if self.view == "changes" and base else "page"
        return {"view": view, "base": base, "bases": bases, "changes": changes}

    def _base(self) -> Revision | None:
        """The revision to compare with: as requested, or what this reviewer's step signed last, or anybody, or
        published."""
        others = {each.pk: each for each in self.revisions if self.revision and each.pk != self.revision.pk}
        if asked := next((each for each in others.values() if str(each.number) == self.since), None):
            return asked
        groups = {group.pk for group in self.user.groups.all()}
        signed = [each for each in reversed(self.sign_offs) if each.verdict == Verdict.SIGNED]
        keys = [each.revision_id for each in signed if each.step.group_id in groups]
        keys += [each.revision_id for each in signed]
        keys += [edition.revision_id for edition in self.editions]
        chosen = next((key for key in keys if key in others), None)
        return others[chosen] if chosen else next(iter(others.values()), None)

    def _looked_back(self, edition: Edition) -> str:
        """URL of the page as readers saw it, for users who may time-travel."""
        if edition.published_until == edition.published_from or not any(map(self.user.has_perm, MAY_LOOK_BACK)):
            return ""
        moment = edition.published_from.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{reverse('public:feature', args=[edition.feature_id])}?at={moment}"

    def _links(self) -> list[SharedLink]:
        editor = may_edit(self.user, self.feature)
        return [
            SharedLink(
                link,
                settings.SITE_URL + reverse("public:preview", args=[token_of(link)]),
                editor or link.maker_id == self.user.pk,
            )
            for link in open_links(self.feature)
        ]
