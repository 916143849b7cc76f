"""The claims of each page: the module is named like the page."""
