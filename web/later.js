// What nobody waits for: the style sheet of the later panes, and the copy of the page's files that works without a network.
// `boot.js` loads this after the engine has started. Names and checksums are written in by the build.
const STYLE = { file: "./late.css", integrity: "__UNDENY_LATE_CSS_INTEGRITY__" };

const style = document.createElement("link");
style.rel = "stylesheet";
style.integrity = STYLE.integrity;
style.href = STYLE.file;
document.head.append(style);

// The one address that may become a worker's script; the policy has this one name to give, once, and it is taken here.
if (navigator.serviceWorker && isSecureContext) {
  const file = new URL("offline.js", location.href).href;
  const policy = globalThis.trustedTypes?.createPolicy("undeny-offline", {
    createScriptURL(address) {
      if (address !== file) throw new TypeError("no other script");
      return address;
    },
  });
  // After everything else, so that its copies never wait before the page's own files.
  const register = () =>
    navigator.serviceWorker.register(policy ? policy.createScriptURL(file) : file, { updateViaCache: "none" }).catch(() => {});
  if (document.readyState === "complete") setTimeout(register, 500);
  else addEventListener("load", () => setTimeout(register, 500), { once: true });
}

// What runs, so that it can be compared with what was published.
const published = document.createElement("a");
published.href = "integrity.json";
published.textContent = "integrity.json";
const hash = document.createElement("code");
hash.dataset.testid = "running";
hash.textContent = "__UNDENY_WASM_INTEGRITY__";
const running = document.createElement("p");
running.append("commit __UNDENY_COMMIT__ · engine ", hash, ", the same as in ", published);
document.getElementById("foot").append(running);
