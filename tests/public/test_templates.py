"""Rules for templates and style sheets."""

import re
from itertools import product

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template
from jinja2 import UndefinedError, meta

from interviews.document import walk

TEMPLATES = settings.BASE_DIR / "templates"
READERS = TEMPLATES / "jinja2"
PUBLIC = sorted(path.relative_to(READERS).as_posix() for path in READERS.rglob("*.*"))
PARTIALS = [name for name in PUBLIC if name.startswith("public/partials/")]
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
IMPORT = re.compile(r'{% from "(public/partials/(\w+)\.html)" import render_(\w+) %}')


@pytest.fixture
def environment():
    return engines["jinja2"].env


def source(name):
    return (READERS / name).read_text(encoding="utf-8")


def test_files_are_found():
    assert len(PUBLIC) > 25
    assert len(PARTIALS) > 25
    assert len(STYLES) > 6


@pytest.mark.parametrize("name", PUBLIC)
def test_template_compiles(name):
    assert get_template(name).backend.name == "jinja2"
    with pytest.raises(TemplateDoesNotExist):
        engines["django"].get_template(name)


def test_safe_filter_occurs_once():
    files = [path for path in TEMPLATES.rglob("*.*") if path.is_file() and path.suffix != ".txt"]  # mails are text
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    uses = [path.name for path, text in texts.items() for _ in re.findall(r"\|\s*safe|autoescape|Markup", text)]
    assert uses == ["body.html"]


@pytest.mark.parametrize("name", ["page.html", "feed.xml"])
def test_everything_is_escaped(environment, name):
    assert environment.autoescape is True
    template = environment.from_string("{% macro m(x) %}{{ x }}{% endmacro %}{{ x }}{{ m(x) }}")
    template.name = name
    assert template.render(x="<&>") == "&lt;&amp;&gt;" * 2


@pytest.mark.parametrize("name", PUBLIC)
def test_imports_are_isolated(environment, name):
    """A partial is one macro of its name and sees its arguments only."""
    for tag in re.findall(r"{%[-+]? *(?:include|import|from)\b.*?%}", source(name)):
        found = IMPORT.fullmatch(tag)
        assert found, tag
        assert found[2] == found[3]
        assert hasattr(environment.get_template(found[1]).module, f"render_{found[2]}"), tag


@pytest.mark.parametrize("name", PARTIALS)
def test_partials_see_their_arguments_only(environment, name):
    macro = name.rpartition("/")[2].removesuffix(".html")
    text = re.sub(r"{#.*?#}", "", source(name))
    outside = IMPORT.sub("", re.sub(r"{% macro .*{% endmacro %}", "", text.replace("{%-", "{%"), flags=re.DOTALL))
    assert text.count("{% macro ") == text.count(f"{{% macro render_{macro}(") == 1
    assert outside.strip() == ""
    assert meta.find_undeclared_variables(environment.parse(source(name))) <= environment.globals.keys()


def test_missing_name_is_an_error(environment):
    for text in ("{{ nothing }}", "{% if nothing %}{% endif %}", "{{ site.nothing }}", "{{ range(3) }}"):
        with pytest.raises(UndefinedError):
            environment.from_string(text).render(site={})


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheet_rules(path):
    text = path.read_text(encoding="utf-8")
    assert "@layer" in text
    assert "@import" not in text
    assert not re.search(r"url\([\"']?(?:https?:)?//", text)
    assert "italic" not in text


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens():
    text = (settings.BASE_DIR / "static" / "css" / "base.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    plain = re.findall(r"--([a-z-]+): (#\w{6});", text)
    return {name: (one, one) for name, one in plain} | {name: (light, dark) for name, light, dark in pairs}


def test_light_fallback_colours():
    """Browsers without light-dark() fall back to the light theme."""
    text = (settings.BASE_DIR / "static" / "css" / "base.css").read_text(encoding="utf-8")
    before, block = text.split("@supports not (color: light-dark(#000, #fff)) {")
    by_day = dict(re.findall(r"--([a-z-]+): (#\w{6});", block[: block.index("html {")]))
    assert by_day == dict(re.findall(r"--([a-z-]+): light-dark\((#\w{6}), ", before))


ON_PAPER = product(["ink", "ink-soft", "azurite", "malachite", "ochre", "cinnabar"], ["paper", "paper-raised"])
ON_COLOUR = [("on-seal", "seal"), ("on-tile", "tile-sky"), ("on-tile", "tile-hill")]


@pytest.mark.parametrize(("text", "ground"), [*ON_PAPER, *ON_COLOUR])
def test_text_contrast(text, ground):
    for one, other in zip(tokens()[text], tokens()[ground], strict=True):
        assert contrast(one, other) >= 4.5


@pytest.mark.parametrize("name", walk.LINES)
def test_each_line_of_the_document_is_edited_and_shown(name):
    editor = (TEMPLATES / "admin" / "interviews" / "feature" / "editor.html").read_text(encoding="utf-8")
    assert f'data-name="{name}"' in editor
    assert re.search(rf'class="{name}[ "]', source("public/feature.html"))
    assert f"document.{name}" in source("public/lite.html")
