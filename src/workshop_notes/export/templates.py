"""XML that is filled in: the templates lie beside this module."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from lxml import etree

_ENGINE = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


def filled(name: str, /, *, pretty: bool = False, **values: object) -> bytes:
    """Return an XML document; white space between the elements of its template says nothing.

    Args:
        name: the file of the template.
        pretty: whether each element stands on a line of its own.
        values: what the template names.

    Raises:
        lxml.etree.XMLSyntaxError: a value holds what XML cannot, such as a control character.
    """
    text = _ENGINE.get_template(name).render(values)
    root = etree.fromstring(text.encode(), etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=pretty)
