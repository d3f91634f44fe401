"""Print the bill of materials (CycloneDX 1.6, JSON) of what the site runs on, from requirements.txt."""

from __future__ import annotations

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from jinzhong_eco import __version__

from .licences import licence
from .lock import Pin, pins

# Inside django-ckeditor: listed, so that scanners know of it.
CKEDITOR = Component(
    name="ckeditor4",
    version="4.22.1",
    type=ComponentType.LIBRARY,
    bom_ref="ckeditor4",
    purl=PackageURL("npm", None, "ckeditor4", "4.22.1"),
    licenses=[LicenseExpression("GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1")],
)


def bill() -> Bom:
    site = Component(
        name="jinzhong_eco",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="jinzhong_eco",
        licenses=[LicenseExpression("BSD-3-Clause")],
    )
    bom = Bom()
    bom.metadata.component = site
    packages = {name: _component(pin) for name, pin in pins().items()}
    for component in (*packages.values(), CKEDITOR):
        bom.components.add(component)
    for name, pin in pins().items():
        for user in pin.wanted_by:
            bom.register_dependency(packages.get(user, site), [packages[name]])
    bom.register_dependency(packages["django-ckeditor"], [CKEDITOR])
    return bom


def _component(pin: Pin) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in pin.hashes]
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/project/{pin.name}/{pin.version}/#files"),
        comment="any of these files",
        hashes=hashes,
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        bom_ref=pin.name,
        purl=PackageURL("pypi", None, pin.name, pin.version),
        licenses=[LicenseExpression(licence(pin.name))],
        external_references=[files],
    )


def text() -> str:
    return JsonV1Dot6(bill()).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    print(text(), end="")
