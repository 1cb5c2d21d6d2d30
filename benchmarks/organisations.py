"""Made-up organisations of any size, as the text of spec files."""

from __future__ import annotations

BASE = """\
entities:
  - {name: customer, customer: true}
datasets:
  - name: orders
    source: shop.orders
    primary_key: [order_id]
    time: ordered_at
    entities: {customer: customer_id}
    actor: customer
    fields:
      - {name: order_id, datatype: Integer}
      - {name: customer_id, datatype: Integer}
      - {name: ordered_at, datatype: DateTime}
      - {name: amount, datatype: Decimal, unit: EUR}
      - {name: status, datatype: String}
      - {name: channel, datatype: String}
  - name: customers
    source: shop.customers
    primary_key: [customer_id]
    time: signed_up_at
    entities: {customer: customer_id}
    fields:
      - {name: customer_id, datatype: Integer}
      - {name: signed_up_at, datatype: DateTime}
      - {name: country, datatype: String}
relationships:
  - {from: orders, to: customers, from_columns: [customer_id], to_columns: [customer_id]}
departments:
  - {name: marketing, title: Marketing}
  - {name: sales, title: Sales}
levers:
  - {name: offers, departments: [sales, marketing], title: Offers}
"""
KINDS = (
    "    expression: SUM(orders.amount)\n    where: status = 'paid' AND channel <> 'c{number}'\n    unit: EUR\n",
    "    type: ratio\n    numerator: {{expression: COUNT(orders.order_id), where: \"status = 's{number}'\"}}\n"
    "    denominator: COUNT(customers.customer_id)\n    unit: percent\n",
    "    expression: SUM(orders.amount) / COUNT(DISTINCT orders.customer_id)\n"
    "    where: customers.country = 'c{number}'\n    unit: EUR\n",
    "    type: retention\n    entity: customer\n    cohort: customers\n"
    "    return: {{event: orders, where: status <> 's{number}'}}\n    within: 30 days\n    unit: percent\n",
)


def files(metrics: int, per_file: int = 50) -> dict[str, str]:
    """Spec files with `metrics` metrics of four types, each owned, described and influenced."""
    texts = {"base.yml": BASE}
    for start in range(0, metrics, per_file):
        numbers = range(start, min(start + per_file, metrics))
        lines = ["metrics:\n"]
        for number in numbers:
            role = "north_star" if number == 0 else "outcome"
            lines.append(
                f"  - name: metric_{number}\n    title: {{en: Outcome number {number}, ru: Результат {number}}}\n"
                f"    description: What customers did, counted in way {number}\n    role: {role}\n"
                f"    owners: all\n    direction: up\n" + KINDS[number % len(KINDS)].format(number=number)
            )
        lines.append("influences:\n")
        for number in numbers:
            lines.append(f"  - {{from: offers, to: metric_{number}, effect: raises, lag: 30 days}}\n")
            if number:
                lines.append(f"  - {{from: metric_{number}, to: metric_{number // 2}, effect: raises}}\n")
        texts[f"metrics_{start:06}.yml"] = "".join(lines)
    return texts
