"""`cablegram`: the list of commands. Each is loaded when it is called, so that a process carries only what it runs."""

from __future__ import annotations

import sys
from importlib.metadata import version

from cyclopts import App

from cablegram.cli.output import fail
from cablegram.kit.errors import CablegramError

app = App(
    name="cablegram",
    help="A self-hosted platform for text messages: carriers, API, campaigns, and a count that can be trusted.",
    version=version("cablegram"),
)
account = App(name="account", help="Open accounts and see them.")
user = App(name="user", help="The people who log in.")
connector = App(name="connector", help="Connect carriers.")
route = App(name="route", help="Choose connectors by rules.")
number = App(name="number", help="Rent numbers, and keep the stock they come from.")
plan = App(name="plan", help="What accounts pay by the month.")
sender = App(name="sender", help="Numbers, short codes and names to send from.")
tariffs = App(name="tariffs", help="Set what messages cost.")
prices = App(name="prices", help="Set what credits cost.")
invoice = App(name="invoice", help="Compare carriers' invoices with what was sent.")
ledger = App(name="ledger", help="Statements, and closed days that stay as they were.")
network = App(name="network", help="Mobile networks of the world.")
campaign = App(name="campaign", help="Send to many people.")
template = App(name="template", help="Save texts with variables.")
blacklist = App(name="blacklist", help="Keep numbers that get nothing more.")
review = App(name="review", help="Read texts that may mean no.")
contacts = App(name="contacts", help="See people and change what is known of them.")
lists = App(name="lists", help="Keep people in lists.")
consent = App(name="consent", help="Show, prove and verify who agreed to what.")
segment = App(name="segment", help="Save filters over people.")
link = App(name="link", help="See who opened short links.")
service = App(name="service", help="SMS services: keywords on short codes.")
store = App(name="store", help="Audiences that people join by a keyword.")
payment = App(name="payment", help="What accounts paid, and what goes back.")
job = App(name="job", help="Follow work that goes on by itself.")
webhook = App(name="webhook", help="Tell programs of yours what happens.")
mail = App(name="mail", help="Letters to people: see them, try the mail server.")

_COMMANDS: list[tuple[App, str, str, str]] = [
    (app, "up", "cablegram.cli.up:up", "Run the whole system until Ctrl-C."),
    (app, "demo", "cablegram.cli.demo:demo", "Send 10,000 messages to simulated carriers and account for each."),
    (app, "serve", "cablegram.cli.serve:serve", "Run the API and the panel alone."),
    (app, "dispatch", "cablegram.cli.dispatch:dispatch", "Run the links to carriers alone."),
    (app, "work", "cablegram.cli.work:work", "Run campaigns and housekeeping alone."),
    (app, "carrier", "cablegram.cli.carrier:carrier", "Run the simulated carrier alone."),
    (app, "provider", "cablegram.cli.provider:provider", "Run a simulated provider, such as Twilio, alone."),
    (app, "migrate", "cablegram.cli.migrate:migrate", "Bring the database up to date."),
    (app, "send", "cablegram.cli.send:send", "Send one message."),
    (app, "cancel", "cablegram.cli.waiting:cancel", "Cancel a message that no link has yet, with refund."),
    (app, "late", "cablegram.cli.waiting:late", "Say what becomes of messages that are late."),
    (app, "simulate", "cablegram.cli.simulate:simulate", "Show what a text takes and costs, without sending it."),
    (app, "import", "cablegram.cli.contacts:import_contacts", "Import a contact list from a CSV file."),
    (app, "audit", "cablegram.cli.audit:audit", "Prove that every message and every credit is accounted for."),
    (app, "doctor", "cablegram.cli.doctor:doctor", "Check the installation and say what is wrong."),
    (app, "firewall", "cablegram.cli.firewall:firewall", "List the addresses and ports that are in use."),
    (app, "why", "cablegram.cli.why:why", "Tell why a message went, or was skipped."),
    (app, "backup", "cablegram.cli.backup:backup", "Write the whole database into a file."),
    (app, "restore", "cablegram.cli.backup:restore", "Read a backup into an empty installation, and hold what waits."),
    (app, "resume-after-restore", "cablegram.cli.held:resume_after_restore", "Let go of what a restore held."),
    (app, "stop-sending", "cablegram.cli.switch:stop_sending", "Stop all sending at once; what is accepted waits."),
    (app, "resume-sending", "cablegram.cli.switch:resume_sending", "Let sending go on where it was stopped."),
    (app, "login", "cablegram.cli.login:login", "Print a fresh one-time login for somebody."),
    (app, "secret-key", "cablegram.cli.secret_key:secret_key", "Make a key for CABLEGRAM_SECRET_KEY."),
    (account, "create", "cablegram.cli.account:create", "Open an account and print its first API key."),
    (account, "list", "cablegram.cli.account:list_accounts", "List accounts with their balances."),
    (account, "grant", "cablegram.cli.account:grant", "Give an account credits."),
    (account, "segments", "cablegram.cli.account:segments", "Set for how many segments an account pays."),
    (account, "key", "cablegram.cli.account:key", "Make another API key for an account."),
    (account, "suspend", "cablegram.cli.account:suspend", "Let an account do nothing until you say so."),
    (account, "resume", "cablegram.cli.account:resume", "Let a suspended account go on."),
    (account, "cap", "cablegram.cli.account:cap", "Set what an account may spend a day and a month."),
    (user, "list", "cablegram.cli.user:list_users", "List the people of an account."),
    (user, "add", "cablegram.cli.user:add", "Make a login in an account."),
    (user, "invite", "cablegram.cli.user:invite", "Invite somebody to an account by mail."),
    (user, "role", "cablegram.cli.user:put_role", "Give somebody a role in an account."),
    (user, "remove", "cablegram.cli.user:remove", "Take somebody out of an account."),
    (user, "sign-up", "cablegram.cli.user:sign_up", "See or say who may make a login here."),
    (user, "login-link", "cablegram.cli.login:login", "Print a fresh one-time login for somebody."),
    (user, "two-factor-off", "cablegram.cli.user:two_factor_off", "Ask somebody for no second factor any more."),
    (account, "rules", "cablegram.cli.sending_rules:rules", "Show or change what an account's messages must pass."),
    (
        connector,
        "kinds",
        "cablegram.cli.connector_kinds:kinds",
        "List what can be connected, or show the form of a kind.",
    ),
    (connector, "add", "cablegram.cli.connector_add:adding", "Connect a carrier or a provider."),
    (
        connector,
        "describe",
        "cablegram.cli.connector_curl:describe",
        "Read a provider's sample for curl into settings.",
    ),
    (connector, "preview", "cablegram.cli.connector_curl:preview", "Show what a described provider would be sent."),
    (
        connector,
        "test",
        "cablegram.cli.connector_trial:try_out",
        "Send a test message, and show the provider's own answer.",
    ),
    (connector, "show", "cablegram.cli.connector_kinds:show", "Show a connector, and what to set at its provider."),
    (connector, "list", "cablegram.cli.connector:list_connectors", "List connectors and what their links do."),
    (connector, "enable", "cablegram.cli.connector:enable", "Switch a connector on."),
    (connector, "disable", "cablegram.cli.connector:disable", "Switch a connector off."),
    (connector, "resume", "cablegram.cli.connector_trial:resume", "Let a connector that is paused go on."),
    (
        connector,
        "exchanges",
        "cablegram.cli.exchange:list_exchanges",
        "Show what was said between us and a connector's provider.",
    ),
    (app, "replay-callback", "cablegram.cli.exchange:replay", "Play a provider's call again that was kept."),
    (app, "report", "cablegram.cli.report:report", "Say how much went out and came in, and whether it was delivered."),
    (connector, "remove", "cablegram.cli.connector_trial:remove", "Delete a connector that nothing needs."),
    (connector, "callback", "cablegram.cli.connector_trial:callback", "Give a connector another callback address."),
    (route, "add", "cablegram.cli.route:add", "Add a rule that chooses connectors."),
    (route, "list", "cablegram.cli.route:list_routes", "List the rules in the order in which they are tried."),
    (route, "remove", "cablegram.cli.route:remove", "Delete a rule."),
    (route, "explain", "cablegram.cli.route:explain", "Tell which connector a message would take, and why."),
    (route, "failover", "cablegram.cli.route:failover", "Show or set when connectors count as away."),
    (route, "health", "cablegram.cli.route:health", "Show what a connector takes and delivers, and how fast."),
    (account, "bonus", "cablegram.cli.plan:give_bonus", "Give an account credits as a present."),
    (number, "search", "cablegram.cli.number:search", "Find numbers that an account could rent."),
    (number, "buy", "cablegram.cli.number:buy", "Buy a number for an account."),
    (number, "list", "cablegram.cli.number:list_numbers", "List the numbers that an account rents."),
    (number, "release", "cablegram.cli.number:release", "Give a number back."),
    (number, "stock", "cablegram.cli.number:list_stock", "List the operator's stock of numbers."),
    (number, "add", "cablegram.cli.number:add", "Put a number into the stock."),
    (number, "import", "cablegram.cli.number:import_stock", "Take numbers for the stock from a CSV file."),
    (number, "remove", "cablegram.cli.number:remove", "Take a number out of the stock."),
    (number, "price", "cablegram.cli.number:price", "Set what numbers of a country and type cost."),
    (number, "host", "cablegram.cli.number:host", "List the numbers that accounts want hosted, or decide on one."),
    (number, "report-spam", "cablegram.cli.number:report_spam", "Write down that a text from a number was spam."),
    (plan, "list", "cablegram.cli.plan:list_plans", "List plans and how many accounts are on each."),
    (plan, "put", "cablegram.cli.plan:put", "Make a plan, or change it."),
    (plan, "choose", "cablegram.cli.plan:choose", "Put an account on a plan."),
    (sender, "add", "cablegram.cli.sender:add", "Give an account a sender."),
    (sender, "list", "cablegram.cli.sender:list_senders", "List an account's senders."),
    (sender, "show", "cablegram.cli.sender:show", "Show one sender and how it answers."),
    (sender, "set", "cablegram.cli.sender:set_sender", "Change how a sender answers, or what it is."),
    (sender, "import", "cablegram.cli.sender:import_senders", "Take senders from a CSV file."),
    (sender, "remove", "cablegram.cli.sender:remove", "Take a sender away from an account."),
    (webhook, "add", "cablegram.cli.webhook:add", "Send an account's events to an address."),
    (webhook, "list", "cablegram.cli.webhook:list_webhooks", "List webhooks and how each fares."),
    (webhook, "test", "cablegram.cli.webhook:try_out", "Send a webhook a test."),
    (webhook, "events", "cablegram.cli.webhook:events", "List what a webhook was sent, and what came of it."),
    (webhook, "replay", "cablegram.cli.webhook:replay", "Send events again: one, or what was missed."),
    (webhook, "rotate", "cablegram.cli.webhook:rotate", "Give a webhook another secret."),
    (webhook, "enable", "cablegram.cli.webhook:enable", "Switch a webhook on."),
    (webhook, "disable", "cablegram.cli.webhook:disable", "Switch a webhook off; its events are kept."),
    (webhook, "delete", "cablegram.cli.webhook:delete", "Delete a webhook."),
    (
        app,
        "listen",
        "cablegram.cli.listen:listen",
        "Hear of events as they happen, and hand them on to a program here.",
    ),
    (tariffs, "import", "cablegram.cli.tariffs:import_tariffs", "Replace the tariff by a CSV file."),
    (tariffs, "versions", "cablegram.cli.pricing:versions", "List versions with their dates."),
    (tariffs, "compare", "cablegram.cli.pricing:compare", "Show what a version makes dearer, cheaper, new or gone."),
    (tariffs, "dry-run", "cablegram.cli.pricing:dry_run", "Tell what last month would have cost by a version."),
    (tariffs, "withdraw", "cablegram.cli.pricing:withdraw", "Take a version back before its date."),
    (prices, "show", "cablegram.cli.pricing:show", "Show what a credit costs."),
    (prices, "set", "cablegram.cli.pricing:set_prices", "Set what a credit costs, by volume."),
    (prices, "inbound", "cablegram.cli.pricing:inbound", "Set what a text that comes in costs an account."),
    (app, "margins", "cablegram.cli.margins:margins", "Show what is left of what messages bring."),
    (invoice, "compare", "cablegram.cli.margins:compare", "Compare a carrier's invoice with what was sent."),
    (invoice, "list", "cablegram.cli.margins:list_invoices", "List the invoices that were compared."),
    (invoice, "show", "cablegram.cli.margins:show_invoice", "Show what differs in an invoice."),
    (ledger, "statement", "cablegram.cli.ledger:write_statement", "Write an account's statement as CSV or PDF."),
    (ledger, "verify", "cablegram.cli.ledger:verify", "Find what of a closed day is not as it was."),
    (tariffs, "list", "cablegram.cli.tariffs:list_tariffs", "Show the tariff, by country."),
    (app, "destinations", "cablegram.cli.network:destinations", "List where an account may send to, and for how much."),
    (network, "import", "cablegram.cli.network:import_networks", "Take the world's networks from a list."),
    (network, "list", "cablegram.cli.network:list_networks", "List mobile networks."),
    (network, "show", "cablegram.cli.network:show", "Say what the code of a network or an IMSI means."),
    (campaign, "create", "cablegram.cli.campaign:create", "Make a campaign of people and a text."),
    (campaign, "start", "cablegram.cli.campaign:start", "Start a campaign."),
    (campaign, "pause", "cablegram.cli.campaign:pause", "Pause a campaign; it can go on later."),
    (campaign, "resume", "cablegram.cli.campaign:resume", "Let a paused campaign go on."),
    (campaign, "cancel", "cablegram.cli.campaign:cancel", "Stop a campaign for good; what is left is refunded."),
    (campaign, "undo", "cablegram.cli.campaign:undo", "Take a start back while nothing has left."),
    (campaign, "choose", "cablegram.cli.campaign_people:choose", "Choose the text that the rest gets."),
    (campaign, "contacts", "cablegram.cli.campaign_people:contacts", "Write what became of each person as CSV."),
    (campaign, "take-out", "cablegram.cli.campaign_people:take_out", "Cancel a campaign for one person."),
    (campaign, "forecast", "cablegram.cli.campaign_report:forecast", "Say what a campaign would do, and cost."),
    (campaign, "report", "cablegram.cli.campaign_report:report", "Say what became of a campaign."),
    (campaign, "watch", "cablegram.cli.campaign:watch", "Watch a campaign until it is finished."),
    (campaign, "list", "cablegram.cli.campaign:list_campaigns", "List campaigns."),
    (segment, "create", "cablegram.cli.segment:create", "Save a filter as a segment."),
    (segment, "list", "cablegram.cli.segment:list_segments", "List segments."),
    (link, "list", "cablegram.cli.link:list_links", "List short links and who opened them."),
    (link, "days", "cablegram.cli.link:days", "Say for how long links lead anywhere."),
    (segment, "show", "cablegram.cli.segment:show", "Show a segment and some of its people."),
    (segment, "count", "cablegram.cli.segment:count", "Count the people of a segment or a filter."),
    (segment, "change", "cablegram.cli.segment:change", "Change a segment."),
    (segment, "delete", "cablegram.cli.segment:delete", "Delete a segment."),
    (template, "create", "cablegram.cli.template:create", "Save a template, and say what to look at in it."),
    (template, "change", "cablegram.cli.template:change", "Change a template."),
    (template, "list", "cablegram.cli.template:list_templates", "List templates."),
    (template, "delete", "cablegram.cli.template:delete", "Delete a template."),
    (template, "preview", "cablegram.cli.template:show_preview", "Show a template as people will get it."),
    (blacklist, "add", "cablegram.cli.blacklist:add", "Put numbers on the blacklist; what waits goes with them."),
    (blacklist, "remove", "cablegram.cli.blacklist:remove", "Take a number off the blacklist."),
    (blacklist, "check", "cablegram.cli.blacklist:check", "Say whether a number is on the blacklist."),
    (blacklist, "list", "cablegram.cli.blacklist:list_entries", "List the blacklist, newest first."),
    (blacklist, "import", "cablegram.cli.blacklist:import_numbers", "Put the numbers of a CSV file on the blacklist."),
    (blacklist, "export", "cablegram.cli.blacklist:export", "Write the blacklist as CSV to standard output."),
    (service, "code", "cablegram.cli.keyword:code", "Put a short code into the stock."),
    (service, "request", "cablegram.cli.keyword:request", "Ask for an SMS service."),
    (service, "list", "cablegram.cli.keyword:list_services", "List SMS services."),
    (service, "show", "cablegram.cli.keyword:show", "Show an SMS service with its texts and its disclosure."),
    (service, "decide", "cablegram.cli.keyword:decide", "Approve, reject or suspend an SMS service."),
    (service, "subscribe", "cablegram.cli.keyword:subscribe", "Subscribe somebody who agreed elsewhere."),
    (service, "unsubscribe", "cablegram.cli.keyword:unsubscribe", "Take somebody out of an SMS service."),
    (service, "notices", "cablegram.cli.keyword:notices", "Take a carrier's file about subscribers."),
    (store, "create", "cablegram.cli.stores:create", "Open a store."),
    (store, "list", "cablegram.cli.stores:list_stores", "List stores with their customers."),
    (store, "set", "cablegram.cli.stores:set_store", "Change a store, its texts and switches."),
    (store, "keyword", "cablegram.cli.stores:keyword", "Give a store one more keyword, or take one away."),
    (store, "decide", "cablegram.cli.stores:decide", "Approve or refuse a store that was asked for."),
    (store, "sign-up", "cablegram.cli.stores:sign_up", "Sign somebody up, or take them out."),
    (store, "send", "cablegram.cli.stores:send", "Send a text to one customer."),
    (store, "login", "cablegram.cli.stores:login", "Make a login for programs."),
    (store, "code", "cablegram.cli.stores:code", "Say what a number is to stores."),
    (payment, "list", "cablegram.cli.payment:list_payments", "List payments of all accounts, newest first."),
    (payment, "enter", "cablegram.cli.payment:enter", "Enter a payment that came another way than by card."),
    (payment, "refund", "cablegram.cli.payment:refund", "Give a payment back; its credits go with it."),
    (payment, "cards", "cablegram.cli.payment:list_cards", "List an account's cards."),
    (payment, "buy", "cablegram.cli.payment:buy", "Buy credits for an account by one of its cards."),
    (payment, "auto", "cablegram.cli.payment:set_auto", "Have credits bought by themselves when a balance falls."),
    (payment, "seller", "cablegram.cli.payment:seller", "Show or change who sells, as it stands on receipts."),
    (job, "list", "cablegram.cli.job:list_jobs", "List jobs, newest first."),
    (job, "show", "cablegram.cli.job:show", "Show a job and what came of it."),
    (job, "wait", "cablegram.cli.job:wait", "Watch a job until it is over."),
    (job, "cancel", "cablegram.cli.job:cancel", "Cancel a job."),
    (job, "result", "cablegram.cli.job:result", "Write a job's result file."),
    (mail, "test", "cablegram.cli.mail:try_out", "Send a test letter, and show what the mail server says."),
    (mail, "outbox", "cablegram.cli.mail:outbox", "List letters: waiting, sent or failed, and why."),
    (mail, "receive", "cablegram.cli.mail:receive", "Take in one message, as a mail server hands it to a program."),
    (mail, "received", "cablegram.cli.mail:received", "List messages that came in, and what became of them."),
    (review, "list", "cablegram.cli.review:list_texts", "List texts that nobody has looked at."),
    (review, "decide", "cablegram.cli.review:decide", "Say what a text means: stop, or go on."),
    (consent, "show", "cablegram.cli.consent:show", "Show what is recorded of a number."),
    (consent, "export", "cablegram.cli.consent:export", "Write the proof of consent of a number: JSON or PDF."),
    (consent, "verify", "cablegram.cli.consent:verify", "Find rows of the ledger that are not as they were written."),
    (contacts, "show", "cablegram.cli.record:show", "Show a contact: statuses, fields, tags."),
    (contacts, "set", "cablegram.cli.record:set_contact", "Change a contact by hand."),
    (contacts, "history", "cablegram.cli.record:history", "Tell what happened with a person, newest first."),
    (contacts, "merge", "cablegram.cli.record:merge", "Join two records of one person."),
    (contacts, "erase", "cablegram.cli.record:erase", "Forget a person; a hash keeps their no."),
    (contacts, "export", "cablegram.cli.record:export", "Write all that is kept of a person as JSON."),
    (contacts, "tag", "cablegram.cli.record:tag", "Give people tags and take others away."),
    (contacts, "fields", "cablegram.cli.record:list_fields", "List what is kept of people."),
    (contacts, "add-field", "cablegram.cli.record:add_field", "Make a field with a type."),
    (contacts, "replace", "cablegram.cli.record:replace_all", "Replace all contacts by those of a CSV file."),
    (lists, "create", "cablegram.cli.contact_list:create", "Make an empty contact list."),
    (lists, "list", "cablegram.cli.contact_list:list_lists", "List contact lists, newest first."),
    (lists, "change", "cablegram.cli.contact_list:change", "Change a list's name or description."),
    (lists, "join", "cablegram.cli.contact_list:join", "Put the people of other lists on a list."),
    (lists, "delete", "cablegram.cli.contact_list:delete", "Delete a list; its people stay contacts."),
]

for _app, _name, _target, _help in _COMMANDS:
    _app.command(_target, name=_name, help=_help)
for _sub in (
    *(
        account,
        user,
        connector,
        route,
        sender,
        number,
        plan,
        webhook,
        tariffs,
        prices,
        invoice,
        ledger,
        network,
        contacts,
        lists,
    ),
    *(campaign, template, blacklist, review, service, job, payment, mail, consent, segment, link, store),
):
    app.command(_sub)


def main() -> None:
    """Run one command; errors of ours are a sentence and exit status 1."""
    try:
        status = app()
    except CablegramError as error:
        fail(error, as_json="--json" in sys.argv)
        status = 1
    sys.exit(status if isinstance(status, int) else 0)
