"""``python -m tvau_studio`` is the command line."""

import sys

from tvau_studio.cli import main

sys.exit(main())
