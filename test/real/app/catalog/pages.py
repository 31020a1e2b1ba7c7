"""Pages that are no plain lists of one table."""

from uuid import uuid4

import requests
from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Lower
from django.http import JsonResponse

from catalog.models import Order, Product

DISCOUNTS = {"WELCOME": 10, "AUTUMN": 15}


def home(request):
    return JsonResponse({"shop": "example", "newest": list(Product.objects.order_by("-id").values("id", "name")[:8])})


def healthz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def categories(request):
    return JsonResponse({"categories": list(range(1, 41))})


def category(request, category_id):
    products = Product.objects.filter(category_id=category_id).order_by("id")
    return JsonResponse({"products": list(products.values("id", "name", "price")[:25])})


def cart(request):
    ids = [int(part) for part in request.GET.get("ids", "1").split(",")]
    lines = Product.objects.filter(id__in=ids)
    return JsonResponse({"total": lines.aggregate(total=Sum("price"))["total"]})


def checkout(request):
    code = request.GET.get("code", "")
    return JsonResponse({"discount": DISCOUNTS.get(code, 0)})


def order_search(request):
    """Orders of one customer, each with how many it follows; both are found by an index on lower(email)."""
    orders = Order.objects.annotate(mail=Lower("email"))
    earlier = orders.filter(mail=Lower(OuterRef("email")), placed_at__lt=OuterRef("placed_at")).order_by().values("mail")
    found = orders.filter(mail=request.GET.get("email", "").lower()).order_by("-placed_at")
    follows = Subquery(earlier.annotate(count=Count("*")).values("count"))
    return JsonResponse({"orders": list(found.annotate(follows=follows).values("id", "product_id", "quantity", "follows")[:6])})


def stock_report(request):
    low = Product.objects.filter(category_id=int(request.GET.get("category", "1")), stock__lt=5)
    return JsonResponse({"low": low.count()})


def export(request):
    """The whole export is built in memory before it is sent."""
    rows = Product.objects.order_by("id").values("sku", "name", "description", "price")[: int(request.GET.get("rows", "200"))]
    return JsonResponse({"rows": list(rows)})


def shipping_quote(request):
    return JsonResponse(requests.get(settings.CARRIER_URL, params={"weight": request.GET.get("weight", "1")}).json())


def upload(request):
    with open(f"uploads/{uuid4()}", "wb") as file:
        file.write(request.body)
    return JsonResponse({"stored": True})
