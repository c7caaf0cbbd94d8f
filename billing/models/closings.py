import pgtrigger
from django.db import models
from django.db.models import Q

from customers import checks, protections, tenancy

CLOSED_DAYS = """
    PERFORM 1 FROM customers_business b WHERE b.id IN (SELECT t.business_id FROM ({dated}) t) ORDER BY b.id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM ({dated}) t JOIN customers_business b ON b.id = t.business_id
        WHERE t.day <= b.books_closed_through
    ) THEN {refuse} END IF;
    RETURN NULL;
"""


def refuse_closed_days(name: str, *, operation: pgtrigger.Operation, dated: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse a statement that dates a row into a closed period of its business.

    `dated` is SQL for rows of (business_id, day) over `new_rows`, on an update over `old_rows` too. The business is
    locked in share until the transaction ends, so that no period closes between the look and the commit.
    """
    names = {"new": "new_rows", "old": "old_rows"} if str(operation) == "UPDATE" else {"new": "new_rows"}
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**names),
        func=CLOSED_DAYS.replace("{dated}", dated).replace("{refuse}", protections.REFUSE.format(sentence=sentence)),
    )


class Closing(tenancy.TenantModel):
    """A period that was closed: through which day, when, by whom, and the last numbers that were issued before it.

    What has a later number was issued after the closing, whatever the clocks of the hosts said.
    """

    through_date = models.DateField()
    last_invoice_number = models.BigIntegerField()
    last_credit_note_number = models.BigIntegerField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=254)

    class Meta:
        verbose_name = "closed period"
        constraints = (
            *tenancy.keys("closing"),
            models.UniqueConstraint(fields=("business", "through_date"), name="closing_once_per_day"),
            *checks.cents("closing", "last_invoice_number", "last_credit_note_number"),
            models.CheckConstraint(condition=~Q(closed_by=""), name="closing_names_who"),
        )
        triggers = (*protections.append_only("A closed period is never opened again."),)

    def __str__(self) -> str:
        return f"closed through {self.through_date}"
