"""What of the model FatturaPA carries: for whoever tells a sender what would be lost."""

from typing import Final

_PATHS: Final = """
accounting_reference allowances.amount allowances.reason allowances.vat_category
allowances.vat_rate buyer.address.city buyer.address.country buyer.address.line_1
buyer.address.line_2 buyer.address.line_3 buyer.address.post_code buyer.address.subdivision
buyer.electronic_address.scheme buyer.electronic_address.value buyer.name buyer.vat_identifier
charges.amount charges.base charges.percent charges.reason charges.vat_category charges.vat_rate
contract currency despatch_advice due_date issue_date lines.accounting_reference
lines.allowances.amount lines.charges.amount lines.item.buyer_id lines.item.classifications.code
lines.item.classifications.scheme lines.item.description lines.item.name lines.item.seller_id
lines.item.standard_id.scheme lines.item.standard_id.value lines.net lines.note lines.order_line
lines.period.end lines.period.start lines.price.base_quantity lines.price.net lines.quantity
lines.unit lines.vat_category lines.vat_rate notes.text number payee.name
payment.credit_transfers.account payment.credit_transfers.bank payment.means_code
payment.remittance payment_terms preceding.issue_date preceding.number project purchase_order
receiving_advice seller.address.city seller.address.country seller.address.line_1
seller.address.line_2 seller.address.line_3 seller.address.post_code seller.address.subdivision
seller.contact.email seller.contact.phone seller.legal_registration.scheme
seller.legal_registration.value seller.name seller.vat_identifier
supporting_documents.attachment.data supporting_documents.attachment.file_name
supporting_documents.description supporting_documents.reference tax_representative.name
tax_representative.vat_identifier tender totals.due totals.rounding totals.with_vat type_code
vat_breakdown.category vat_breakdown.exemption_reason vat_breakdown.rate vat_breakdown.tax
vat_breakdown.taxable
"""
CARRIED: Final = frozenset(_PATHS.split())
"""Model paths without indices; whatever else a document states, FatturaPA does not say."""

_BESIDE_OTHERS: Final = """
buyer.address.subdivision buyer.electronic_address.scheme buyer.electronic_address.value
charges.percent charges.reason despatch_advice due_date lines.order_line payee.name
payment.credit_transfers.account payment.credit_transfers.bank project seller.address.subdivision
seller.legal_registration.scheme seller.legal_registration.value supporting_documents.description
supporting_documents.reference totals.due
"""
SOMETIMES: Final = frozenset(_BESIDE_OTHERS.split())
"""Those of them that it says only beside others: an account where there are several, a due date
where it is said how to pay."""
