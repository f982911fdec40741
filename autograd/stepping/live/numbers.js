// Numbers as Python writes them: see value_text, partial_text, number_text and short there.

const minus = (text) => text.replaceAll("-", "−");
const special = (x, infinity) => (Number.isNaN(x) ? "nan" : x > 0 ? infinity : `−${infinity}`);
const stripped = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const scientific = (x, digits, shorten) => {
  const [mantissa, exponent] = x.toExponential(digits).split("e");
  return minus(`${shorten ? stripped(mantissa) : mantissa}e${+exponent}`);
};

const valueText = (x) => {
  const size = Math.abs(x);
  if (!Number.isFinite(x)) return special(x, "∞");
  if (size && !(size >= 1e-4 && size < 1e6)) return scientific(x, 3);
  return minus((x || 0).toFixed(size < 1000 ? 4 : 7 - String(Math.trunc(size)).length));
};

const partialText = (x) => {
  const size = Math.abs(x);
  if (!Number.isFinite(x)) return special(x, "∞");
  if (size && !(size >= 1e-4 && size < 1e5)) return scientific(x, 2, true);
  return minus(stripped((x || 0).toFixed(size < 100 ? 4 : 1)));
};

const numberText = (x, digits = 4) => {
  if (!Number.isFinite(x)) return special(x, "inf");
  if (!x) return Object.is(x, -0) ? "−0" : "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  if (+exponent >= -4 && +exponent < digits) return minus(stripped(x.toFixed(digits - 1 - exponent)));
  return minus(`${stripped(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`);
};

// The same count of decimals for all: four, more where all are small, fewer where those are exact.
const short = (...xs) => {
  const finite = xs.filter(Number.isFinite);
  const largest = Math.max(0, ...finite.map(Math.abs));
  if (largest && !(largest >= 1e-5 && largest < 1e6)) return xs.map((x) => numberText(x + 0));
  const power = largest ? Math.floor(Math.log10(largest)) : 0;
  const most = power < 0 ? Math.max(4, 2 - power) : Math.max(0, 4 - power);
  const exact = (n) => finite.every((x) => Math.abs(+x.toFixed(n) - x) <= 1e-12 * Math.abs(x));
  let decimals = 0;
  while (decimals < most && !exact(decimals)) decimals++;
  return xs.map((x) => (Number.isFinite(x) ? minus((x + 0).toFixed(decimals)) : special(x, "inf")));
};
const shortest = (x) => short(x)[0];
const signed = (text) => (/^[−0n]/.test(text) && !text.startsWith("0.") ? text : `+${text}`);

// A factor of a product, in brackets if it needs them.
const factor = (text) => {
  let [depth, loose] = [0, text.startsWith("−")];
  for (const character of text) {
    depth += "([“".includes(character) - ")]”".includes(character);
    loose ||= character === " " && !depth;
  }
  return loose ? `(${text})` : text;
};

// What somebody typed, as a number: NaN if it is none.
const parsed = (text) => Number(text.replace("−", "-").replace(",", ".").trim() || NaN);
