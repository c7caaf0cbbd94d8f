from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health

to_admin = RedirectView.as_view(pattern_name="admin:index", http_method_names=["get", "head"])

urlpatterns = [
    path("", to_admin),
    path("admin", to_admin),
    path("admin/", admin.site.urls),
    path("livez", health.livez),
    path("readyz", health.readyz),
    # Doors: a mount and a documentation page each. A mount also belongs in config.errors.DOORS.
    path("dayzero/", include("orders.api.dayzero.urls")),
    path("adobe/", include("orders.api.adobe.urls")),
    path("docs/adobe/", include("orders.api.adobe.docs")),
    path("docs/dayzero/", include("orders.api.dayzero.docs")),
    path("vu/", include("orders.api.vu.urls")),
    path("docs/vu/", include("orders.api.vu.docs")),
    path("bitbybit/", include("orders.api.bitbybit.urls")),
    path("docs/bitbybit/", include("orders.api.bitbybit.docs")),
    path("commercelayer/", include("orders.api.commercelayer.urls")),
    path("docs/commercelayer/", include("orders.api.commercelayer.docs")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
