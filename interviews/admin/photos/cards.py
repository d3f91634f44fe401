"""A photo's card on screens that describe many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone

from interviews import document, photodesk
from interviews.errors import RefusedError
from interviews.imaging import SPECS
from interviews.models import Photo, Subject
from interviews.photodesk.defaults import credited
from interviews.text.chinese import clean_line

from .photographers import Photographers

CARD = "admin/interviews/photo/partials/card.html"


class LineInput(forms.CharField):
    def to_python(self, value):
        return clean_line(super().to_python(value))


class CardForm(forms.Form):
    """A photo's details.

    Each field posts its initial value too, so that only fields changed here are written, even if somebody else changed
    others meanwhile.
    """

    def __init__(self, photo, people, subjects, *args, **kwargs):
        self.photo, self.people = photo, people
        super().__init__(*args, prefix=f"p{photo.pk}", label_suffix="", initial=self._held(photo, people), **kwargs)
        self.fields["subjects"].choices = subjects
        if not subjects:
            del self.fields["subjects"]

    caption = LineInput(
        label="图片说明",
        required=False,
        max_length=document.CAPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        show_hidden_initial=True,
    )
    alt_text = LineInput(
        label="替代文字",
        required=False,
        max_length=document.ALT_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": "画面里是谁、在做什么"}),
        show_hidden_initial=True,
    )
    photographer = LineInput(
        label="摄影者",
        required=False,
        max_length=document.NAME_LENGTH * 4,
        widget=forms.TextInput(attrs={"list": "photographers", "autocomplete": "off"}),
        show_hidden_initial=True,
    )
    credit_line = LineInput(
        label="图片署名", required=False, max_length=document.TITLE_LENGTH, show_hidden_initial=True
    )
    taken_on = forms.DateField(
        label="拍摄日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        show_hidden_initial=True,
    )
    place = LineInput(label="地点", required=False, max_length=document.TITLE_LENGTH, show_hidden_initial=True)
    subjects = forms.MultipleChoiceField(
        label="领域", required=False, widget=forms.CheckboxSelectMultiple, show_hidden_initial=True
    )
    focal_x = forms.FloatField(required=False, widget=forms.HiddenInput, show_hidden_initial=True)
    focal_y = forms.FloatField(required=False, widget=forms.HiddenInput, show_hidden_initial=True)

    @staticmethod
    def _held(photo, people):
        return {
            "caption": photo.caption,
            "alt_text": photo.alt_text,
            "photographer": people.label_of(photo.photographer),
            "credit_line": photo.credit_line,
            "taken_on": timezone.localdate(photo.taken_at) if photo.taken_at else None,
            "place": photo.place,
            "subjects": [str(subject.pk) for subject in photo.subjects.all()],
            "focal_x": photo.focal_x,
            "focal_y": photo.focal_y,
        }

    def clean_photographer(self):
        text = self.cleaned_data["photographer"]
        return self.people.named(text) if "photographer" in self.changed_data else self.photo.photographer

    def clean(self):
        """Refuse invalid input before anything is written."""
        data = super().clean()
        point = data.get("focal_x"), data.get("focal_y")
        inside = all(value is not None and 0 <= value <= 1 for value in point)
        if not self.errors and point != (None, None) and not inside:
            raise forms.ValidationError("焦点应在画面之内。")
        return data

    def save(self, actor):
        """Write the changes; return whether there were any. Raises RefusedError."""
        changes = self.changes()
        if changes:
            photodesk.describe(photo=self.photo, actor=actor, changes=changes)
        moved = {"focal_x", "focal_y"} & set(self.changed_data)
        if moved:
            x, y = self.cleaned_data["focal_x"], self.cleaned_data["focal_y"]
            photodesk.set_focal(photo=self.photo, actor=actor, x=x, y=y)
        return bool(changes or moved)

    def changes(self):
        data = self.cleaned_data
        changes = {name: data[name] for name in self.changed_data if not name.startswith("focal_")}
        if changes.get("photographer") and not data["credit_line"]:
            changes["credit_line"] = credited(changes["photographer"])
        if "taken_on" in changes:
            changes["taken_at"] = self._moment(changes.pop("taken_on"))
        if "subjects" in changes:
            changes["subjects"] = list(map(int, changes["subjects"]))
        return changes

    def _moment(self, day):
        """Move to another day, keeping the camera's time of day."""
        if day is None:
            return None
        hour = timezone.localtime(self.photo.taken_at).time() if self.photo.taken_at else time.min
        return timezone.make_aware(datetime.combine(day, hour))


class Cards:
    """The cards of some photos. Three queries, whatever their number."""

    def __init__(self, user, photos: Iterable[Photo], data=None):
        self.user, self.people = user, Photographers()
        self.subjects = [(str(subject.pk), subject.name) for subject in Subject.objects.all()]
        self.rows = [self._card(photo, data) for photo in photos]

    def _card(self, photo, data):
        may_edit = photodesk.may_edit(self.user, photo) and not photo.replaced_by_id
        form = CardForm(photo, self.people, self.subjects, data) if may_edit else None
        return {"photo": photo, "form": form, "refusals": []}

    def save(self):
        """Save each photo by itself, so that an error in one does not block the others. Returns the number saved."""
        written = 0
        for row in self.rows:
            form = row["form"]
            if form is None or not form.is_valid():
                continue
            try:
                written += form.save(self.user)
            except RefusedError as refusal:
                row["refusals"] = refusal.reasons
        return written

    @property
    def faulty(self):
        return [row for row in self.rows if row["refusals"] or (row["form"] and row["form"].errors)]

    def context(self):
        return {
            "cards": self.rows,
            "photographers": self.people.labels,
            "subjects": self.subjects,
            "crops": crops(),
        }


def html_of(row):
    return render_to_string(CARD, {"card": row})


def crops():
    """The crops readers see, for the focal point script: ratio and the focal point's position."""
    names = {"portrait": "3:4", "square": "1:1", "card": "16:9", "social": "1.91:1"}
    return [
        {"name": name, "label": label, "ratio": SPECS[name].ratio, "place": SPECS[name].place}
        for name, label in names.items()
    ]
