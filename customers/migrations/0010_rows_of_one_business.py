from customers import doorbells, policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0009_staff_identity'),
    ]

    operations = [
        policies.AddOwnRows({
            'address': 'address_own_rows',
            'apicredential': 'api_credential_own_rows',
            'approvallimit': 'approval_limit_own_rows',
            'customer': 'customer_own_rows',
            'customercode': 'customer_code_own_rows',
            'customermerge': 'customer_merge_own_rows',
            'delegation': 'delegation_own_rows',
            'event': 'event_own_rows',
            'eventseal': 'event_seal_own_rows',
            'legaldetails': 'legal_details_own_rows',
            'project': 'project_own_rows',
            'recoverycode': 'recovery_code_own_rows',
            'requestcount': 'request_count_own_rows',
            'secondfactor': 'second_factor_own_rows',
            'staffmember': 'staff_member_own_rows',
        }),
        doorbells.install(
            function='countersign_business_of_credential',
            argument='text',
            found='SELECT c.business_id FROM customers_apicredential c WHERE c.prefix = key',
        ),
        doorbells.install(
            function='countersign_business_of_user',
            argument='text',
            found='SELECT m.business_id FROM customers_staffmember m WHERE m.user_id = key::bigint',
        ),
    ]
