from django.db import models
from django_countries.fields import CountryField

from customers import checks, tenancy


class CustomerStatus(models.TextChoices):
    ACTIVE = "active"
    INACTIVE = "inactive"
    BLOCKED = "blocked"


class Customer(tenancy.TenantModel):
    """Who buys. Blank zone and null net days mean: as the business."""

    uid = models.UUIDField()
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=16, choices=CustomerStatus, default=CustomerStatus.ACTIVE)
    timezone = models.CharField(max_length=64, blank=True)
    net_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("customer"),
            models.UniqueConstraint(fields=("business", "uid"), name="customer_uid_once"),
            checks.one_of(table="customer", field="status", values=CustomerStatus.values),
            checks.between(table="customer", field="net_days", low=0, high=365),
        )
        indexes = (models.Index(fields=("business", "name"), name="customer_by_name"),)

    def __str__(self) -> str:
        return self.name


class Project(tenancy.TenantModel):
    """A job or engagement of a customer that orders can be filed under."""

    uid = models.UUIDField()
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="projects",
    )
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
    """Where a customer is billed or shipped to."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_constraint=False, related_name="addresses")
    label = models.CharField(max_length=64, blank=True)
    line_1 = models.CharField(max_length=200)
    line_2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = CountryField()

    class Meta:
        verbose_name_plural = "addresses"
        constraints = (*tenancy.keys("address", "customer"),)

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.line_1, self.postal_code, self.city, str(self.country))))
