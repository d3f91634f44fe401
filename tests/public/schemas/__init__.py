"""Specifications to validate machine-readable output against: XML schemas, and a vocabulary for JSON-LD."""

from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

HERE = Path(__file__).parent
ATOM = etree.RelaxNG(file=str(HERE / "atom.rng"))
SITEMAP = etree.XMLSchema(file=str(HERE / "sitemap.xsd"))

# schema.org 29: the properties we use of each type, and the types of their values.
THING = {"name": "Text", "url": "URL", "description": "Text", "image": "ImageObject URL", "mainEntityOfPage": "URL"}
WORK = THING | {
    "about": "Person Organization",
    "author": "Person Organization",
    "contributor": "Person Organization",
    "correction": "CorrectionComment",
    "creditText": "Text",
    "dateModified": "Date DateTime",
    "datePublished": "Date DateTime",
    "editor": "Person",
    "hasPart": "Article NewsArticle",
    "headline": "Text",
    "inLanguage": "Text",
    "isAccessibleForFree": "Boolean",
    "isBasedOn": "NewsArticle",
    "isPartOf": "Article NewsArticle",
    "mainEntity": "Person ImageObject",
    "mentions": "Person Organization",
    "publisher": "Organization NewsMediaOrganization",
    "text": "Text",
}
ORGANIZATION = THING | {"logo": "ImageObject URL"}
ARTICLE = WORK | {"articleSection": "Text", "articleBody": "Text", "pagination": "Text"}
VOCABULARY = {
    "Article": ARTICLE,
    "BreadcrumbList": THING | {"itemListElement": "ListItem", "numberOfItems": "Integer"},
    "CorrectionComment": WORK,
    "ImageObject": WORK | {"caption": "Text", "contentUrl": "URL", "height": "Integer", "width": "Integer"},
    "ListItem": THING | {"item": "URL", "position": "Integer"},
    "NewsArticle": ARTICLE | {"dateline": "Text", "printEdition": "Text", "printPage": "Text"},
    "NewsMediaOrganization": ORGANIZATION,
    "Organization": ORGANIZATION,
    "Person": THING | {"affiliation": "Organization", "jobTitle": "Text"},
    "ProfilePage": WORK,
    "WebSite": WORK | {"potentialAction": "SearchAction"},
}


def faults(node: dict, where: str = "") -> list[str]:
    """List properties and values of a JSON-LD node that the vocabulary does not allow."""
    kind = node.get("@type", "")
    where = f"{where}/{kind}"
    if kind not in VOCABULARY:
        return [f"{where}: no such type"]
    found = []
    for name, value in node.items():
        if name in {"@type", "@id"}:
            continue
        allowed = VOCABULARY[kind].get(name, "").split()
        for each in value if isinstance(value, list) else [value]:
            if not _is_one_of(each, allowed):
                found.append(f"{where}: {name} = {str(each)[:60]}")
            elif isinstance(each, dict):
                found += faults(each, f"{where}.{name}")
    return found


def _is_one_of(value: object, allowed: list[str]) -> bool:
    match value:
        case dict():
            return value.get("@type") in allowed
        case bool():
            return "Boolean" in allowed
        case int():
            return "Integer" in allowed
        case str():
            return bool(value) and any(_READ[each](value) for each in allowed if each in _READ)
    return False


def _parses(parse):
    def read(text):
        try:
            return bool(parse(text))
        except ValueError:
            return False

    return read


_READ = {
    "Text": bool,
    "URL": lambda text: urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).netloc),
    "Date": _parses(date.fromisoformat),
    "DateTime": _parses(lambda text: datetime.fromisoformat(text).tzinfo),
}
