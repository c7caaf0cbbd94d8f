from customers import policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_overdue_and_given_up_lists'),
        ('customers', '0010_rows_of_one_business'),
    ]

    operations = [
        policies.AddOwnRows({
            'agreement': 'agreement_own_rows',
            'agreementchange': 'agreement_change_own_rows',
            'agreementline': 'agreement_line_own_rows',
            'charge': 'charge_own_rows',
            'closing': 'closing_own_rows',
            'drawdown': 'drawdown_own_rows',
            'invoice': 'invoice_own_rows',
            'invoicecounter': 'invoice_counter_own_rows',
            'invoiceline': 'invoice_line_own_rows',
            'payment': 'payment_own_rows',
            'taxrate': 'tax_rate_own_rows',
            'taxtreatment': 'tax_treatment_own_rows',
            'usage': 'usage_own_rows',
            'writeoff': 'write_off_own_rows',
        }),
    ]
