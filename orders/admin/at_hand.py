"""What hangs on an order, found together with it: a page asks for the rows of what there is, and of nothing else."""

from django.db.models import Exists, OuterRef

from customers.models import StaffMember
from customers.tenancy import TenantQuerySet
from orders.models import Autosave, LineProgress, Order, Question

PROGRESS, QUESTIONS, WORDS = "has_progress", "has_questions", "has_words"


def with_what_hangs(rows: TenantQuerySet[Order], *, member: StaffMember) -> TenantQuerySet[Order]:
    """Orders, each knowing whether production follows it, whether somebody asked, and whether this person typed."""
    business, order = member.business, OuterRef("pk")
    followed = LineProgress.objects.for_business(business).filter(line__order=order)
    asked = Question.objects.for_business(business).filter(order=order)
    typed = Autosave.objects.for_business(business).filter(order=order, staff_member=member)
    found = {PROGRESS: Exists(followed), QUESTIONS: Exists(asked), WORDS: Exists(typed)}
    return rows.annotate(**found)


def may_have(order: Order, what: str) -> bool:
    """Whether to look for it: an order that was read otherwise may have anything."""
    return bool(getattr(order, what, True))
