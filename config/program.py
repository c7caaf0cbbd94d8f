"""`manage.py` as a program: Django's, but for the exit code of a name that is no command."""

import sys

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand

USAGE, REFUSED = 2, 4


class Program(ManagementUtility):
    """What was typed wrongly ends with 2: with Django's 1 a script would take it for something that was found."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        try:
            return super().fetch_command(subcommand)
        except SystemExit:
            sys.exit(USAGE)
