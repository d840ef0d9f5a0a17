"""Sample data for scripts/panel_shots.py: one context a page, in the shapes the templates' first comments name."""

from panel_samples import answers, campaigns, gateways, messages, operating, people, rooms

PAGES = {
    **rooms.PAGES,
    **gateways.PAGES,
    **answers.PAGES,
    **messages.PAGES,
    **people.PAGES,
    **campaigns.PAGES,
    **operating.PAGES,
}
