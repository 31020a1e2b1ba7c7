"""What the shop sells and has sold; the tables are made by schema.sql."""

from django.db import models


class Supplier(models.Model):
    name = models.TextField()
    country = models.TextField()


class Product(models.Model):
    sku = models.TextField()
    name = models.TextField()
    description = models.TextField()
    category_id = models.IntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.IntegerField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT)
    updated_at = models.DateTimeField(auto_now=True)


class Order(models.Model):
    email = models.TextField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.IntegerField()
    placed_at = models.DateTimeField(auto_now_add=True)
