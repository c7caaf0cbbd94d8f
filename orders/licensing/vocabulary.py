"""The words of a licensing programme."""

from enum import StrEnum


class LicenceOrderType(StrEnum):
    """What an order does once it is completed."""

    NEW = "NEW"
    RETURN = "RETURN"
    RENEWAL = "RENEWAL"


class Source(StrEnum):
    """Who placed an order: a client, or the anniversary."""

    API = "API"
    SYSTEM = "System"


class MarketSegment(StrEnum):
    COMMERCIAL = "COM"
    EDUCATION = "EDU"
    GOVERNMENT = "GOV"


class SubscriptionStatus(StrEnum):
    """Scheduled: it begins with the next term."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    SCHEDULED = "scheduled"


SUBSCRIPTION_MOVES: frozenset[tuple[SubscriptionStatus, SubscriptionStatus]] = frozenset(
    {
        (SubscriptionStatus.ACTIVE, SubscriptionStatus.INACTIVE),
        (SubscriptionStatus.INACTIVE, SubscriptionStatus.ACTIVE),
        (SubscriptionStatus.SCHEDULED, SubscriptionStatus.ACTIVE),
        (SubscriptionStatus.SCHEDULED, SubscriptionStatus.INACTIVE),
    }
)

LEVELS = "01 02 03 04 12 13 14 T1 T2 T3 T4 T5 T6 T7 TB TC TD TE TF TG".split()

HIGH_VOLUME_TAG = "HVD_MIGRATED_CUSTOMER"


class FailureCode(StrEnum):
    """Why an order failed; a more specific one stands for the general."""

    FAILED = "1004"
    DISTRIBUTOR_INACTIVE = "1020"
    RESELLER_INACTIVE = "1022"
    CUSTOMER_INACTIVE = "1024"
    CUSTOMER_INVALID = "1026"
