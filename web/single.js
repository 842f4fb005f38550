// Starts the page that is one file: its engine stands in the file, packed, and nothing is asked of anybody.
// The build puts the engine's script behind this one, in the same module, so both are covered by the one hash in the content policy.
const badge = document.querySelector("[data-testid=network]");

// The second piece, compiled. The engine's script asks for it.
const rest = compiled("rest");
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
  const about = document.createElement("p");
  about.textContent = "commit __UNDENY_COMMIT__ · one file, which asks nobody for anything · engine __UNDENY_WASM_INTEGRITY__";
  document.getElementById("foot").append(about);
}

async function compiled(id) {
  const packed = new Blob([bytes(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(packed).arrayBuffer());
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

function say(refused) {
  badge.dataset.state = refused ? "locked" : "open";
  badge.lastElementChild.textContent = refused
    ? "No network. Nothing you paste leaves this page."
    : "Network not locked: this browser did not refuse a request that it had to refuse.";
}
