"""The pages as a browser gets them: one tree of each, the theme, the policy, the stylesheet."""

from pathlib import Path

THEME = Path(__file__).parent / "theme"
"""The templates and files that stand before the theme's own."""
