"""The forms of what is agreed besides amended lines: a pause and its end, a renewal, a credit."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from billing import terms_in_force
from billing.engine.refusals import MAX_TERM_MONTHS
from billing.engine.terms import Rule
from billing.models import Agreement, AgreementChange, AgreementLine
from billing.states import AgreementStatus, ChangeKind, ChangePurpose
from customers.tenancy import TenantQuerySet
from orders.admin.draft_forms import DAY
from orders.commands import DraftChangeOrder
from orders.models import ChangeOrder, Order


class AgreedForm(forms.Form):
    """What each of them says: why, and which state of the agreement was on the page (`seen`)."""

    purpose: ClassVar[ChangePurpose]
    description = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="It stays with the change."
    )
    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **given: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **given})
        self.order = order

    def command(self) -> DraftChangeOrder:
        """The change that a valid form asks for."""
        return self._command()

    def _command(self, **more: Any) -> DraftChangeOrder:
        said = {"effective_on": self.cleaned_data.get("effective_date"), **more}
        return DraftChangeOrder(purpose=self.purpose, description=self.cleaned_data["description"], **said)


class PauseForm(AgreedForm):
    purpose = ChangePurpose.PAUSE
    effective_date = forms.DateField(
        label="From this day on", widget=DAY, help_text="The first period that begins then, or later, is not billed."
    )
    field_order = ("effective_date", "description")


class ResumeForm(AgreedForm):
    purpose = ChangePurpose.RESUME
    effective_date = forms.DateField(
        label="Billed again from", widget=DAY, help_text="The first period that begins then, or later, is billed again."
    )
    field_order = ("effective_date", "description")


class RenewForm(AgreedForm):
    purpose = ChangePurpose.RENEW
    term_months = forms.IntegerField(label="For so many more months", min_value=1, max_value=MAX_TERM_MONTHS)
    field_order = ("term_months", "description")

    def command(self) -> DraftChangeOrder:
        assert self.order.agreement is not None
        end = terms_in_force.term_end(agreement=self.order.agreement)
        return self._command(effective_on=end, term_months=self.cleaned_data["term_months"])


class CreditForm(AgreedForm):
    purpose = ChangePurpose.CREDIT
    effective_date = forms.DateField(
        label="Credited on", widget=DAY, help_text="The day of the credit note; never before today."
    )
    lines = forms.MultipleChoiceField(label="Lines that come back whole", widget=forms.CheckboxSelectMultiple)
    field_order = ("effective_date", "description", "lines")

    def __init__(self, *args: Any, order: Order, **given: Any) -> None:
        super().__init__(*args, order=order, **given)
        field = self.fields["lines"]
        assert isinstance(field, forms.MultipleChoiceField)
        assert order.agreement is not None
        field.choices = [(str(line.order_line_uid), str(line.position)) for line in creditable(order.agreement)]

    def command(self) -> DraftChangeOrder:
        return self._command(credited=tuple(self.cleaned_data["lines"]))


FORMS: dict[ChangePurpose, type[AgreedForm]] = {
    form.purpose: form for form in (PauseForm, ResumeForm, RenewForm, CreditForm)
}


def offered(agreement: Agreement) -> list[ChangePurpose]:
    """What may be agreed of an agreement as it stands, besides an amendment."""
    is_paused = agreement.status == AgreementStatus.PAUSED
    ways = [ChangePurpose.RESUME if is_paused else ChangePurpose.PAUSE]
    if agreement.term_months is not None:
        ways.append(ChangePurpose.RENEW)
    if creditable(agreement):
        ways.append(ChangePurpose.CREDIT)
    return ways


def creditable(agreement: Agreement) -> TenantQuerySet[AgreementLine]:
    """The lines that can come back whole: flat ones that have not come back yet."""
    back = AgreementChange.objects.for_business(agreement.business).filter(
        agreement=agreement, kind=ChangeKind.GIVE_BACK
    )
    rows = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement, billing_rule=Rule.FLAT)
    return rows.exclude(position__in=back.values("line_position")).order_by("position")


def blank(*, order: Order, purpose: ChangePurpose, on: date, seen: str, earlier: ChangeOrder | None) -> AgreedForm:
    """A form from a day on, or one that says what an earlier change of the same purpose said."""
    said: dict[str, object] = {"effective_date": on, "seen": seen}
    if earlier is not None:
        known = (line.agreement_line for line in earlier.lines.all())
        said |= {
            "effective_date": earlier.effective_date,
            "description": earlier.description,
            "term_months": earlier.term_months,
            "lines": [str(line.order_line_uid) for line in known if line],
        }
    return FORMS[purpose](order=order, initial=said)
