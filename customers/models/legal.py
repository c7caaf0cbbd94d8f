import pgtrigger
from django.db import models

from customers import protections, tenancy
from customers.models.parties import Customer

KEPT = "What was known of somebody on a day stays known; what changed is a further row."


class LegalDetails(tenancy.TenantModel):
    """Under which name, number and address somebody bills or is billed, from a moment on: the business itself
    without a customer, else that customer. Rows are only ever added, so an invoice shows what held when it was issued.
    """

    customer = tenancy.Reference(Customer, null=True, blank=True, related_name="legal_details")
    legal_name = models.CharField(max_length=200, blank=True)
    line_1 = models.CharField("address", max_length=200, blank=True)
    line_2 = models.CharField("address, second line", max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    tax_id = models.CharField("VAT or tax id", max_length=32, blank=True)
    bank_name = models.CharField("bank", max_length=100, blank=True)
    bank_account = models.CharField("IBAN or account", max_length=64, blank=True)
    bank_code = models.CharField("BIC or routing number", max_length=32, blank=True)
    from_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "legal details"
        constraints = (*tenancy.keys("legal_details", "customer"),)
        indexes = (models.Index(fields=("business", "customer", "-id"), name="legal_details_latest"),)
        triggers = (
            protections.refuse("kept", operation=pgtrigger.Update | pgtrigger.Delete, sentence=KEPT),
            protections.refuse_truncate(sentence=KEPT),
        )

    def __str__(self) -> str:
        return self.legal_name

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on an envelope, without blank lines."""
        place = " ".join(filter(None, (self.postal_code, self.city)))
        return list(filter(None, (self.line_1, self.line_2, place, self.country)))
