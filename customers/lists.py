"""How a person has their lists at the desk: the vocabulary that rows, services and pages share."""

from enum import StrEnum


class Density(StrEnum):
    COMFORTABLE = "comfortable"
    COMPACT = "compact"
