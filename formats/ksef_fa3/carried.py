"""What of the model FA(3) carries: for whoever tells a sender what would be lost."""

from typing import Final

_PATHS: Final = """
accounting_reference allowances.amount allowances.reason allowances.vat_category
allowances.vat_rate buyer.address.city buyer.address.country buyer.address.line_1
buyer.address.line_2 buyer.address.line_3 buyer.address.post_code buyer.contact.email
buyer.identifiers.value buyer.name buyer.vat_identifier buyer_reference charges.amount
charges.reason charges.vat_category charges.vat_rate contract currency delivery.delivered_on
despatch_advice due_date issue_date lines.allowances.amount lines.charges.amount
lines.charges.reason lines.item.attributes.name lines.item.attributes.value
lines.item.classifications.code lines.item.classifications.scheme lines.item.description
lines.item.name lines.item.seller_id lines.item.standard_id.scheme lines.item.standard_id.value
lines.net lines.note lines.price.base_quantity lines.price.net lines.quantity lines.unit
lines.vat_category lines.vat_rate notes.text number payee.name payment.credit_transfers.account
payment.credit_transfers.account_name payment.credit_transfers.bank payment.means_code
payment.means_text payment.remittance payment_terms period.end period.start preceding.issue_date
preceding.number project purchase_order receiving_advice sales_order seller.address.city
seller.address.country seller.address.line_1 seller.address.line_2 seller.address.line_3
seller.address.post_code seller.contact.email seller.contact.phone seller.legal_information
seller.name seller.vat_identifier tax_representative.address.city
tax_representative.address.country tax_representative.address.line_1
tax_representative.address.line_2 tax_representative.address.line_3
tax_representative.address.post_code tax_representative.name tender totals.due totals.paid
totals.rounding totals.with_vat type_code vat_breakdown.category vat_breakdown.exemption_reason
vat_breakdown.rate vat_breakdown.tax vat_breakdown.taxable
"""
CARRIED: Final = frozenset(_PATHS.split())
"""Model paths without indices; whatever else a document states, FA(3) does not say."""

_BESIDE_OTHERS: Final = """
delivery.delivered_on lines.item.classifications.code lines.item.classifications.scheme
payment.means_code preceding.issue_date preceding.number seller.vat_identifier totals.due
vat_breakdown.exemption_reason
"""
SOMETIMES: Final = frozenset(_BESIDE_OTHERS.split())
"""Those of them that it says only beside others: an account where there are several, a due date
where it is said how to pay."""
