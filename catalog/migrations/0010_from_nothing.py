import customers.json_values
import customers.tenancy
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('catalog', '0001_initial'), ('catalog', '0002_initial'), ('catalog', '0003_price_lists_and_discounts'), ('catalog', '0004_products'), ('catalog', '0005_recipes'), ('catalog', '0006_offers_of_licensing_programmes'), ('catalog', '0007_markets'), ('catalog', '0008_offers_that_exclude_each_other'), ('catalog', '0009_rows_of_one_business')]

    initial = True

    dependencies = [
        ('customers', '0011_from_nothing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('description', models.CharField(blank=True, max_length=2000)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='product_business_id_key'), customers.tenancy.OwnRows(name='product_own_rows'), models.UniqueConstraint(fields=('business', 'uid'), name='product_uid_once')],
            },
        ),
        migrations.CreateModel(
            name='CatalogItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('description', models.CharField(blank=True, max_length=2000)),
                ('item_type', models.CharField(choices=[('service', 'Service'), ('non_inventory', 'Non Inventory'), ('inventory', 'Inventory'), ('bundle', 'Bundle')], default='service', max_length=16)),
                ('unit_price_cents', models.BigIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('product', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='catalog.product')),
            ],
            options={
                'indexes': [models.Index(fields=['business', 'name'], name='catalog_item_by_name')],
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='catalog_item_business_id_key'), customers.tenancy.OwnRows(name='catalog_item_own_rows'), customers.tenancy.TenantReference(field='product', name='catalog_item_product_same_business'), models.UniqueConstraint(fields=('business', 'uid'), name='catalog_item_uid_once'), models.CheckConstraint(condition=models.Q(('item_type__in', ['service', 'non_inventory', 'inventory', 'bundle'])), name='catalog_item_item_type_known'), models.CheckConstraint(condition=models.Q(('unit_price_cents__gte', 0), ('unit_price_cents__lte', 1000000000000)), name='catalog_item_unit_price_cents_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Discount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('scheme', models.CharField(max_length=32)),
                ('code', models.CharField(max_length=64)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(choices=[('percentage', 'Percentage'), ('fixed', 'Fixed')], max_length=16)),
                ('percent', models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('usage_limit', models.PositiveIntegerField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='discount_business_id_key'), customers.tenancy.OwnRows(name='discount_own_rows'), models.UniqueConstraint(fields=('business', 'scheme', 'code'), name='discount_code_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['percentage', 'fixed'])), name='discount_kind_known'), models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='discount_percent_bounds'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'percentage'), ('percent__isnull', False)), models.Q(models.Q(('kind', 'percentage'), _negated=True), models.Q(('percent__isnull', False), _negated=True)), _connector='OR'), name='discount_percentage_has_percent'), models.CheckConstraint(condition=models.Q(('usage_limit', None), ('usage_count__lte', models.F('usage_limit')), _connector='OR'), name='discount_used_up_to_its_limit')],
            },
        ),
        migrations.CreateModel(
            name='DiscountItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('discount', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.discount')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.catalogitem')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='discount_item_business_id_key'), customers.tenancy.OwnRows(name='discount_item_own_rows'), customers.tenancy.TenantReference(field='discount', name='discount_item_discount_same_business'), customers.tenancy.TenantReference(field='item', name='discount_item_item_same_business'), models.UniqueConstraint(fields=('business', 'discount', 'item'), name='discount_item_once')],
            },
        ),
        migrations.CreateModel(
            name='DiscountValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=2)),
                ('currency', models.CharField(max_length=3)),
                ('amount_cents', models.BigIntegerField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('discount', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='values', to='catalog.discount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='discount_value_business_id_key'), customers.tenancy.OwnRows(name='discount_value_own_rows'), customers.tenancy.TenantReference(field='discount', name='discount_value_discount_same_business'), models.UniqueConstraint(fields=('business', 'discount', 'country', 'currency'), name='discount_value_once'), models.CheckConstraint(condition=models.Q(('amount_cents__gte', 0), ('amount_cents__lte', 9000000000000000)), name='discount_value_amount_cents_bounds')],
            },
        ),
        migrations.CreateModel(
            name='ItemCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=32)),
                ('code', models.CharField(max_length=64)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='catalog.catalogitem')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='item_code_business_id_key'), customers.tenancy.OwnRows(name='item_code_own_rows'), customers.tenancy.TenantReference(field='item', name='item_code_item_same_business'), models.UniqueConstraint(fields=('business', 'scheme', 'code'), name='item_code_once')],
            },
        ),
        migrations.CreateModel(
            name='LicenceOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('base_code', models.CharField(max_length=40)),
                ('level', models.CharField(blank=True, max_length=2)),
                ('offer_type', models.CharField(choices=[('LICENSE', 'License'), ('CONSUMABLES', 'Consumables')], default='LICENSE', max_length=16)),
                ('market_segment', models.CharField(blank=True, max_length=3)),
                ('most_per_line', models.PositiveIntegerField(default=599000)),
                ('is_volume_discounted', models.BooleanField(default=True)),
                ('is_base_product', models.BooleanField(default=True)),
                ('add_on_of', models.CharField(blank=True, max_length=40)),
                ('incompatible_with', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('growth_quantity', models.PositiveIntegerField(blank=True, null=True)),
                ('first_order_date', models.DateField(blank=True, null=True)),
                ('last_order_date', models.DateField(blank=True, null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('item', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='offer', to='catalog.catalogitem')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='licence_offer_business_id_key'), customers.tenancy.OwnRows(name='licence_offer_own_rows'), customers.tenancy.TenantReference(field='item', name='licence_offer_item_same_business'), models.UniqueConstraint(fields=('business', 'code'), name='licence_offer_code_once'), models.UniqueConstraint(fields=('business', 'base_code', 'level', 'market_segment'), name='licence_offer_level_once'), models.CheckConstraint(condition=models.Q(('offer_type__in', ['LICENSE', 'CONSUMABLES'])), name='licence_offer_offer_type_known'), models.CheckConstraint(condition=models.Q(('most_per_line__gte', 1), ('most_per_line__lte', 1000000000)), name='licence_offer_most_per_line_bounds')],
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(max_length=3)),
                ('is_tax_included', models.BooleanField(default=False)),
                ('scheme', models.CharField(blank=True, max_length=32)),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None)),
                ('market_segment', models.CharField(blank=True, max_length=3)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='price_list_business_id_key'), customers.tenancy.OwnRows(name='price_list_own_rows'), models.UniqueConstraint(fields=('business', 'code'), name='price_list_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Market',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('tax_rate_percent', models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ('is_freight_taxable', models.BooleanField(default=True)),
                ('checkout_url', models.CharField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(['http', 'https'])])),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('price_list', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.pricelist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='market_business_id_key'), customers.tenancy.OwnRows(name='market_own_rows'), customers.tenancy.TenantReference(field='price_list', name='market_price_list_same_business'), models.UniqueConstraint(fields=('business', 'number'), name='market_number_once'), models.CheckConstraint(condition=models.Q(('tax_rate_percent__gte', 0), ('tax_rate_percent__lte', 100)), name='market_tax_rate_percent_bounds')],
            },
        ),
        migrations.CreateModel(
            name='PaymentMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('source_type', models.CharField(choices=[('wire_transfers', 'Wire Transfer'), ('credit_cards', 'Credit Card'), ('paypal_payments', 'Paypal'), ('stripe_payments', 'Stripe'), ('braintree_payments', 'Braintree'), ('external_payments', 'External')], default='wire_transfers', max_length=32)),
                ('price_cents', models.BigIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('market', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='payment_methods', to='catalog.market')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='payment_method_business_id_key'), customers.tenancy.OwnRows(name='payment_method_own_rows'), customers.tenancy.TenantReference(field='market', name='payment_method_market_same_business'), models.CheckConstraint(condition=models.Q(('source_type__in', ['wire_transfers', 'credit_cards', 'paypal_payments', 'stripe_payments', 'braintree_payments', 'external_payments'])), name='payment_method_source_type_known'), models.CheckConstraint(condition=models.Q(('price_cents__gte', 0), ('price_cents__lte', 1000000000000)), name='payment_method_price_cents_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_date', models.DateField()),
                ('amount_cents', models.BigIntegerField()),
                ('compare_at_cents', models.BigIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalog.catalogitem')),
                ('price_list', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalog.pricelist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='price_business_id_key'), customers.tenancy.OwnRows(name='price_own_rows'), customers.tenancy.TenantReference(field='price_list', name='price_price_list_same_business'), customers.tenancy.TenantReference(field='item', name='price_item_same_business'), models.UniqueConstraint(fields=('business', 'price_list', 'item', 'from_date'), name='price_once_a_day'), models.CheckConstraint(condition=models.Q(('amount_cents__gte', 0), ('amount_cents__lte', 1000000000000)), name='price_amount_cents_bounds'), models.CheckConstraint(condition=models.Q(('compare_at_cents__gte', 0), ('compare_at_cents__lte', 1000000000000)), name='price_compare_at_cents_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Recipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=8)),
                ('sku', models.CharField(max_length=64)),
                ('body', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField(editable=False)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('created_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='recipe_business_id_key'), customers.tenancy.OwnRows(name='recipe_own_rows'), customers.tenancy.TenantReference(field='created_by', name='recipe_created_by_same_business'), models.UniqueConstraint(fields=('business', 'token'), name='recipe_token_once'), models.CheckConstraint(condition=models.Q(('token__regex', '^[0-9A-Za-z]{8}$')), name='recipe_token_shape')],
            },
        ),
        migrations.CreateModel(
            name='ShippingMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('price_cents', models.BigIntegerField(default=0)),
                ('free_from_cents', models.BigIntegerField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('market', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='shipping_methods', to='catalog.market')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='shipping_method_business_id_key'), customers.tenancy.OwnRows(name='shipping_method_own_rows'), customers.tenancy.TenantReference(field='market', name='shipping_method_market_same_business'), models.CheckConstraint(condition=models.Q(('price_cents__gte', 0), ('price_cents__lte', 1000000000000)), name='shipping_method_price_cents_bounds'), models.CheckConstraint(condition=models.Q(('free_from_cents__gte', 0), ('free_from_cents__lte', 9000000000000000)), name='shipping_method_free_from_cents_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.BigIntegerField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('item', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='stock', to='catalog.catalogitem')),
            ],
            options={
                'verbose_name_plural': 'stock',
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='stock_business_id_key'), customers.tenancy.OwnRows(name='stock_own_rows'), customers.tenancy.TenantReference(field='item', name='stock_item_same_business'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('quantity__lte', 1000000000)), name='stock_quantity_bounds')],
            },
        ),
        migrations.AddField(
            model_name='discount',
            name='items',
            field=models.ManyToManyField(related_name='+', through='catalog.DiscountItem', to='catalog.catalogitem'),
        ),
    ]
