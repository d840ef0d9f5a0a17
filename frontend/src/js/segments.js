// How the network cuts a text: 3GPP TS 23.038 (alphabet) and TS 23.040 (concatenation). The same rules as
// cablegram/text, so that the count is there before the server confirms it.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
  + "abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("^{}\\[~]|€\f");

// Septets or UTF-16 units that one message, and one part of several, can hold.
const ROOM = { gsm0338: [160, 153], ucs2: [70, 67] };

/** Characters that force UCS-2, each once, in order. */
export function unfit(text) {
  return [...new Set([...text].filter((char) => !BASIC.has(char) && !EXTENDED.has(char)))];
}

const FEW_LETTERS = 8; // different ones; with more it is another alphabet (cablegram/panel/cut.py does the same)

/** Characters to mark: those that force UCS-2, none of a text in another script, which has to be. */
export function blamed(text) {
  const found = unfit(text);
  return found.filter((char) => /\p{L}/u.test(char)).length > FEW_LETTERS ? [] : found;
}

/** Cut a text: {encoding, units, parts: [{text, used, size}]}. An escape pair and a surrogate pair are never split. */
export function segments(text) {
  const encoding = unfit(text).length ? "ucs2" : "gsm0338";
  const cost = encoding === "ucs2" ? (char) => char.length : (char) => (EXTENDED.has(char) ? 2 : 1);
  const [single, several] = ROOM[encoding];
  const chars = [...text];
  const units = chars.reduce((sum, char) => sum + cost(char), 0);
  if (units <= single) return { encoding, units, parts: [{ text, used: units, size: single }] };
  const parts = [{ text: "", used: 0, size: several }];
  for (const char of chars) {
    if (parts.at(-1).used + cost(char) > several) parts.push({ text: "", used: 0, size: several });
    parts.at(-1).text += char;
    parts.at(-1).used += cost(char);
  }
  return { encoding, units, parts };
}
