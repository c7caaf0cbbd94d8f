from customers import policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_offers_that_exclude_each_other'),
        ('customers', '0010_rows_of_one_business'),
    ]

    operations = [
        policies.AddOwnRows({
            'catalogitem': 'catalog_item_own_rows',
            'discount': 'discount_own_rows',
            'discountitem': 'discount_item_own_rows',
            'discountvalue': 'discount_value_own_rows',
            'itemcode': 'item_code_own_rows',
            'licenceoffer': 'licence_offer_own_rows',
            'market': 'market_own_rows',
            'paymentmethod': 'payment_method_own_rows',
            'price': 'price_own_rows',
            'pricelist': 'price_list_own_rows',
            'product': 'product_own_rows',
            'recipe': 'recipe_own_rows',
            'shippingmethod': 'shipping_method_own_rows',
            'stock': 'stock_own_rows',
        }),
    ]
