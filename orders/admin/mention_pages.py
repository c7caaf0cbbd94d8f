"""What a person was named in: on their desk, and off it once they open the comment or say that they are done."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers.admin.base import actor_of, member_of
from customers.admin.verbs import VerbsAdmin
from orders.models import Order
from orders.services import mentions


class MentionMixin(VerbsAdmin[Order]):
    """`mentions/<id>/seen/`: with `open` it leads to the comment, without it back to the desk."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.seen_view))
        return [path("mentions/<int:pk>/seen/", view, name="desk_mention_seen"), *super().get_urls()]

    def seen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        mention = mentions.of(member=member_of(request)).filter(pk=pk).first() if pk < 2**63 else None
        if mention is None:
            raise Http404
        mentions.see(mention=mention, by=actor_of(request), at=timezone.now())
        if "open" in request.POST:
            timeline = reverse("admin:orders_order_timeline", args=[mention.order_id])
            return HttpResponseRedirect(f"{timeline}?kind=comments#e{mention.event_id}")
        return HttpResponseRedirect(reverse("admin:index"))
