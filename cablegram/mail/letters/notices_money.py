"""Letters that tell of credits, payments, numbers and fees (R22-R28, R58-R60)."""

from __future__ import annotations

from cablegram.mail.model import LetterKind, Words

CREDIT_LOW = LetterKind(
    name="credit_low",
    about="The balance fell below the amount that the account set (R26).",
    sample={
        "account": "Café Lavapiés",
        "balance": 9_400_000,
        "threshold": 10_000_000,
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="Credit is low: {balance:credits} left for {account}",
        lead="{account} has {balance:credits} credits left.",
        body=("That is below {threshold:credits}, where you wanted to be told. At nothing, sending stops.",),
        button="Add credits",
        line="Credit is low: {balance:credits} left",
    ),
    es=Words(
        subject="Queda poco saldo: {balance:credits} para {account}",
        lead="A {account} le quedan {balance:credits} créditos.",
        body=("Es menos de {threshold:credits}, la cantidad de la que querías aviso. Sin saldo no se envía nada.",),
        button="Añadir créditos",
        line="Queda poco saldo: {balance:credits}",
    ),
)

CREDIT_EMPTY = LetterKind(
    name="credit_empty",
    about="The balance is at nothing or below: nothing more is sent.",
    sample={"account": "Café Lavapiés", "balance": 0, "url": "https://sms.example.com/billing"},
    en=Words(
        subject="No credit: {account} sends nothing more",
        lead="{account} has no credit left.",
        body=("New messages are refused and campaigns pause until there is credit again. What is paid goes out.",),
        rows=(("Balance", "{balance:credits} credits"),),
        button="Add credits",
        line="No credit left: {balance:credits}",
    ),
    es=Words(
        subject="Sin saldo: {account} no envía nada más",
        lead="A {account} no le queda saldo.",
        body=(
            "Los mensajes nuevos se rechazan y las campañas se pausan hasta que haya saldo. Lo ya pagado sí se envía.",
        ),
        rows=(("Saldo", "{balance:credits} créditos"),),
        button="Añadir créditos",
        line="Sin saldo: {balance:credits}",
    ),
)

SPENDING_CAP_NEAR = LetterKind(
    name="spending_cap_near",
    about="The account spent 80 % of what it may in a day or in a month.",
    sample={
        "account": "Café Lavapiés",
        "spent": 81_500_000,
        "cap": 100_000_000,
        "url": "https://sms.example.com/settings/spending",
    },
    en=Words(
        subject="{account} has spent {spent:credits} of its cap of {cap:credits}",
        lead="{account} is near its spending cap.",
        body=("At the cap, messages are refused until the day or month it is for is over (UTC), or it is raised.",),
        rows=(("Spent", "{spent:credits} credits"), ("Cap", "{cap:credits} credits")),
        button="Look at the cap",
        line="Near the spending cap: {spent:credits} of {cap:credits}",
    ),
    es=Words(
        subject="{account} ha gastado {spent:credits} de su límite de {cap:credits}",
        lead="{account} se acerca a su límite de gasto.",
        body=(
            "Al llegar al límite se rechazan los mensajes hasta que acabe el día o el mes del límite (UTC), o se suba.",
        ),
        rows=(("Gastado", "{spent:credits} créditos"), ("Límite", "{cap:credits} créditos")),
        button="Ver el límite",
        line="Cerca del límite de gasto: {spent:credits} de {cap:credits}",
    ),
)

BONUS = LetterKind(
    name="bonus",
    about="The operator gave credits (R22).",
    sample={
        "account": "Café Lavapiés",
        "amount": 25_000_000,
        "note": "For the wait of Monday",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="{amount:credits} credits for {account}",
        lead="{account} was given {amount:credits} credits.",
        rows=(("Note", "{note}"),),
        button="See the ledger",
        line="{amount:credits} credits were given. {note}",
    ),
    es=Words(
        subject="{amount:credits} créditos para {account}",
        lead="{account} ha recibido {amount:credits} créditos.",
        rows=(("Nota", "{note}"),),
        button="Ver los movimientos",
        line="Se han recibido {amount:credits} créditos. {note}",
    ),
)

RECHARGE = LetterKind(
    name="recharge",
    about="A payment went through and its credits are there (R24).",
    sample={
        "account": "Café Lavapiés",
        "credits": 1_000_000_000,
        "amount": 5_000,
        "currency": "EUR",
        "by": "Inés Carrasco",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="Paid: {credits:credits} credits for {account}",
        lead="{account} has {credits:credits} credits more.",
        rows=(("Paid", "{amount:money}"), ("By", "{by}")),
        button="See the ledger",
        line="{credits:credits} credits were paid for: {amount:money}",
    ),
    es=Words(
        subject="Pagado: {credits:credits} créditos para {account}",
        lead="{account} tiene {credits:credits} créditos más.",
        rows=(("Pagado", "{amount:money}"), ("Por", "{by}")),
        button="Ver los movimientos",
        line="Se han pagado {credits:credits} créditos: {amount:money}",
    ),
)

AUTO_RECHARGE_FAILED = LetterKind(
    name="auto_recharge_failed",
    about="No card paid for an automatic recharge: once each time the balance falls (R25).",
    sample={"account": "Café Lavapiés", "reason": "card_declined", "url": "https://sms.example.com/billing"},
    en=Words(
        subject="Automatic recharge failed for {account}",
        lead="No card paid for the automatic recharge of {account}.",
        body=("Recharge by hand or add another card: at nothing, sending stops.",),
        rows=(("What the bank said", "{reason}"),),
        button="Look at the cards",
        line="Automatic recharge failed: {reason}",
    ),
    es=Words(
        subject="La recarga automática de {account} ha fallado",
        lead="Ninguna tarjeta ha pagado la recarga automática de {account}.",
        body=("Recarga a mano o añade otra tarjeta: sin saldo no se envía nada.",),
        rows=(("Respuesta del banco", "{reason}"),),
        button="Ver las tarjetas",
        line="La recarga automática ha fallado: {reason}",
    ),
)

CARD_EXPIRING = LetterKind(
    name="card_expiring",
    about="A card that recharges go by expires soon, or has expired.",
    sample={
        "account": "Café Lavapiés",
        "brand": "Visa",
        "last4": "4242",
        "expires": "2026-12",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="The card {brand} {last4} expires",
        lead="The card {brand} ending in {last4} expires in {expires}.",
        body=("{account} recharges by it. Add another one in time.",),
        button="Look at the cards",
        line="The card {brand} {last4} expires in {expires}",
    ),
    es=Words(
        subject="La tarjeta {brand} {last4} caduca",
        lead="La tarjeta {brand} que acaba en {last4} caduca en {expires}.",
        body=("{account} recarga con ella. Añade otra a tiempo.",),
        button="Ver las tarjetas",
        line="La tarjeta {brand} {last4} caduca en {expires}",
    ),
)

NUMBER_CHARGED = LetterKind(
    name="number_charged",
    about="A number's one-off or monthly charge went through (R27).",
    sample={
        "account": "Café Lavapiés",
        "number": "34600000001",
        "amount": 2_000_000,
        "until": "2026-02-15",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="Charged for your number {number}",
        lead="{amount:credits} credits were charged for {number}.",
        rows=(("Paid until", "{until:day}"), ("Account", "{account}")),
        button="See the ledger",
        line="{number}: {amount:credits} credits charged",
    ),
    es=Words(
        subject="Cargo por tu número {number}",
        lead="Se han cargado {amount:credits} créditos por {number}.",
        rows=(("Pagado hasta", "{until:day}"), ("Cuenta", "{account}")),
        button="Ver los movimientos",
        line="{number}: se han cargado {amount:credits} créditos",
    ),
)

NUMBER_CHARGE_FAILED = LetterKind(
    name="number_charge_failed",
    about="The balance did not cover a number's charge; the number stays for some days (R27).",
    sample={
        "account": "Café Lavapiés",
        "number": "34600000001",
        "amount": 2_000_000,
        "grace_until": "2026-01-22",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="Your number {number} is not paid for",
        lead="The balance of {account} did not cover {amount:credits} credits for {number}.",
        body=("It is charged again by itself once there is credit; without it, the number is given back.",),
        rows=(("Kept until", "{grace_until:day}"),),
        button="Add credits",
        line="{number} is not paid for: {amount:credits} credits",
    ),
    es=Words(
        subject="Tu número {number} está sin pagar",
        lead="El saldo de {account} no ha bastado para los {amount:credits} créditos de {number}.",
        body=("Se volverá a cargar cuando haya saldo; si no lo hay, el número se devuelve.",),
        rows=(("Se guarda hasta", "{grace_until:day}"),),
        button="Añadir créditos",
        line="{number} está sin pagar: {amount:credits} créditos",
    ),
)

FEE_CHARGED = LetterKind(
    name="fee_charged",
    about="The monthly fee of the plan was charged (R28).",
    sample={
        "account": "Café Lavapiés",
        "plan": "Business",
        "amount": 20_000_000,
        "month": "2026-01",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="Monthly fee of {account}",
        lead="{amount:credits} credits were charged for the plan {plan}.",
        rows=(("Month", "{month}"), ("Account", "{account}")),
        button="See the ledger",
        line="Plan {plan}, {month}: {amount:credits} credits charged",
    ),
    es=Words(
        subject="Cuota mensual de {account}",
        lead="Se han cargado {amount:credits} créditos por el plan {plan}.",
        rows=(("Mes", "{month}"), ("Cuenta", "{account}")),
        button="Ver los movimientos",
        line="Plan {plan}, {month}: se han cargado {amount:credits} créditos",
    ),
)

FEE_CHARGE_FAILED = LetterKind(
    name="fee_charge_failed",
    about="The balance did not cover the monthly fee (R28).",
    sample={
        "account": "Café Lavapiés",
        "plan": "Business",
        "amount": 20_000_000,
        "month": "2026-01",
        "url": "https://sms.example.com/billing",
    },
    en=Words(
        subject="The monthly fee of {account} is not paid",
        lead="The balance of {account} did not cover {amount:credits} credits for the plan {plan}.",
        body=("It is charged again by itself once there is credit.",),
        rows=(("Month", "{month}"),),
        button="Add credits",
        line="Plan {plan}, {month}: {amount:credits} credits are not paid",
    ),
    es=Words(
        subject="La cuota mensual de {account} está sin pagar",
        lead="El saldo de {account} no ha bastado para los {amount:credits} créditos del plan {plan}.",
        body=("Se volverá a cargar cuando haya saldo.",),
        rows=(("Mes", "{month}"),),
        button="Añadir créditos",
        line="Plan {plan}, {month}: {amount:credits} créditos sin pagar",
    ),
)

PAYMENT_DISPUTED = LetterKind(
    name="payment_disputed",
    about="A card holder's bank disputes a payment: to the operators.",
    sample={
        "account": "Café Lavapiés",
        "credits": 1_000_000_000,
        "amount": 5_000,
        "currency": "EUR",
        "state": "needs_response",
        "url": "https://sms.example.com/operator/accounts",
    },
    en=Words(
        subject="A payment of {account} is disputed",
        lead="The bank of a card holder disputes {amount:money} of {account}.",
        rows=(("Credits", "{credits:credits}"), ("State", "{state}")),
        button="Look at the account",
        line="{account}: {amount:money} disputed ({state})",
    ),
    es=Words(
        subject="Se ha reclamado un pago de {account}",
        lead="El banco de un titular reclama {amount:money} de {account}.",
        rows=(("Créditos", "{credits:credits}"), ("Estado", "{state}")),
        button="Ver la cuenta",
        line="{account}: {amount:money} reclamados ({state})",
    ),
)

KINDS = (
    *(CREDIT_LOW, CREDIT_EMPTY, SPENDING_CAP_NEAR, BONUS, RECHARGE, AUTO_RECHARGE_FAILED, CARD_EXPIRING),
    *(NUMBER_CHARGED, NUMBER_CHARGE_FAILED, FEE_CHARGED, FEE_CHARGE_FAILED, PAYMENT_DISPUTED),
)
