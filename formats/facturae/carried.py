"""What of the model Facturae carries: for whoever tells a sender what would be lost."""

from typing import Final

_PATHS: Final = """
accounting_currency allowances.amount allowances.percent allowances.reason buyer.address.city
buyer.address.country buyer.address.line_1 buyer.address.line_2 buyer.address.line_3
buyer.address.post_code buyer.address.subdivision buyer.contact.email buyer.contact.name
buyer.contact.phone buyer.name buyer.trading_name buyer.vat_identifier buyer_reference
charges.amount charges.percent charges.reason contract currency delivery.delivered_on
despatch_advice due_date issue_date lines.allowances.amount lines.allowances.percent
lines.allowances.reason lines.charges.amount lines.charges.percent lines.charges.reason
lines.item.description lines.item.name lines.item.seller_id lines.net lines.note lines.period.end
lines.period.start lines.price.base_quantity lines.price.net lines.quantity lines.unit
lines.vat_category lines.vat_rate notes.text number payment.credit_transfers.account
payment.credit_transfers.bank payment.direct_debit.account payment.direct_debit.mandate
payment.means_code payment.remittance payment_terms period.end period.start preceding.issue_date
preceding.number purchase_order seller.address.city seller.address.country seller.address.line_1
seller.address.line_2 seller.address.line_3 seller.address.post_code seller.address.subdivision
seller.contact.email seller.contact.name seller.contact.phone seller.name seller.trading_name
seller.vat_identifier supporting_documents.attachment.data
supporting_documents.attachment.media_type supporting_documents.description
supporting_documents.reference totals.allowances totals.charges totals.lines totals.paid totals.vat
totals.with_vat totals.without_vat type_code vat_breakdown.category vat_breakdown.exemption_reason
vat_breakdown.rate vat_breakdown.tax vat_breakdown.taxable
"""
CARRIED: Final = frozenset(_PATHS.split())
"""Model paths without indices; whatever else a document states, Facturae does not say."""

_BESIDE_OTHERS: Final = """
due_date lines.unit payment.credit_transfers.account payment.credit_transfers.bank
payment.means_code payment.remittance payment_terms preceding.issue_date preceding.number
supporting_documents.attachment.data supporting_documents.attachment.media_type
supporting_documents.description supporting_documents.reference
"""
SOMETIMES: Final = frozenset(_BESIDE_OTHERS.split())
"""Those of them that it says only beside others: an account where there are several, a due date
where it is said how to pay."""
