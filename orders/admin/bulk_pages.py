"""Bulk work in three pages: the boxes of the list, a rehearsal to confirm, and a result that stays.

What is confirmed travels as one signed text: the frozen list of orders with their versions and terms, their number and
sums, for one person and once.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from customers import queries, second_factors
from customers.actors import NotPermitted
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused
from orders import bulk_queries, desk_list, services
from orders.admin import again, bulk_words, csv_export, layout_pages, selection
from orders.bulk import BulkCommand, BulkOutcome, BulkTask
from orders.errors import OrderError
from orders.models import BulkRun, Order
from orders.services.bulk import NEED_A_REASON, Verdict

if TYPE_CHECKING:
    from orders.admin.order_list import OrderListAdmin

SALT = "orders.bulk"
GOOD_FOR = timedelta(hours=10)
REFUSALS = (NotPermitted, OrderError, Refused)
Page = Callable[..., HttpResponseBase]


def urls(admin: "OrderListAdmin") -> list[URLPattern]:
    """The pages below the list. No address ends like that of a verb on a single order, whichever comes first."""

    def page(method: Callable[[Page], Page], view: Page) -> Page:
        return admin.admin_site.admin_view(method(view))

    def review(request: HttpRequest, task: BulkTask) -> HttpResponseBase:
        return _or_back(admin, request, lambda: _review(admin, request, task))

    @transaction.non_atomic_requests
    def carry_out(request: HttpRequest) -> HttpResponseBase:
        return _or_back(admin, request, lambda: _carry_out(admin, request))

    def result(request: HttpRequest, pk: int) -> HttpResponseBase:
        return _result(admin, request, pk)

    def keep(request: HttpRequest) -> HttpResponseBase:
        return _or_back(admin, request, lambda: _keep(admin, request))

    def clear(request: HttpRequest) -> HttpResponseBase:
        selection.clear(request)
        return _back(request)

    def export(request: HttpRequest) -> HttpResponseBase:
        return _or_back(admin, request, lambda: _export(request))

    return [
        *(
            path(f"bulk/{task}-orders/", page(require_POST, review), {"task": task}, name=f"desk_bulk_{task}")
            for task in BulkTask
        ),
        path("bulk/carry-out/", page(require_POST, carry_out), name="desk_bulk_carry_out"),
        path("bulk/runs/<int:pk>/", page(require_safe, result), name="desk_bulk_run"),
        path("bulk/keep-orders/", page(require_POST, keep), name="desk_bulk_keep"),
        path("bulk/clear-kept/", page(require_POST, clear), name="desk_bulk_clear"),
        path("bulk/export-orders/", page(require_POST, export), name="desk_bulk_export"),
    ]


def _review(admin: "OrderListAdmin", request: HttpRequest, task: BulkTask) -> HttpResponse:
    """What would become of each order. Nothing is changed; what is agreed to is the list on this page."""
    seen = selection.posted(request)
    command = BulkCommand(
        token=uuid4(),
        task=task,
        choices=bulk_queries.frozen(business=business_of(request), seen=seen),
        tag=request.POST.get("tag", "").replace("\0", "").strip()[:255] if task is BulkTask.TAG else "",
        assignee=_assignee(request) if task is BulkTask.ASSIGN else None,
        until=_until(request) if task is BulkTask.SNOOZE else None,
    )
    return _confirm_page(admin, request, command)


def _assignee(request: HttpRequest) -> int | None:
    """Whom was typed: oneself, nobody, or the one person whose name begins so. Raises Refused."""
    typed = request.POST.get("assignee", "").replace("\0", "").strip()[:150]
    if typed.lower() in ("", "me"):
        return member_of(request).pk
    if typed.lower() == "nobody":
        return None
    named = queries.people_named(business=business_of(request), beginning=typed)
    active = [person for person in named if person.user.is_active]
    exact = [person for person in active if typed.lower() in (person.user.username.lower(), str(person).lower())]
    found = exact or active
    if len(found) != 1:
        who = ", ".join(f"{person} ({person.user.username})" for person in found)
        raise Refused(f"Which of them: {who}?" if found else f"Nobody who works here is called “{typed}”.")
    return found[0].pk


def _until(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise Refused("Choose the day until which the orders are put off.") from error


def _confirm_page(
    admin: "OrderListAdmin", request: HttpRequest, command: BulkCommand, problem: str = ""
) -> HttpResponse:
    business, task = business_of(request), command.task
    verdicts = services.rehearse(business=business, command=command, by=actor_of(request), at=timezone.now())
    agreed = [verdict for verdict in verdicts if verdict.outcome is BulkOutcome.DONE]
    return admin.page(
        request,
        "admin/orders/bulk_review.html",
        title=f"{task.capitalize()} {len(agreed)} order{'' if len(agreed) == 1 else 's'}",
        verb=task.capitalize(),
        what=bulk_words.what(business, command),
        verdicts=verdicts,
        agreed=agreed,
        counts=bulk_words.counts(task, verdicts, tense="will be "),
        sums=bulk_words.sums(agreed),
        frozen=_sign(request, command, agreed),
        needs_reason=task in NEED_A_REASON,
        takes_reason=task is not BulkTask.TAG,
        needs_password=task is BulkTask.APPROVE,
        has_second_factor=second_factors.confirmed(member=member_of(request)) is not None,
        reason=request.POST.get("reason", ""),
        problem=problem,
        view_query=_view(request),
    )


def _sign(request: HttpRequest, command: BulkCommand, agreed: Sequence[Verdict]) -> str:
    choices = [verdict.choice for verdict in agreed]
    frozen = {
        "token": str(command.token),
        "task": command.task,
        "member": member_of(request).pk,
        "orders": [[choice.pk, choice.version, choice.terms_sha256] for choice in choices],
        "count": len(choices),
        "sums": bulk_words.sums(agreed),
        "tag": command.tag,
        "assignee": command.assignee,
        "until": command.until and command.until.isoformat(),
    }
    return signing.dumps(frozen, salt=SALT, compress=True)


def _carry_out(admin: "OrderListAdmin", request: HttpRequest) -> HttpResponse:
    """Do what was agreed to. Many approvals at once ask again who is there; a wrong answer shows the page again."""
    command = _agreed(request)
    problem = again.wrong(request, at=timezone.now()) if command.task is BulkTask.APPROVE else ""
    if problem:
        return _confirm_page(admin, request, command, problem=f"Nothing was done. {problem}")
    run = services.carry_out(business=business_of(request), command=command, by=actor_of(request), at=timezone.now())
    selection.clear(request)
    return HttpResponseRedirect(f"{reverse('admin:desk_bulk_run', args=[run.pk])}?{_view(request)}")


def _agreed(request: HttpRequest) -> BulkCommand:
    """What was confirmed, word for word. Raises Refused for anything that this person was not shown."""
    try:
        frozen = signing.loads(request.POST.get("frozen", ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as bad:
        raise Refused("Nothing was done: this page is too old, or is not as it was shown. Choose again.") from bad
    if frozen["member"] != member_of(request).pk:
        raise Refused("Nothing was done: this page was shown to somebody else.")
    return BulkCommand(
        token=UUID(frozen["token"]),
        task=BulkTask(frozen["task"]),
        choices=bulk_queries.choices(frozen["orders"]),
        reason=request.POST.get("reason", "").replace("\0", "").strip()[:1000],
        tag=frozen["tag"],
        assignee=frozen["assignee"],
        until=date.fromisoformat(frozen["until"]) if frozen["until"] else None,
    )


def _result(admin: "OrderListAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each order: stored, so that the page stays, whoever opens it again and whenever."""
    run = BulkRun.objects.for_business(business_of(request)).select_related("started_by__user").filter(pk=pk).first()
    if run is None:
        raise Http404
    results = bulk_queries.results(run=run)
    task = BulkTask(run.task)
    told = bulk_words.counts(task, results)
    return admin.page(
        request,
        "admin/orders/bulk_run.html",
        title=told[0].text if told else f"{task.capitalize()}: nothing yet",
        run=run,
        what=bulk_words.what(run.business, run),
        results=results,
        counts=told,
        missing=run.expected_count - len(results),
        view_query=desk_list.view_of(request.GET.dict()),
    )


def _keep(admin: "OrderListAdmin", request: HttpRequest) -> HttpResponse:
    number = selection.keep(request)
    admin.message_user(request, f"{number} orders are kept: choose more on other pages.", messages.SUCCESS)
    return _back(request)


def _export(request: HttpRequest) -> HttpResponseBase:
    chosen = selection.posted(request)
    if not chosen:
        raise Refused("Choose some orders first.")
    orders = Order.objects.for_business(business_of(request)).filter(pk__in=chosen).order_by("-id")
    business, at = business_of(request), timezone.now()
    columns = layout_pages.shown(request, request.POST.get("view", ""))
    return csv_export.answer(
        desk_list.shown(orders, business=business, at=at), columns=columns, business=business, at=at
    )


def _or_back(admin: "OrderListAdmin", request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer, or the list again with the sentence that says why not."""
    try:
        return answer()
    except NotPermitted as refusal:
        who = queries.who_may(business=business_of(request), permission=refusal.permission)
        admin.message_user(request, f"{refusal} {who}", messages.ERROR)
        return _back(request)
    except REFUSALS as refusal:
        admin.message_user(request, str(refusal), messages.ERROR)
        return _back(request)


def _view(request: HttpRequest) -> str:
    return desk_list.view_of(QueryDict(request.POST.get("view", "")).dict())


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:orders_order_changelist')}?{_view(request)}")
