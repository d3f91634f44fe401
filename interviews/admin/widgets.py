"""The field in which a statement is written."""

from ckeditor.widgets import CKEditorWidget
from django import forms


class StatementEditor(CKEditorWidget):
    """CKEditor with the newsroom's settings. Without scripts it is a plain text area that holds the HTML."""

    @property
    def media(self):
        # Not CKEditorWidget's: its starter also fills nested-admin's row templates and misses renamed rows.
        return forms.Media(
            css={"all": ["ckeditor/ckeditor.css", "editor/editor.css"]},
            js=[
                "editor/before.js",
                "ckeditor/ckeditor/ckeditor.js",
                "editor/delegate.js",
                "editor/newsroom.js",
                "editor/rows.js",
            ],
        )
