"""The JSON interface: products, suppliers and orders."""

from django.db.models import F
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from catalog.models import Order, Product, Supplier
from catalog.tasks import send_receipt


class SupplierSerializer(ModelSerializer):
    class Meta:
        model = Supplier
        fields = "__all__"


class ProductSerializer(ModelSerializer):
    supplier = SupplierSerializer(read_only=True)

    class Meta:
        model = Product
        fields = "__all__"


class OrderSerializer(ModelSerializer):
    class Meta:
        model = Order
        fields = "__all__"


class SupplierShelf(viewsets.ReadOnlyModelViewSet):
    queryset = Supplier.objects.order_by("name")
    serializer_class = SupplierSerializer


class ProductShelf(viewsets.ReadOnlyModelViewSet):
    """The list is ordered by a column without an index: it reads the whole table each time."""

    queryset = Product.objects.select_related("supplier").order_by("-updated_at")
    serializer_class = ProductSerializer

    @action(detail=True, methods=["post"])
    def reserve(self, request, pk):
        Product.objects.filter(pk=pk).update(stock=F("stock") - 1)
        return Response({"reserved": pk})


class OrderShelf(mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer

    def perform_create(self, serializer):
        send_receipt.delay(serializer.save().pk)
