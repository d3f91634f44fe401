"""The field in which a statement is written."""

from ckeditor.widgets import CKEditorWidget
from django import forms

PAGE_SCRIPTS = ["page", "statements", "people", "moving", "pictures", "outline", "keeping", "remarks", "proof"]


class StatementEditor(CKEditorWidget):
    """CKEditor with the newsroom's settings. Without scripts it is a plain text area that holds the HTML."""

    @property
    def media(self):
        # Not CKEditorWidget's: its starter starts all at once and knows nothing of rows that come and go.
        return forms.Media(
            css={
                "all": [
                    "ckeditor/ckeditor.css",
                    "editor/editor.css",
                    "newsroom/editor.css",
                    "newsroom/proof.css",
                    "newsroom/picker.css",
                ]
            },
            js=[
                "editor/before.js",
                "ckeditor/ckeditor/ckeditor.js",
                "editor/delegate.js",
                "editor/newsroom.js",
                # These fill the page, so they wait for it.
                forms.Script("newsroom/photo-upload.js", defer=True),
                *(forms.Script(f"editor/{name}.js", defer=True) for name in PAGE_SCRIPTS),
            ],
        )
