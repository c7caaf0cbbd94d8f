"""Acceptance cases: billing written down by a finance team and played through the real services.

nodes (typed reading) → read (a file to cases) → play (in a transaction that is rolled back) → compare → report.
What a case may contain stands in a few tables: `order.ORDER` and `order.LINE`, `settings.Settings`, `events.EVENTS`.
"""
