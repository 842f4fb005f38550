// Starts the engine: fetches its pieces by their checksums, locks the page's network, tries whether the lock holds, and only then runs the first piece.
// The second one may still be on its way then; its request began before the lock. The text box is plain HTML and works all the while.
// The names and checksums are written in by the build (`cargo xtask build`).
const SCRIPT = { file: "__UNDENY_JS__", integrity: "__UNDENY_JS_INTEGRITY__" };
const ENGINE = { file: "__UNDENY_WASM__", integrity: "__UNDENY_WASM_INTEGRITY__" };
const LATER = { file: "./later.js", integrity: "__UNDENY_LATER_INTEGRITY__" };
const REST = { file: "__UNDENY_REST__", integrity: "__UNDENY_REST_INTEGRITY__" };

const badge = document.querySelector("[data-testid=network]");

// The second piece, compiled. The engine's script asks for it and says what is missing where it fails.
export const rest = REST.file ? compiled(REST, "low") : Promise.reject(new Error("one piece"));
rest.catch(() => {});

start().catch((error) => {
  const notice = document.getElementById("notice");
  notice.textContent =
    `The engine could not start (${error?.message ?? error}). What you typed is still in the box. ` +
    "Reload the page; if that does not help, a current Firefox, Chrome, Edge or Safari will do, or the command `undeny fix FILE`.";
  notice.hidden = false;
});

// Nothing here is awaited at the top: the engine's script imports this file, and would wait for itself.
async function start() {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
  const [{ default: run }, engine] = await Promise.all([script(SCRIPT), compiled(ENGINE, "high")]);
  lock();
  say(await refused());
  await run({ module_or_path: engine });
  // What comes with the second piece; without it the page still answers.
  script(LATER).catch(() => {});
}

// A dynamic import cannot carry a checksum; a preload can, and the import then takes the module that it has checked.
async function script({ file, integrity }) {
  const link = document.createElement("link");
  if (link.relList.supports("modulepreload")) {
    await new Promise((resolve, reject) => {
      link.rel = "modulepreload";
      link.integrity = integrity;
      link.href = file;
      link.onload = resolve;
      link.onerror = () => reject(new Error(`${file} is missing or not the published one`));
      document.head.append(link);
    });
  }
  return import(file);
}

async function compiled({ file, integrity }, priority) {
  const response = await fetch(file, { integrity, priority, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  // A server that does not know the type gets the slower way; a wrong checksum fails in both.
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

// A policy added at run time can only narrow, and cannot be taken back, not even by removing the element.
function lock() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'";
  document.head.append(policy);
}

// True when the browser itself says that the policy stopped a request for one of our own files; being offline is not the same.
async function refused() {
  const probe = new URL("boot.js?network-probe", location.href).href;
  const stopped = new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", function heard(event) {
      if (event.effectiveDirective !== "connect-src") return;
      document.removeEventListener("securitypolicyviolation", heard);
      resolve(true);
    });
    setTimeout(resolve, 1000, false);
  });
  const answered = await fetch(probe, { cache: "no-store" }).then(() => true, () => false);
  return !answered && (await stopped);
}

function say(locked) {
  badge.dataset.state = locked ? "locked" : "open";
  badge.lastElementChild.textContent = locked
    ? "Network locked. Nothing you paste leaves this page."
    : "Network not locked: this browser did not refuse a request that it had to refuse.";
}
