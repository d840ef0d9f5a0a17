// A carrier that is not ours: node-smpp behind a socket, told what to do by its argument and by lines of JSON on stdin.
//
//   node smsc.mjs '{"port": 0, "password": "", "receipts": "both", "delay": 5, "ids": "hex-then-decimal"}'
//
//   receipts  both | text | tlv | none        how receipts come
//   delay     milliseconds before a receipt; below 0 it comes before the answer
//   ids       decimal | hex | hex-then-decimal how ids are written in answers and receipts
//   state     DELIVRD | UNDELIV | EXPIRED ...  what receipts say
//   refuse    a command_status for binds
//   query     0 | a command_status | nack | silent: how questions about messages are answered
//
// On stdin: {"do":"mo","from":"49170","to":"ACME","text":"YES"} (or "hex", "data_coding", "udh"),
// {"do":"status","status":88,"times":2} for the next submits, {"do":"state","state":"UNDELIV"}, {"do":"query","query":3},
// {"do":"hold"} to answer no more submits, {"do":"release"} to answer those that wait, {"do":"garbage"},
// {"do":"unbind"}, {"do":"hangup"}, {"do":"stop"}.
//
// On stdout, a line of JSON for all that it sees: listening, bind, submit, query, deliver_resp, unbind, closed, error.

import { createRequire } from "node:module";
import readline from "node:readline";

const require = createRequire(new URL("../oracles/package.json", import.meta.url));
const smpp = require("smpp");

const options = {
  port: 0,
  password: "",
  receipts: "both",
  delay: 5,
  ids: "decimal",
  state: "DELIVRD",
  refuse: 0,
  query: 0,
  ...JSON.parse(process.argv[2] ?? "{}"),
};
const STATES = { ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 };
const RECEIVERS = new Set(["bind_transceiver", "bind_receiver"]);
const bound = new Map();
const refusals = [];
const held = [];
let holding = false;
let lastId = 0xabcdef;

const tell = (event, fields = {}) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const written = (id, form) => (form === "hex" ? id.toString(16) : String(id));
const idForms = () => {
  const [first, second] = options.ids.split("-then-");
  return [first, second ?? first];
};

function bind(session, pdu) {
  tell("bind", { mode: pdu.command, system_id: pdu.system_id, password: pdu.password, version: pdu.interface_version });
  const status = options.refuse || (options.password && pdu.password !== options.password ? smpp.ESME_RINVPASWD : 0);
  session.send(pdu.response({ command_status: status, system_id: "node" }));
  if (!status) bound.set(session, pdu.command);
}

function shown(pdu) {
  const content = pdu.short_message ?? {};
  const payload = pdu.message_payload;
  const udh = (content.udh ?? []).map((each) => each.toString("hex"));
  const text = typeof content.message === "string" && content.message ? content.message : payload?.message;
  return {
    from: pdu.source_addr,
    to: pdu.destination_addr,
    text: Buffer.isBuffer(text) ? text.toString("hex") : text ?? "",
    udh,
    esm_class: pdu.esm_class,
    data_coding: pdu.data_coding,
    registered_delivery: pdu.registered_delivery,
    source_ton: pdu.source_addr_ton,
    destination_ton: pdu.dest_addr_ton,
    validity: pdu.validity_period ? String(pdu.validity_period) : "",
    reference: pdu.user_message_reference,
    sar: [pdu.sar_msg_ref_num, pdu.sar_segment_seqnum, pdu.sar_total_segments],
  };
}

function receive(session, pdu) {
  const status = refusals.shift() ?? 0;
  const number = ++lastId;
  const [first, second] = idForms();
  tell("submit", { ...shown(pdu), status, id: status ? "" : written(number, first) });
  const answer = () =>
    session.send(pdu.response({ command_status: status, message_id: status ? "" : written(number, first) }));
  const report = () => deliverReceipt(pdu, written(number, second));
  if (!status && pdu.registered_delivery & 1 && options.receipts !== "none") setTimeout(report, Math.max(options.delay, 0));
  if (holding) held.push(answer);
  else if (options.delay < 0) setTimeout(answer, -options.delay);
  else answer();
}

function deliver(fields, about) {
  for (const [session, mode] of bound) {
    if (!RECEIVERS.has(mode)) continue;
    session.deliver_sm(fields, (response) => tell("deliver_resp", { status: response.command_status, about }));
    return;
  }
  tell("error", { message: "nobody is bound to receive" });
}

function deliverReceipt(pdu, id) {
  const date = new Date().toISOString().replace(/\D/g, "").slice(2, 12);
  const stat = options.state;
  const error = stat === "DELIVRD" ? "000" : "001";
  const counts = `sub:001 dlvrd:${stat === "DELIVRD" ? "001" : "000"}`;
  const text = `id:${id} ${counts} submit date:${date} done date:${date} stat:${stat} err:${error} text:`;
  const fields = {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: options.receipts === "tlv" ? Buffer.alloc(0) : Buffer.from(text, "latin1"),
  };
  if (options.receipts !== "text") Object.assign(fields, { receipted_message_id: id, message_state: STATES[stat] });
  deliver(fields, id);
}

function answerQuery(session, pdu) {
  tell("query", { id: pdu.message_id, from: pdu.source_addr, source_ton: pdu.source_addr_ton });
  if (options.query === "silent") return;
  if (options.query === "nack") {
    const nack = { command_status: smpp.ESME_RINVCMDID, sequence_number: pdu.sequence_number };
    session.send(new smpp.PDU("generic_nack", nack));
  } else if (options.query) session.send(pdu.response({ command_status: options.query }));
  else session.send(pdu.response({ message_id: pdu.message_id, message_state: STATES[options.state] }));
}

const server = smpp.createServer((session) => {
  session.on("bind_transceiver", (pdu) => bind(session, pdu));
  session.on("bind_transmitter", (pdu) => bind(session, pdu));
  session.on("bind_receiver", (pdu) => bind(session, pdu));
  session.on("submit_sm", (pdu) => receive(session, pdu));
  session.on("data_sm", (pdu) => receive(session, pdu));
  session.on("enquire_link", (pdu) => {
    tell("enquire_link");
    session.send(pdu.response());
  });
  session.on("query_sm", (pdu) => answerQuery(session, pdu));
  session.on("cancel_sm", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    tell("unbind");
    session.send(pdu.response());
    session.close();
  });
  session.on("close", () => {
    bound.delete(session);
    tell("closed");
  });
  session.on("error", (error) => {
    tell("error", { message: error.message });
    session.destroy();
  });
});

const deeds = {
  mo({ from, to, text, hex, data_coding: coding, udh }) {
    const message = hex === undefined ? text : Buffer.from(hex, "hex");
    const content = udh ? { udh: Buffer.from(udh, "hex"), message } : message;
    const fields = { source_addr: from, destination_addr: to, short_message: content };
    if (coding !== undefined) fields.data_coding = coding;
    deliver(fields, "mo");
  },
  status: ({ status, times = 1 }) => refusals.push(...Array(times).fill(status)),
  state: ({ state }) => (options.state = state),
  query: ({ query }) => (options.query = query),
  hold: () => (holding = true),
  release() {
    holding = false;
    for (const answer of held.splice(0)) answer();
  },
  garbage: () => bound.forEach((_, session) => session.socket.write(Buffer.alloc(16, 0xff))),
  unbind: () => bound.forEach((_, session) => session.unbind(() => tell("unbind_resp"))),
  hangup: () => server.sessions.slice().forEach((session) => session.destroy()),
  stop: () => process.exit(0),
};

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { do: deed, ...fields } = JSON.parse(line);
    deeds[deed](fields);
  })
  .on("close", () => process.exit(0));

server.listen(options.port, "127.0.0.1", () => tell("listening", { port: server.address().port }));
