from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django_countries.fields import CountryField

from customers import checks, tenancy
from customers.json_values import Decoder, Encoder


class CustomerStatus(models.TextChoices):
    ACTIVE = "active"
    INACTIVE = "inactive"
    BLOCKED = "blocked"


class Customer(tenancy.TenantModel):
    """Who buys. Blank zone and null net days mean: as the business."""

    uid = models.UUIDField()
    name = models.CharField(max_length=200)
    # The name and the VAT or tax number under which it is billed, where they differ or are known.
    legal_name = models.CharField(max_length=200, blank=True)
    tax_id = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=16, choices=CustomerStatus, default=CustomerStatus.ACTIVE)
    timezone = models.CharField(max_length=64, blank=True)
    net_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # What a door says of a customer in its own words and echoes; nothing is decided by it.
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    # Who stands for this one since the two were found to be the same; what was signed with it stays with it.
    merged_into = tenancy.Reference("self", null=True, related_name="merged", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("customer", "merged_into"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_is_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status=CustomerStatus.INACTIVE), name="customer_merged_is_inactive"
            ),
            models.UniqueConstraint(fields=("business", "uid"), name="customer_uid_once"),
            checks.one_of(table="customer", field="status", values=CustomerStatus.values),
            checks.between(table="customer", field="net_days", low=0, high=365),
        )
        indexes = (
            models.Index(fields=("business", "name"), name="customer_by_name"),
            models.Index("business", Upper("name"), name="customer_by_any_name"),
            models.Index("business", Upper("email"), condition=~Q(email=""), name="customer_by_email"),
            models.Index(fields=("business", "tax_id"), condition=~Q(tax_id=""), name="customer_by_tax_id"),
            models.Index(fields=("business", "phone"), condition=~Q(phone=""), name="customer_by_phone"),
            models.Index(
                fields=("business", "merged_into"), condition=Q(merged_into__isnull=False), name="customer_merged"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CustomerCode(tenancy.TenantModel):
    """A name that a scheme (a door's account number, phone, e-mail) gives a customer: (scheme, code) finds one."""

    customer = tenancy.Reference(Customer, on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=32)
    code = models.CharField(max_length=254)

    class Meta:
        constraints = (
            *tenancy.keys("customer_code", "customer"),
            models.UniqueConstraint(fields=("business", "scheme", "code"), name="customer_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class Project(tenancy.TenantModel):
    """A job or engagement of a customer that orders can be filed under."""

    uid = models.UUIDField()
    customer = tenancy.Reference(Customer, null=True, blank=True, related_name="projects")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("project", "customer"),
            models.UniqueConstraint(fields=("business", "uid"), name="project_uid_once"),
        )

    def __str__(self) -> str:
        return self.name


class Address(tenancy.TenantModel):
    """Where a customer is billed or shipped to; of no customer yet where a door keeps addresses by themselves.

    `reference` is its account number or id in a door's own words, once per customer.
    """

    customer = tenancy.Reference(Customer, null=True, blank=True, related_name="addresses")
    label = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=32, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    company = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    line_1 = models.CharField(max_length=200)
    line_2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = CountryField()
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "addresses"
        constraints = (
            *tenancy.keys("address", "customer"),
            models.UniqueConstraint(
                fields=("business", "customer", "reference"),
                condition=~Q(reference=""),
                name="address_reference_once_per_customer",
            ),
        )

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.line_1, self.postal_code, self.city, str(self.country))))
