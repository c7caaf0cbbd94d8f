"""The lines of a long draft, a hundred to a page: one row at a time, many at once, or a whole sheet."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from billing.engine.terms import Rule, Timing
from customers.admin.base import actor_of
from customers.admin.verbs import Refused, version
from customers.templatetags import desk as faces
from orders.admin import bench, draft_texts, line_plans, line_sheet, ramp_text
from orders.admin.draft_pages import CONFLICT, DraftPages
from orders.admin.draft_texts import LINE
from orders.admin.line_plans import Plan
from orders.errors import OrderError
from orders.models import Line, Order

PER_PAGE = 100
RULES = [(rule.value, rule.replace("_", " ")) for rule in Rule]
TIMINGS = [("", "—"), *((timing.value, timing.replace("_", " ")) for timing in Timing)]


class Workbench(DraftPages):
    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<path:object_id>/lines/", guard(self.lines_view), name="orders_order_lines"),
            path("<path:object_id>/lines.csv", guard(self.csv_view), name="orders_order_lines_csv"),
            *super().get_urls(),
        ]

    def lines_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The table, and all that it posts: `do` says which of its buttons was pressed."""
        order = self.order_at_hand(request, object_id)
        if not self.is_editable(request, order):
            return self._no_draft(request, order)
        if request.method != "POST":
            return self._table(request, order)
        deeds: dict[str, Callable[[HttpRequest, Order], HttpResponse]] = {
            "row": self._save_row,
            "set": partial(self._save_many, cells_of=bench.set_cells),
            "fill": partial(self._save_many, cells_of=bench.filled_cells),
            "remove": self._remove,
            "paste": self._show_plan,
            "apply": self._apply,
        }
        deed = deeds.get(request.POST.get("do", ""))
        if deed is None:
            return self._refused(request, order, "The page did not say what to do: open it again.")
        try:
            return deed(request, order)
        except Refused as refusal:
            return self._refused(request, order, str(refusal))
        except OrderError as refusal:
            return self._refused(request, self.order_at_hand(request, object_id), refusal.message)

    def csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All lines as a file that may be changed and uploaded again."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])
        order = self.order_at_hand(request, object_id)
        sheet = line_sheet.write(order.lines.all(), currency=order.currency)
        name = content_disposition_header(as_attachment=True, filename=f"{order.number}-lines.csv")
        return HttpResponse(sheet, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": str(name)})

    def _no_draft(self, request: HttpRequest, order: Order) -> HttpResponse:
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._kept(request, order)
        return HttpResponseRedirect(self.after(order))

    def _kept(self, request: HttpRequest, order: Order) -> HttpResponse:
        """What was typed for an order that is no draft any more, to copy."""
        typed = [request.POST.get("sheet", ""), *(request.POST.get(name, "") for name in LINE)]
        page = self.page(
            request,
            "admin/orders/draft_left_behind.html",
            row=order,
            title=f"{order.number} · your changes",
            order=order,
            fields=[],
            words="\n".join(filter(None, typed)),
        )
        page.status_code = CONFLICT
        return page

    # One row.

    def _save_row(self, request: HttpRequest, order: Order) -> HttpResponse:
        """Save one row. What others did to other rows meanwhile is no conflict."""
        stored = list(order.lines.all())
        given = line_sheet.typed({name: request.POST.get(name, "") for name in (line_sheet.ID, *LINE)})
        line = next((line for line in stored if str(line.uid) == given[line_sheet.ID]), None)
        if line is None:
            words = " · ".join(given[name] for name in LINE if given[name])
            raise Refused(f"Somebody removed this line meanwhile. Nothing is saved. You typed: {words}")
        row = bench.BenchRow(line=line, cells=given)
        if conflict := bench.moved_meanwhile(order, line, version(request.POST)):
            return self._row_refused(request, order, row, conflict)
        plan = self._plan(order, stored, line_sheet.read([given], order=order, stored=stored))
        if plan.faults:
            errors = {fault.column: fault.sentence for fault in plan.faults}
            return self._row_refused(request, order, replace(row, errors=errors), "Not saved.")
        try:
            saved = order if plan.is_empty else self._store_plan(request, plan)
        except OrderError as refusal:
            return self._row_refused(request, self.order_at_hand(request, str(order.pk)), row, refusal.message)
        if bench.is_script(request):
            return self._row_saved(saved, line)
        self.message_user(request, f"Line {line.position + 1} is saved.", messages.SUCCESS)
        return HttpResponseRedirect(f"{request.get_full_path()}#line-{line.uid}")

    def _row_saved(self, saved: Order, line: Line) -> JsonResponse:
        now = saved.lines.select_related("catalog_item").get(uid=line.uid)
        return JsonResponse(
            {
                "version": saved.version,
                "cells": draft_texts.of_line(now, saved.currency),
                "line_total": faces.money(now.line_total_cents, saved.currency),
                "subtotal": faces.money(saved.subtotal_cents, saved.currency),
                "total": faces.money(saved.total_cents, saved.currency),
            }
        )

    def _row_refused(self, request: HttpRequest, order: Order, row: bench.BenchRow, said: str) -> HttpResponse:
        """Give a row back as it was typed, at the version that it would now be saved over."""
        if bench.is_script(request):
            answer = {"errors": row.errors or {}, "sentence": said, "version": order.version}
            return JsonResponse(answer, status=CONFLICT)
        return self._table(request, order, refused=row, sentence=said)

    def _store_plan(self, request: HttpRequest, plan: Plan) -> Order:
        return plan.apply(by=actor_of(request), at=timezone.now(), seen_version=plan.order.version)

    # Many rows.

    def _save_many(self, request: HttpRequest, order: Order, *, cells_of: Any) -> HttpResponse:
        stored = list(order.lines.all())
        bench.check_version(request.POST, order)
        chosen = bench.chosen(request.POST, bench.found(order, stored, request.GET), stored)
        rows = line_sheet.read(cells_of(request.POST, chosen, order), order=order, stored=stored)
        plan = self._plan(order, stored, rows)
        return self._stored(request, order, plan)

    def _remove(self, request: HttpRequest, order: Order) -> HttpResponse:
        stored = list(order.lines.all())
        bench.check_version(request.POST, order)
        chosen = {line.uid for line in bench.chosen(request.POST, bench.found(order, stored, request.GET), stored)}
        stay = [{line_sheet.ID: str(line.uid)} for line in stored if line.uid not in chosen]
        rows = line_sheet.read(stay, order=order, stored=stored)
        return self._stored(request, order, self._plan(order, stored, rows, removes_others=True))

    def _stored(self, request: HttpRequest, order: Order, plan: Plan) -> HttpResponse:
        if plan.faults:
            return self._plan_page(request, order, plan, sheet="")
        if not plan.is_empty:
            self._store_plan(request, plan)
        self.message_user(request, bench.done(plan), messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    # A sheet.

    def _show_plan(self, request: HttpRequest, order: Order) -> HttpResponse:
        sheet = bench.sheet(request)
        return self._plan_page(request, order, self._sheet_plan(request, order, sheet), sheet=sheet)

    def _apply(self, request: HttpRequest, order: Order) -> HttpResponse:
        """Store the sheet that was shown, all of it or nothing; if the order has moved on, show it again."""
        sheet = bench.sheet(request)
        plan = self._sheet_plan(request, order, sheet)
        if plan.faults or version(request.POST) != order.version:
            return self._plan_page(request, order, plan, sheet=sheet, is_stale=version(request.POST) != order.version)
        if not plan.is_empty:
            self._store_plan(request, plan)
        self.message_user(request, bench.done(plan), messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def _sheet_plan(self, request: HttpRequest, order: Order, sheet: str) -> Plan:
        stored = list(order.lines.all())
        try:
            rows = line_sheet.read(line_sheet.cells(sheet), order=order, stored=stored)
        except line_sheet.UnreadableSheet as refusal:
            raise Refused(str(refusal)) from refusal
        return self._plan(order, stored, rows, removes_others="replace" in request.POST)

    def _plan(
        self, order: Order, stored: Sequence[Line], rows: Sequence[line_sheet.Row], *, removes_others: bool = False
    ) -> Plan:
        return line_plans.plan(
            order=order, stored=stored, rows=rows, today=bench.today(order), removes_others=removes_others
        )

    def _plan_page(
        self, request: HttpRequest, order: Order, plan: Plan, *, sheet: str, is_stale: bool = False
    ) -> HttpResponse:
        page = self.page(
            request,
            "admin/orders/line_plan.html",
            row=order,
            title=f"{order.number} · changes to its lines",
            order=order,
            plan=plan,
            sheet=sheet,
            replaces="replace" in request.POST,
            is_stale=is_stale,
            faults=plan.faults[: line_plans.SHOWN],
        )
        page.status_code = CONFLICT if is_stale else 200
        return page

    # The table.

    def _table(
        self, request: HttpRequest, order: Order, *, refused: bench.BenchRow | None = None, sentence: str = ""
    ) -> HttpResponse:
        stored = list(order.lines.all())
        found = bench.found(order, stored, request.GET)
        shown: Page[Line] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        problems = bench.problems(order, stored)
        page = self.page(
            request,
            "admin/orders/workbench.html",
            row=order,
            title=f"{order.number} · lines",
            order=order,
            rows=[bench.row(line, order, problems, refused) for line in shown],
            shown=shown,
            found=found,
            found_cents=sum(line.line_total_cents for line in found),
            count=len(stored),
            problem_count=len(problems),
            rules=RULES,
            timings=TIMINGS,
            fillable=LINE,
            asked=request.GET,
            others=bench.without_page(request.GET),
            said=request.POST,
            lookup=f"{reverse('admin:autocomplete')}?app_label=orders&model_name=line&field_name=catalog_item",
            sentence=sentence,
            columns=line_sheet.COLUMNS,
            ramp_help=ramp_text.HELP,
        )
        page.status_code = CONFLICT if sentence else 200
        return page

    def _refused(self, request: HttpRequest, order: Order, sentence: str) -> HttpResponse:
        if bench.is_script(request):
            return JsonResponse({"errors": {}, "sentence": sentence}, status=CONFLICT)
        return self._table(request, order, sentence=sentence)
