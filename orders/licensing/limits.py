"""The programme's published limits."""

from datetime import timedelta

ITEM_SCHEME = "adobe_offer"
CUSTOMER_SCHEME = "adobe_customer"
PRICE_SCHEME = "adobe"
FLEX_SCHEME = "adobe_flex"
HIGH_VOLUME_SCHEME = "adobe_hvd"

# Prices are those of the day in US Pacific time.
PRICE_ZONE = "America/Los_Angeles"
# An order may be returned for so long after its creation.
RETURN_WINDOW = timedelta(days=14)
# A subscription that ended may be renewed for so long after the anniversary, unless the business says otherwise.
LATE_RENEWAL_DAYS = 30
# A product for the next term is added from so many to so many days before the anniversary.
SCHEDULING_DAYS = (30, 3)
