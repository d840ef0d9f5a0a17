"""Sample data for scripts/panel_shots.py: one context a page, in the shapes the templates' first comments name."""

from panel_samples import (
    answers,
    campaigns,
    consented,
    gateways,
    hooks,
    imports,
    mail,
    messages,
    operating,
    payments,
    people,
    records,
    rents,
    rooms,
    segments,
    shops,
)

PAGES = {
    **rooms.PAGES,
    **gateways.PAGES,
    **answers.PAGES,
    **messages.PAGES,
    **people.PAGES,
    **consented.PAGES,
    **records.PAGES,
    **imports.PAGES,
    **campaigns.PAGES,
    **operating.PAGES,
    **mail.PAGES,
    **hooks.PAGES,
    **payments.PAGES,
    **segments.PAGES,
    **rents.PAGES,
    **shops.PAGES,
}
