// Starts the engine: fetches its first piece by its checksum, begins to fetch the second one, locks the page's network, and only then runs the first.
// The text box is plain HTML and works all the while.
// The names and checksums are written in by the build (`cargo xtask build`).
const SCRIPT = { file: "__UNDENY_JS__", integrity: "__UNDENY_JS_INTEGRITY__" };
const ENGINE = { file: "__UNDENY_WASM__", integrity: "__UNDENY_WASM_INTEGRITY__" };
const LATER = { file: "./later.js", integrity: "__UNDENY_LATER_INTEGRITY__" };
const REST = { file: "__UNDENY_REST__", integrity: "__UNDENY_REST_INTEGRITY__" };

const badge = document.querySelector("[data-testid=network]");

// Whether somebody is there. What is given comes with one of these, or with the address, and the lock is whole before the engine hears of it.
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "beforeinput", "input", "paste", "drop", "hashchange"];
let somebody = location.hash !== "" || document.getElementById("paste").value !== "";
let locked = false;
for (const sign of SIGNS) addEventListener(sign, lockWhole, { capture: true });

// The second piece, compiled. The engine's script asks for it and says what is missing where it fails. It is fetched behind the first one, which would
// have to share a slow line with it, and before the lock, which lets a request end that has begun.
let fetched;
export const rest = new Promise((resolve) => (fetched = resolve));
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
  const [{ default: run }, engine] = await Promise.all([script(SCRIPT), asked(ENGINE).then(compiled)]);
  await begin();
  // The tools of search engines ask for robots.txt from inside of the page; nothing else can be asked for from here on.
  lock(`${location.origin}/robots.txt`);
  locked = true;
  if (somebody) lockWhole();
  say("untried", "Network locked. Tried when you paste.");
  tryWhenGiven();
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

// Ask for the second piece, and go on when its answer begins: where a worker stands between, a request can still be refused after it was made.
async function begin() {
  const answer = REST.file ? asked(REST) : Promise.reject(new Error("one piece"));
  fetched(answer.then(compiled));
  await Promise.race([answer.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 250))]);
}

async function asked({ file, integrity }) {
  const response = await fetch(file, { integrity, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  return response;
}

// A server that does not know the type gets the slower way; a wrong checksum fails in both.
async function compiled(response) {
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

// A policy added at run time can only narrow, and cannot be taken back, not even by removing the element.
function lock(allowed) {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${allowed}`;
  document.head.append(policy);
}

function lockWhole(event) {
  // Who looks whether the box can be pasted into pastes nothing.
  if (event?.type === "paste" && !event.clipboardData?.types.length) return;
  somebody = true;
  if (!locked) return;
  for (const sign of SIGNS) removeEventListener(sign, lockWhole, { capture: true });
  lock("'none'");
}

// The browser writes a refused request to its console as an error, so none is provoked before there is something that could leave.
function tryWhenGiven() {
  const given = new MutationObserver(() => {
    given.disconnect();
    lockWhole();
    refused().then((refused) =>
      refused
        ? say("locked", "Network locked. Nothing you paste leaves this page.")
        : say("open", "Network not locked: this browser did not refuse a request that it had to refuse."),
    );
  });
  given.observe(document.documentElement, { attributeFilter: ["data-given"] });
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

function say(state, sentence) {
  badge.dataset.state = state;
  badge.lastElementChild.textContent = sentence;
}
