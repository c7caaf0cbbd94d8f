from customers import doorbells, policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_rows_of_one_business'),
        ('catalog', '0009_rows_of_one_business'),
        ('customers', '0010_rows_of_one_business'),
        ('orders', '0015_a_line_is_returned_once'),
    ]

    operations = [
        policies.AddOwnRows({
            'accesstoken': 'access_token_own_rows',
            'approvalpolicy': 'approval_policy_own_rows',
            'autosave': 'autosave_own_rows',
            'bulkresult': 'bulk_result_own_rows',
            'bulkrun': 'bulk_run_own_rows',
            'cart': 'cart_own_rows',
            'cartline': 'cart_line_own_rows',
            'changeorder': 'change_order_own_rows',
            'changeorderapproval': 'change_order_approval_own_rows',
            'changeorderline': 'change_order_line_own_rows',
            'datechange': 'date_change_own_rows',
            'drafttemplate': 'draft_template_own_rows',
            'leadtime': 'lead_time_own_rows',
            'licenceaccount': 'licence_account_own_rows',
            'licenceline': 'licence_line_own_rows',
            'licenceorder': 'licence_order_own_rows',
            'licenceprogramme': 'licence_programme_own_rows',
            'line': 'line_own_rows',
            'lineprogress': 'line_progress_own_rows',
            'order': 'order_own_rows',
            'orderapproval': 'order_approval_own_rows',
            'orderfile': 'order_file_own_rows',
            'party': 'party_own_rows',
            'paymentsource': 'payment_source_own_rows',
            'policyrule': 'policy_rule_own_rows',
            'question': 'question_own_rows',
            'replayrecord': 'replay_record_own_rows',
            'savedview': 'saved_view_own_rows',
            'shipment': 'shipment_own_rows',
            'shipmentline': 'shipment_line_own_rows',
            'snooze': 'snooze_own_rows',
            'subscription': 'subscription_own_rows',
            'transittime': 'transit_time_own_rows',
            'viewpin': 'view_pin_own_rows',
        }),
        doorbells.install(
            function='countersign_business_of_access_token',
            argument='text',
            found='SELECT t.business_id FROM orders_accesstoken t WHERE t.prefix = key',
        ),
    ]
