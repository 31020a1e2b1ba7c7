"""Addresses of the shop."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from catalog import pages, shelves

router = SimpleRouter()
router.register("api/products", shelves.ProductShelf)
router.register("api/suppliers", shelves.SupplierShelf)
router.register("api/orders", shelves.OrderShelf)

urlpatterns = [
    *router.urls,
    path("", pages.home),
    path("healthz/", pages.healthz),
    path("categories/", pages.categories),
    path("categories/<int:category_id>/", pages.category),
    path("cart/", pages.cart),
    path("checkout/", pages.checkout),
    path("orders/search/", pages.order_search),
    path("reports/stock/", pages.stock_report),
    path("reports/export/", pages.export),
    path("shipping/quote/", pages.shipping_quote),
    path("uploads/", pages.upload),
]
