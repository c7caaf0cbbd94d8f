import customers.json_values
import customers.lists
import customers.permissions
import customers.tenancy
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import django_countries.fields
import pgtrigger.compiler
from django.conf import settings
from customers import doorbells
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('customers', '0001_initial'), ('customers', '0002_doors_say_more_of_customers'), ('customers', '0003_keys_by_grant_and_limit'), ('customers', '0004_closed_periods'), ('customers', '0005_events_are_sealed'), ('customers', '0006_merging_and_requests'), ('customers', '0007_finance_auditors_and_deputies'), ('customers', '0008_how_people_have_lists'), ('customers', '0009_staff_identity'), ('customers', '0010_rows_of_one_business')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Business',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('timezone', models.CharField(default='UTC', max_length=64)),
                ('net_days', models.PositiveSmallIntegerField(default=30)),
                ('is_sandbox', models.BooleanField(default=False)),
                ('books_closed_through', models.DateField(null=True)),
                ('requires_second_factor', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'businesses',
                'constraints': [models.CheckConstraint(condition=models.Q(('net_days__gte', 0), ('net_days__lte', 365)), name='business_net_days_bounds')],
                'triggers': [pgtrigger.compiler.Trigger(name='closed_for_good', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."books_closed_through" IS NOT NULL AND (NEW."books_closed_through" IS NULL OR NEW."books_closed_through" < (OLD."books_closed_through")))', func="RAISE EXCEPTION 'A closed period is never opened again.' USING ERRCODE = 'integrity_constraint_violation';", hash='301fc3d35496edbddb0edf2e6f5e177a75e7b457', operation='UPDATE', pgid='pgtrigger_closed_for_good_68f00', table='customers_business', when='BEFORE')), pgtrigger.compiler.Trigger(name='order_number_sequence', sql=pgtrigger.compiler.UpsertTriggerSql(func="EXECUTE format('CREATE SEQUENCE IF NOT EXISTS order_number_%s', NEW.id); RETURN NEW;", hash='27dd392a6e824bf3260ff77ccd95c86319dc83a0', operation='INSERT', pgid='pgtrigger_order_number_sequence_9683e', table='customers_business', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('legal_name', models.CharField(blank=True, max_length=200)),
                ('tax_id', models.CharField(blank=True, max_length=32)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=32)),
                ('status', models.CharField(choices=[('active', 'Active'), ('inactive', 'Inactive'), ('blocked', 'Blocked')], default='active', max_length=16)),
                ('timezone', models.CharField(blank=True, max_length=64)),
                ('net_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('merged_into', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['business', 'name'], name='customer_by_name'), models.Index(models.F('business'), django.db.models.functions.text.Upper('name'), name='customer_by_any_name'), models.Index(models.F('business'), django.db.models.functions.text.Upper('email'), condition=models.Q(('email', ''), _negated=True), name='customer_by_email'), models.Index(condition=models.Q(('tax_id', ''), _negated=True), fields=['business', 'tax_id'], name='customer_by_tax_id'), models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['business', 'phone'], name='customer_by_phone'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['business', 'merged_into'], name='customer_merged')],
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='customer_business_id_key'), customers.tenancy.OwnRows(name='customer_own_rows'), customers.tenancy.TenantReference(field='merged_into', name='customer_merged_into_same_business'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='customer_is_not_merged_into_itself'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('status', 'inactive'), _connector='OR'), name='customer_merged_is_inactive'), models.UniqueConstraint(fields=('business', 'uid'), name='customer_uid_once'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'inactive', 'blocked'])), name='customer_status_known'), models.CheckConstraint(condition=models.Q(('net_days__gte', 0), ('net_days__lte', 365)), name='customer_net_days_bounds')],
            },
        ),
        migrations.CreateModel(
            name='CustomerCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=32)),
                ('code', models.CharField(max_length=254)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('customer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='customer_code_business_id_key'), customers.tenancy.OwnRows(name='customer_code_own_rows'), customers.tenancy.TenantReference(field='customer', name='customer_code_customer_same_business'), models.UniqueConstraint(fields=('business', 'scheme', 'code'), name='customer_code_once')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('session_epoch', models.PositiveIntegerField(db_default=0, default=0)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_once')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[(customers.permissions.Role['DRAFTER'], 'Drafter'), (customers.permissions.Role['APPROVER'], 'Approver'), (customers.permissions.Role['OPS'], 'Ops'), (customers.permissions.Role['FINANCE'], 'Finance'), (customers.permissions.Role['AUDITOR'], 'Auditor')], max_length=16)),
                ('list_density', models.CharField(choices=[(customers.lists.Density['COMFORTABLE'], customers.lists.Density['COMFORTABLE']), (customers.lists.Density['COMPACT'], customers.lists.Density['COMPACT'])], default=customers.lists.Density['COMFORTABLE'], max_length=16)),
                ('list_columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='staff_member', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='staff_member_business_id_key'), customers.tenancy.OwnRows(name='staff_member_own_rows'), models.CheckConstraint(condition=models.Q(('role__in', [customers.permissions.Role['DRAFTER'], customers.permissions.Role['APPROVER'], customers.permissions.Role['OPS'], customers.permissions.Role['FINANCE'], customers.permissions.Role['AUDITOR']])), name='staff_member_role_known'), models.CheckConstraint(condition=models.Q(('list_density__in', [customers.lists.Density['COMFORTABLE'], customers.lists.Density['COMPACT']])), name='staff_member_list_density_known')],
            },
        ),
        migrations.CreateModel(
            name='CustomerMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merged_status', models.CharField(max_length=16)),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('moved', models.JSONField()),
                ('merged_at', models.DateTimeField()),
                ('undo_until', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('merged', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('survivor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('merged_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.staffmember')),
                ('undone_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='customer_merge_business_id_key'), customers.tenancy.OwnRows(name='customer_merge_own_rows'), customers.tenancy.TenantReference(field='survivor', name='customer_merge_survivor_same_business'), customers.tenancy.TenantReference(field='merged', name='customer_merge_merged_same_business'), customers.tenancy.TenantReference(field='merged_by', name='customer_merge_merged_by_same_business'), customers.tenancy.TenantReference(field='undone_by', name='customer_merge_undone_by_same_business'), models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('business', 'merged'), name='customer_merge_stands_once'), models.CheckConstraint(condition=models.Q(('survivor', models.F('merged')), _negated=True), name='customer_merge_is_of_two'), models.CheckConstraint(condition=models.Q(('undone_at', None), ('undone_at__lte', models.F('undo_until')), _connector='OR'), name='customer_merge_undone_in_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='facts_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."undone_at" IS NOT NULL OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."survivor_id" IS DISTINCT FROM (NEW."survivor_id") OR OLD."merged_id" IS DISTINCT FROM (NEW."merged_id") OR OLD."before" IS DISTINCT FROM (NEW."before") OR OLD."after" IS DISTINCT FROM (NEW."after") OR OLD."moved" IS DISTINCT FROM (NEW."moved") OR OLD."merged_by_id" IS DISTINCT FROM (NEW."merged_by_id") OR OLD."merged_at" IS DISTINCT FROM (NEW."merged_at") OR OLD."undo_until" IS DISTINCT FROM (NEW."undo_until"))', func="RAISE EXCEPTION 'A merge of customers is undone, once, and never changed.' USING ERRCODE = 'integrity_constraint_violation';", hash='c2922f0bb92127dde037360b13f93aa354e5a36b', operation='UPDATE', pgid='pgtrigger_facts_frozen_8dd62', table='customers_customermerge', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A merge of customers is never deleted.' USING ERRCODE = 'integrity_constraint_violation';", hash='6b2b41a7e466baa7609bbff8f045d8d87b5291e6', operation='DELETE', pgid='pgtrigger_never_deleted_7e387', table='customers_customermerge', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A merge of customers is never deleted.' USING ERRCODE = 'integrity_constraint_violation';", hash='1dbcd1a3de001a151df6466c24775885fb351783', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_b465e', table='customers_customermerge', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('created_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('delegate', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='delegations_held', to='customers.staffmember')),
                ('delegator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to='customers.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='delegation_business_id_key'), customers.tenancy.OwnRows(name='delegation_own_rows'), customers.tenancy.TenantReference(field='delegator', name='delegation_delegator_same_business'), customers.tenancy.TenantReference(field='delegate', name='delegation_delegate_same_business'), models.CheckConstraint(condition=models.Q(('delegator', models.F('delegate')), _negated=True), name='delegation_is_to_somebody_else'), models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='delegation_ends_after_it_starts')],
                'triggers': [pgtrigger.compiler.Trigger(name='one_hop', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM 1 FROM customers_business WHERE id = NEW.business_id FOR NO KEY UPDATE; IF EXISTS (SELECT 1 FROM customers_delegation d WHERE d.business_id = NEW.business_id AND (d.delegator_id = NEW.delegate_id OR d.delegate_id = NEW.delegator_id) AND d.starts_at < d.ends_at AND d.starts_at < NEW.ends_at AND NEW.starts_at < d.ends_at) THEN RAISE EXCEPTION 'A delegation goes one hop and never in a circle.' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;", hash='936428be7e4d82958ea0827dd4731f100831e773', operation='INSERT', pgid='pgtrigger_one_hop_c52bb', table='customers_delegation', when='BEFORE')), pgtrigger.compiler.Trigger(name='only_ends', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."delegator_id" IS DISTINCT FROM (NEW."delegator_id") OR OLD."delegate_id" IS DISTINCT FROM (NEW."delegate_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR NEW."ends_at" > (OLD."ends_at"))', func="RAISE EXCEPTION 'A delegation is ended early or it stays as it is.' USING ERRCODE = 'integrity_constraint_violation';", hash='1a055fc4231f3c530016266f53b13b0a2df72a5f', operation='UPDATE', pgid='pgtrigger_only_ends_6e800', table='customers_delegation', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A delegation is ended, never deleted.' USING ERRCODE = 'integrity_constraint_violation';", hash='2996bd56465592e1a3ea27e68f3c08e537aaa7bf', operation='DELETE', pgid='pgtrigger_never_deleted_f8f21', table='customers_delegation', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ApiCredential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=16, unique=True)),
                ('token_sha256', models.BinaryField(max_length=32)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[(customers.permissions.Permission['READ'], customers.permissions.Permission['READ']), (customers.permissions.Permission['DRAFT'], customers.permissions.Permission['DRAFT']), (customers.permissions.Permission['SUBMIT'], customers.permissions.Permission['SUBMIT']), (customers.permissions.Permission['APPROVE'], customers.permissions.Permission['APPROVE']), (customers.permissions.Permission['BILL'], customers.permissions.Permission['BILL'])], max_length=16), size=None)),
                ('grants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('requests_per_minute', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('rotated_at', models.DateTimeField(blank=True, null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
            ],
            options={
                'verbose_name': 'API credential',
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='api_credential_business_id_key'), customers.tenancy.OwnRows(name='api_credential_own_rows'), models.CheckConstraint(condition=models.Q(('token_sha256__length', 32)), name='api_credential_token_is_hashed'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', [customers.permissions.Permission['READ'], customers.permissions.Permission['DRAFT'], customers.permissions.Permission['SUBMIT'], customers.permissions.Permission['APPROVE'], customers.permissions.Permission['BILL']])), name='api_credential_scopes_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='revoked_for_good', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."revoked_at" IS NOT NULL)', func="RAISE EXCEPTION 'A revoked credential stays as it is.' USING ERRCODE = 'integrity_constraint_violation';", hash='09060cb95262e601515df253840916fbb915a00c', operation='UPDATE', pgid='pgtrigger_revoked_for_good_ab003', table='customers_apicredential', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=32)),
                ('subject_id', models.BigIntegerField()),
                ('action', models.CharField(max_length=32)),
                ('channel', models.CharField(max_length=32)),
                ('actor_name', models.CharField(max_length=254)),
                ('request_id', models.CharField(blank=True, max_length=128)),
                ('at', models.DateTimeField()),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('credential', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.apicredential')),
                ('staff_member', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.staffmember')),
            ],
            options={
                'indexes': [models.Index(fields=['business', 'subject_type', 'subject_id', 'id'], name='event_of_subject'), models.Index(condition=models.Q(('request_id', ''), _negated=True), fields=['business', 'request_id'], name='event_of_request')],
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='event_business_id_key'), customers.tenancy.OwnRows(name='event_own_rows'), customers.tenancy.TenantReference(field='staff_member', name='event_staff_member_same_business'), customers.tenancy.TenantReference(field='credential', name='event_credential_same_business')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The event ledger is append-only.' USING ERRCODE = 'integrity_constraint_violation';", hash='5f8d71f0c3b611c2eed25df9cb8c85a796dc81c9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8e255', table='customers_event', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The event ledger is append-only.' USING ERRCODE = 'integrity_constraint_violation';", hash='2e0ae6e8a31702965aca8e0c75d2f730350cf6e8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_46f1f', table='customers_event', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='EventSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField()),
                ('digest', models.BinaryField(max_length=32)),
                ('sealed_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('event', models.OneToOneField(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='customers.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='event_seal_business_id_key'), customers.tenancy.OwnRows(name='event_seal_own_rows'), customers.tenancy.TenantReference(field='event', name='event_seal_event_same_business'), models.UniqueConstraint(fields=('business', 'position'), name='event_seal_position_once'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='event_seal_position_from_one')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The chain of events is append-only.' USING ERRCODE = 'integrity_constraint_violation';", hash='022ceb3fc2c573700c56b1ef321113f74bd4cc6d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0ea7f', table='customers_eventseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The chain of events is append-only.' USING ERRCODE = 'integrity_constraint_violation';", hash='0016420329d9d9782a036b78345d95fbda23891a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_a52e0', table='customers_eventseal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='GuessCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_sha256', models.BinaryField(max_length=32, unique=True)),
                ('since', models.DateTimeField(db_index=True)),
                ('used', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('key_sha256__length', 32)), name='guess_count_key_is_hashed')],
            },
        ),
        migrations.CreateModel(
            name='LegalDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_name', models.CharField(blank=True, max_length=200)),
                ('line_1', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('line_2', models.CharField(blank=True, max_length=200, verbose_name='address, second line')),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(blank=True, max_length=100)),
                ('country', models.CharField(blank=True, max_length=100)),
                ('tax_id', models.CharField(blank=True, max_length=32, verbose_name='VAT or tax id')),
                ('bank_name', models.CharField(blank=True, max_length=100, verbose_name='bank')),
                ('bank_account', models.CharField(blank=True, max_length=64, verbose_name='IBAN or account')),
                ('bank_code', models.CharField(blank=True, max_length=32, verbose_name='BIC or routing number')),
                ('from_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='legal_details', to='customers.customer')),
            ],
            options={
                'verbose_name': 'legal details',
                'verbose_name_plural': 'legal details',
                'indexes': [models.Index(fields=['business', 'customer', '-id'], name='legal_details_latest')],
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='legal_details_business_id_key'), customers.tenancy.OwnRows(name='legal_details_own_rows'), customers.tenancy.TenantReference(field='customer', name='legal_details_customer_same_business')],
                'triggers': [pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What was known of somebody on a day stays known; what changed is a further row.' USING ERRCODE = 'integrity_constraint_violation';", hash='fbf4b7f91657e656a5bb3fd884693b29383094f0', operation='UPDATE OR DELETE', pgid='pgtrigger_kept_b5c9f', table='customers_legaldetails', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What was known of somebody on a day stays known; what changed is a further row.' USING ERRCODE = 'integrity_constraint_violation';", hash='2a60c844ce7e818caa9d2ea23d9829da5413b402', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_c0593', table='customers_legaldetails', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='project_business_id_key'), customers.tenancy.OwnRows(name='project_own_rows'), customers.tenancy.TenantReference(field='customer', name='project_customer_same_business'), models.UniqueConstraint(fields=('business', 'uid'), name='project_uid_once')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.BinaryField(max_length=300)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('last_step', models.BigIntegerField(null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('staff_member', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='second_factor', to='customers.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='second_factor_business_id_key'), customers.tenancy.OwnRows(name='second_factor_own_rows'), customers.tenancy.TenantReference(field='staff_member', name='second_factor_staff_member_same_business'), models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('last_step__isnull', False), _connector='OR'), name='second_factor_confirmed_by_a_code')],
                'triggers': [pgtrigger.compiler.Trigger(name='codes_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."last_step" IS NOT NULL AND (NEW."last_step" IS NULL OR NEW."last_step" < (OLD."last_step")))', func="RAISE EXCEPTION 'A code that was used is never good again.' USING ERRCODE = 'integrity_constraint_violation';", hash='458eedcd64632e235dab58459b9076b20d1d7e00', operation='UPDATE', pgid='pgtrigger_codes_once_154b3', table='customers_secondfactor', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_sha256', models.BinaryField(max_length=32)),
                ('used_at', models.DateTimeField(null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('second_factor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='customers.secondfactor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='recovery_code_business_id_key'), customers.tenancy.OwnRows(name='recovery_code_own_rows'), customers.tenancy.TenantReference(field='second_factor', name='recovery_code_second_factor_same_business'), models.UniqueConstraint(fields=('second_factor', 'code_sha256'), name='recovery_code_once'), models.CheckConstraint(condition=models.Q(('code_sha256__length', 32)), name='recovery_code_is_hashed')],
                'triggers': [pgtrigger.compiler.Trigger(name='used_for_good', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."used_at" IS NOT NULL)', func="RAISE EXCEPTION 'A recovery code that was used stays used.' USING ERRCODE = 'integrity_constraint_violation';", hash='b4d0c6f58a84c0a3ed5d4a2bc9ebcd4a5edef332', operation='UPDATE', pgid='pgtrigger_used_for_good_94310', table='customers_recoverycode', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RequestCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('used', models.PositiveIntegerField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('credential', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='request_count', to='customers.apicredential')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='request_count_business_id_key'), customers.tenancy.OwnRows(name='request_count_own_rows'), customers.tenancy.TenantReference(field='credential', name='request_count_credential_same_business')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount_cents', models.BigIntegerField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('staff_member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='approval_limits', to='customers.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='approval_limit_business_id_key'), customers.tenancy.OwnRows(name='approval_limit_own_rows'), customers.tenancy.TenantReference(field='staff_member', name='approval_limit_staff_member_same_business'), models.CheckConstraint(condition=models.Q(('amount_cents__gte', 0), ('amount_cents__lte', 9000000000000000)), name='approval_limit_amount_cents_bounds'), models.UniqueConstraint(fields=('business', 'staff_member', 'currency'), name='approval_limit_once_per_currency')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(blank=True, max_length=64)),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('origin', models.CharField(blank=True, max_length=32)),
                ('first_name', models.CharField(blank=True, max_length=100)),
                ('last_name', models.CharField(blank=True, max_length=100)),
                ('company', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=32)),
                ('line_1', models.CharField(max_length=200)),
                ('line_2', models.CharField(blank=True, max_length=200)),
                ('city', models.CharField(max_length=100)),
                ('region', models.CharField(blank=True, max_length=100)),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('country', django_countries.fields.CountryField(max_length=2)),
                ('attributes', models.JSONField(blank=True, decoder=customers.json_values.Decoder, default=dict, encoder=customers.json_values.Encoder)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.business')),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='customers.customer')),
            ],
            options={
                'verbose_name_plural': 'addresses',
                'constraints': [models.UniqueConstraint(fields=('business', 'id'), name='address_business_id_key'), customers.tenancy.OwnRows(name='address_own_rows'), customers.tenancy.TenantReference(field='customer', name='address_customer_same_business'), models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('business', 'customer', 'reference'), name='address_reference_once_per_customer')],
            },
        ),
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
