// The browser's count against an implementation that is not ours, and the pairs that may not be split.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { blamed, segments, unfit } from "../src/js/segments.js";

// The oracle that the product's own counting is compared with too.
const splitSms = createRequire(new URL("../../tests/oracles/package.json", import.meta.url))("split-sms");

const alphabets = [
  "abc XYZ 123 @£$ äöñü", "^{}[]~|€\\", "Олена –’“ ł ș", "陳美玲شكرا", "😀👩‍🚀🇪🇸", "\n",
];

function sample(seed, size) {
  let state = seed;
  const next = (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  const letters = [...alphabets.slice(0, 1 + next(alphabets.length)).join("")];
  return Array.from({ length: size }, () => letters[next(letters.length)]).join("");
}

test("counts and cuts as an independent implementation does", () => {
  for (let seed = 1; seed <= 600; seed++) {
    const text = sample(seed, 1 + (seed * 7) % 480);
    const theirs = splitSms.split(text);
    const ours = segments(text);
    assert.equal(ours.parts.length, theirs.parts.length, JSON.stringify(text));
    assert.equal(ours.encoding, theirs.characterSet === "GSM" ? "gsm0338" : "ucs2");
    assert.deepEqual(ours.parts.map((part) => part.text), theirs.parts.map((part) => part.content));
  }
});

test("judges each character of the basic plane as an independent implementation does", () => {
  const differs = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).filter((char) => {
    const theirs = splitSms.split(char.repeat(160));
    const ours = segments(char.repeat(160));
    return ours.parts.length !== theirs.parts.length || (ours.encoding === "gsm0338") !== (theirs.characterSet === "GSM");
  });
  assert.deepEqual(differs, []);
});

test("an escape pair at the edge of a part goes over whole", () => {
  const { parts } = segments("a".repeat(152) + "€" + "b".repeat(10));
  assert.deepEqual(parts.map((part) => part.used), [152, 12]);
});

test("a surrogate pair at the edge of a part goes over whole", () => {
  const { parts } = segments("я".repeat(66) + "😀" + "я".repeat(10));
  assert.deepEqual(parts.map((part) => part.used), [66, 12]);
});

test("names each character that makes the text Unicode once", () => {
  assert.deepEqual(unfit("20:00 – we’re – here"), ["–", "’"]);
  assert.deepEqual(blamed("20:00 – we’re – here"), ["–", "’"]);
  assert.deepEqual(blamed("Дякую! А можна забрати у суботу – о десятій?"), []);
});
