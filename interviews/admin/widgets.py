"""The widget for statements."""

from ckeditor.widgets import CKEditorWidget
from django import forms

PAGE_SCRIPTS = ["page", "statements", "people", "moving", "pictures", "outline", "keeping", "remarks", "proof"]


class StatementEditor(CKEditorWidget):
    """CKEditor with the newsroom's settings; without scripts, a textarea with the HTML."""

    @property
    def media(self):
        # Not CKEditorWidget's media: its init script starts all editors at once and ignores added rows.
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
                # These build the page, so they are deferred.
                forms.Script("newsroom/photo-upload.js", defer=True),
                *(forms.Script(f"editor/{name}.js", defer=True) for name in PAGE_SCRIPTS),
            ],
        )
