"""How every benchmark begins."""

import os

import django


def begin() -> None:
    """Load the product with the settings of the benchmarks; they seed and count the rows of every business."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from customers import wall

    wall.begin(wall.EVERY)
