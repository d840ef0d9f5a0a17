"""Letters about payments: receipts, credit notes, and payments that wait for their card's holder."""

from __future__ import annotations

from datetime import timedelta

from cablegram.mail.model import LetterKind, Words

RECEIPT = LetterKind(
    name="receipt",
    about="A payment came in; goes to the address that the account gave for receipts, with the receipt as a PDF.",
    sample={
        "number": "2026-000017",
        "credits": 1_000_000_000,
        "amount": 2500,
        "currency": "EUR",
        "paid_with": "Visa 4242",
        "about": "",
    },
    en=Words(
        subject="Receipt {number}: {amount:money}",
        lead="Thank you. {amount:money} came in, and {credits:credits} credits are in the balance.",
        rows=(("Receipt", "{number}"), ("Paid with", "{paid_with}")),
        note="The receipt is attached.",
    ),
    es=Words(
        subject="Recibo {number}: {amount:money}",
        lead="Gracias. Hemos recibido {amount:money}, y el saldo tiene {credits:credits} créditos más.",
        rows=(("Recibo", "{number}"), ("Pagado con", "{paid_with}")),
        note="El recibo va adjunto.",
    ),
)

CREDIT_NOTE = LetterKind(
    name="credit_note",
    about="Money went back; goes to the address for receipts, with the credit note as a PDF.",
    sample={
        "number": "2026-000018",
        "credits": 1_000_000_000,
        "amount": 2500,
        "currency": "EUR",
        "paid_with": "Visa 4242",
        "about": "2026-000017",
    },
    en=Words(
        subject="Credit note {number}: {amount:money}",
        lead="{amount:money} went back to you, and {credits:credits} credits were taken out of the balance.",
        rows=(("Credit note", "{number}"), ("To receipt", "{about}"), ("Paid back to", "{paid_with}")),
        note="The credit note is attached.",
    ),
    es=Words(
        subject="Nota de abono {number}: {amount:money}",
        lead="Te hemos devuelto {amount:money}, y hemos retirado {credits:credits} créditos del saldo.",
        rows=(("Nota de abono", "{number}"), ("Del recibo", "{about}"), ("Devuelto a", "{paid_with}")),
        note="La nota de abono va adjunta.",
    ),
)

CONFIRM = LetterKind(
    name="payment_confirm",
    about="A card's bank wants its holder to confirm a recharge that was begun by itself; goes to those who pay.",
    sample={
        "credits": 1_000_000_000,
        "amount": 2500,
        "currency": "EUR",
        "url": "https://sms.example.com/billing/recharge/0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11",
    },
    en=Words(
        subject="Confirm a payment of {amount:money}",
        lead="Your card's bank wants you to confirm a payment of {amount:money} for {credits:credits} credits.",
        body=(
            "The balance fell below the line that you set, so the credits were ordered by themselves.",
            "They come when you have confirmed; until then nothing else is bought. After a day the order lapses.",
        ),
        button="Confirm with your bank",
    ),
    es=Words(
        subject="Confirma un pago de {amount:money}",
        lead="El banco de tu tarjeta pide que confirmes un pago de {amount:money} por {credits:credits} créditos.",
        body=(
            "El saldo ha bajado del límite que pusiste y los créditos se han pedido solos.",
            "Llegan en cuanto confirmes; hasta entonces no se compra nada más. Al cabo de un día el pedido caduca.",
        ),
        button="Confirmar con tu banco",
    ),
    life=timedelta(days=1),
)

KINDS: tuple[LetterKind, ...] = (RECEIPT, CREDIT_NOTE, CONFIRM)
