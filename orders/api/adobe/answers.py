"""What Adobe's clients get back, as the OpenAPI describes it. Bodies are made in `bodies` and pass through here."""

from typing import Any

from rest_framework import serializers

from orders.api.adobe.vocabulary import OrderType

absent: dict[str, Any] = {"required": False}


class Made(serializers.Serializer[Any]):
    """Describes a body that is made already."""

    def to_representation(self, instance: Any) -> Any:
        return instance


class LinkBody(Made):
    uri = serializers.CharField()
    method = serializers.CharField()
    headers = serializers.ListField(child=serializers.CharField())


class LinksBody(Made):
    self_ = LinkBody(**absent)
    next = LinkBody(**absent)
    prev = LinkBody(**absent)

    def get_fields(self) -> Any:
        found = super().get_fields()
        return {"self": found["self_"], "next": found["next"], "prev": found["prev"]}


class FlexBody(Made):
    id = serializers.UUIDField()
    code = serializers.CharField()
    result = serializers.CharField()


class PricingBody(Made):
    partnerPrice = serializers.FloatField()
    discountedPartnerPrice = serializers.FloatField()
    netPartnerPrice = serializers.FloatField()
    lineItemPartnerPrice = serializers.FloatField()


class LineBody(Made):
    extLineItemNumber = serializers.IntegerField()
    offerId = serializers.CharField()
    quantity = serializers.IntegerField()
    subscriptionId = serializers.CharField(allow_blank=True)
    status = serializers.CharField(allow_blank=True)
    currencyCode = serializers.CharField()
    deploymentId = serializers.CharField(**absent)
    discountCode = serializers.CharField(**absent)
    flexDiscounts = FlexBody(many=True, **absent)
    proratedDays = serializers.IntegerField(**absent)
    pricing = PricingBody(**absent)


class PricingSummaryBody(Made):
    totalLineItemPartnerPrice = serializers.FloatField()
    currencyCode = serializers.CharField()


class OrderBody(Made):
    externalReferenceId = serializers.CharField(allow_blank=True)
    orderId = serializers.CharField(allow_blank=True)
    customerId = serializers.CharField()
    orderType = serializers.ChoiceField(choices=list(OrderType))
    referenceOrderId = serializers.CharField(allow_blank=True)
    currencyCode = serializers.CharField(allow_blank=True)
    creationDate = serializers.DateTimeField()
    status = serializers.CharField(allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the body, not of the serializer
    lineItems = LineBody(many=True)
    pricingSummary = PricingSummaryBody(many=True, **absent)
    eligibleOffers = serializers.ListField(child=serializers.DictField(), **absent)
    links = LinksBody(**absent)


class PageBody(Made):
    totalCount = serializers.IntegerField()
    count = serializers.IntegerField()
    offset = serializers.IntegerField()
    limit = serializers.IntegerField()


class OrderPage(PageBody):
    items = OrderBody(many=True)
    links = LinksBody()


class AutoRenewalBody(Made):
    enabled = serializers.BooleanField()
    renewalQuantity = serializers.IntegerField(**absent)


class SubscriptionBody(Made):
    subscriptionId = serializers.CharField()
    offerId = serializers.CharField()
    currentQuantity = serializers.IntegerField()
    autoRenewal = AutoRenewalBody()
    currencyCode = serializers.CharField()
    deploymentId = serializers.CharField(**absent)
    creationDate = serializers.DateTimeField()
    renewalDate = serializers.DateField()
    status = serializers.CharField()
    allowedActions = serializers.ListField(child=serializers.CharField())
    links = LinksBody()


class SubscriptionList(Made):
    totalCount = serializers.IntegerField()
    items = SubscriptionBody(many=True)
    links = LinksBody()


class CustomerBody(Made):
    externalReferenceId = serializers.CharField(allow_blank=True)
    customerId = serializers.CharField()
    resellerId = serializers.CharField(allow_blank=True)
    globalSalesEnabled = serializers.BooleanField()
    companyProfile = serializers.DictField()
    discounts = serializers.ListField(child=serializers.DictField())
    cotermDate = serializers.CharField(allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField())
    benefits = serializers.ListField(child=serializers.DictField())
    creationDate = serializers.DateTimeField()
    status = serializers.CharField()
    links = LinksBody()


class DeploymentBody(Made):
    deploymentId = serializers.CharField()
    status = serializers.CharField()
    companyProfile = serializers.DictField()
    creationDate = serializers.DateTimeField()
    links = LinksBody()


class DeploymentPage(PageBody):
    items = DeploymentBody(many=True)
    links = LinksBody()


class FlexDiscountPage(PageBody):
    flexDiscounts = serializers.ListField(child=serializers.DictField())
    links = LinksBody()


class PriceListBody(Made):
    priceListMonth = serializers.CharField(allow_blank=True)
    marketSegment = serializers.CharField()
    region = serializers.CharField()
    currency = serializers.CharField()
    totalCount = serializers.IntegerField()
    count = serializers.IntegerField()
    offset = serializers.IntegerField()
    limit = serializers.IntegerField()
    offers = serializers.ListField(child=serializers.DictField())
