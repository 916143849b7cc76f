"""Show a Jupyter notebook as a page: its JSON becomes Markdown, before the build.

Nothing here needs Jupyter: a notebook is JSON (nbformat 4), its Markdown is CommonMark, and its
outputs are text, tables and pictures. What could run in a reader's browser is refused by name.
"""

from workshop_notes.notebooks.alone import alone
from workshop_notes.notebooks.page import Rendered, render
from workshop_notes.notebooks.source import Refused, read

__all__ = ["Refused", "Rendered", "alone", "read", "render"]
