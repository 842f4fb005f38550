// Starts the page that is one file: its engine stands in the file, packed, and nothing is asked of anybody.
// The build puts the engine's script behind this one, in the same module, so both are covered by the one hash in the content policy.
const badge = document.querySelector("[data-testid=network]");

// The second piece, compiled. The engine's script asks for it; the first one does not wait until it is unpacked.
let unpackRest;
const rest = new Promise((resolve) => (unpackRest = () => resolve(compiled("rest"))));
rest.catch(() => {});

start().catch((error) => {
  const notice = document.getElementById("notice");
  notice.textContent =
    `The engine could not start (${error?.message ?? error}). The file may have been saved in another encoding: take a fresh copy. ` +
    "A current Firefox, Chrome, Edge or Safari will do, or the command `undeny fix FILE`.";
  notice.hidden = false;
});

async function start() {
  const engine = await compiled("engine");
  say(await fetch("data:,network-probe").then(() => false, () => true));
  await __wbg_init({ module_or_path: engine });
  requestAnimationFrame(() => setTimeout(unpackRest));
  const about = document.createElement("p");
  about.textContent = "commit __UNDENY_COMMIT__ · one file, which asks nobody for anything · engine __UNDENY_WASM_INTEGRITY__";
  document.getElementById("foot").append(about);
}

async function compiled(id) {
  return WebAssembly.compile(unpacked(bytes(id)));
}

// Bytes as characters of windows-1252, so that a byte takes a byte. What HTML would change or read as markup stands behind `=`, 64 higher.
function bytes(id) {
  const text = document.getElementById(id).textContent;
  const high = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";
  const all = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 61) all[length++] = text.charCodeAt((at += 1)) - 64;
    else all[length++] = code < 256 ? code : 128 + high.indexOf(text[at]);
  }
  return all.subarray(0, length);
}

// LZMA, which no browser unpacks by itself and which takes a fifth less than gzip; a stream with its length in its head.
// Source: lzma-specification.txt of the LZMA SDK, <https://7-zip.org/sdk.html>
function unpacked(packed) {
  const evens = (count) => new Uint16Array(count).fill(1024);
  const [properties] = packed;
  const literalBits = properties % 9;
  const literalPlaces = (1 << (Math.floor(properties / 9) % 5)) - 1;
  const places = (1 << Math.floor(properties / 45)) - 1;
  const out = new Uint8Array(new DataView(packed.buffer, packed.byteOffset + 5).getUint32(0, true));
  // A byte of zero and four of code follow the head of 13.
  let at = 18;
  let code = new DataView(packed.buffer, packed.byteOffset + 14).getUint32(0);
  let range = 0xffffffff;
  const bit = (chances, index) => {
    const chance = chances[index];
    const bound = (range >>> 11) * chance;
    const one = code >= bound;
    if (one) {
      range -= bound;
      code -= bound;
      chances[index] = chance - (chance >> 5);
    } else {
      range = bound;
      chances[index] = chance + ((2048 - chance) >> 5);
    }
    if (range < 0x1000000) more();
    return one ? 1 : 0;
  };
  const more = () => {
    range = (range << 8) >>> 0;
    code = ((code << 8) | packed[at++]) >>> 0;
  };
  const tree = (chances, from, count) => {
    let node = 1;
    for (let left = count; left > 0; left -= 1) node = (node << 1) | bit(chances, from + node);
    return node - (1 << count);
  };
  const backwards = (chances, from, count) => {
    let node = 1;
    let value = 0;
    for (let place = 0; place < count; place += 1) {
      const next = bit(chances, from + node);
      node = (node << 1) | next;
      value |= next << place;
    }
    return value;
  };
  const lengths = () => {
    const [choice, low, middle, high] = [evens(2), evens(128), evens(128), evens(256)];
    return (place) => {
      if (!bit(choice, 0)) return tree(low, place << 3, 3);
      return bit(choice, 1) ? 16 + tree(high, 0, 8) : 8 + tree(middle, place << 3, 3);
    };
  };
  const literals = evens(0x300 << (literalBits + (Math.floor(properties / 9) % 5)));
  const [isMatch, isAgain, isFirst, isSecond, isThird, isShort] = [evens(192), evens(12), evens(12), evens(12), evens(12), evens(192)];
  const [slots, distances, aligned] = [evens(256), evens(128), evens(16)];
  const [matchLength, againLength] = [lengths(), lengths()];
  let [state, length, end] = [0, 0, 0];
  let [first, second, third, fourth] = [0, 0, 0, 0];
  while (end < out.length) {
    const place = end & places;
    if (!bit(isMatch, (state << 4) + place)) {
      const from = 0x300 * (((end & literalPlaces) << literalBits) + ((end ? out[end - 1] : 0) >> (8 - literalBits)));
      let node = 1;
      if (state >= 7) {
        let hint = out[end - first - 1];
        do {
          const hinted = (hint >> 7) & 1;
          hint <<= 1;
          const next = bit(literals, from + ((1 + hinted) << 8) + node);
          node = (node << 1) | next;
          if (next !== hinted) break;
        } while (node < 0x100);
      }
      while (node < 0x100) node = (node << 1) | bit(literals, from + node);
      out[end++] = node;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    if (bit(isAgain, state)) {
      if (!bit(isFirst, state)) {
        if (!bit(isShort, (state << 4) + place)) {
          state = state < 7 ? 9 : 11;
          out[end] = out[end - first - 1];
          end += 1;
          continue;
        }
      } else if (!bit(isSecond, state)) {
        [first, second] = [second, first];
      } else if (!bit(isThird, state)) {
        [first, second, third] = [third, first, second];
      } else {
        [first, second, third, fourth] = [fourth, first, second, third];
      }
      length = againLength(place);
      state = state < 7 ? 8 : 11;
    } else {
      [second, third, fourth] = [first, second, third];
      length = matchLength(place);
      state = state < 7 ? 7 : 10;
      const slot = tree(slots, Math.min(length, 3) << 6, 6);
      first = slot;
      if (slot >= 4) {
        const bits = (slot >> 1) - 1;
        first = (2 | (slot & 1)) << bits;
        if (slot < 14) {
          first += backwards(distances, first - slot, bits);
        } else {
          let direct = 0;
          for (let left = bits - 4; left > 0; left -= 1) {
            range >>>= 1;
            const next = code >= range ? 1 : 0;
            if (next) code -= range;
            direct = (direct << 1) | next;
            if (range < 0x1000000) more();
          }
          first += (direct << 4) + backwards(aligned, 0, 4);
        }
      }
    }
    if (first >= end) throw new Error("the engine in this file is damaged");
    for (let left = length + 2; left > 0 && end < out.length; left -= 1) {
      out[end] = out[end - first - 1];
      end += 1;
    }
  }
  return out;
}

function say(refused) {
  badge.dataset.state = refused ? "locked" : "open";
  badge.lastElementChild.textContent = refused
    ? "No network. Nothing you paste leaves this page."
    : "Network not locked: this browser did not refuse a request that it had to refuse.";
}
