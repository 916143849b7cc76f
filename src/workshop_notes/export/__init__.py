"""The site outside the browser: a PDF, a zip and plain text, all made from the built pages."""
