"""Run the command line: `python -m workshop_notes`."""

import sys

from workshop_notes.cli import main

if __name__ == "__main__":
    sys.exit(main())
