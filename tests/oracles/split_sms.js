// Answers for npm's split-sms: a JSON string a line in, how it cuts that text a line out.
"use strict";

const readline = require("node:readline");
const splitSms = require("split-sms");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const found = splitSms.split(JSON.parse(line));
  const unitBytes = found.characterSet === "GSM" ? 1 : 2;
  const answer = {
    encoding: found.characterSet === "GSM" ? "gsm0338" : "ucs2",
    texts: found.parts.map((part) => part.content),
    units: found.parts.map((part) => part.bytes / unitBytes),
    units_left: found.remainingInPart,
  };
  process.stdout.write(JSON.stringify(answer) + "\n");
});
