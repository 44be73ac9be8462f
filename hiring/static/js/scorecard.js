// The scorecard saves itself: at each pause, before it is submitted, and again after a lost connection. What is not yet
// saved stays on this page alone, never in the browser's storage. The page works without this file.
"use strict";
(() => {
  const form = document.getElementById("scorecard");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const field = (name) => form.elements.namedItem(name);
  const value = (name) => (field(name) ? field(name).value : "");

  // --- Saving. A page has a name of its own, so that it never collides with itself when an answer was lost on its way.
  field("page").value = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("");
  byId("save").hidden = true;
  const PAUSE = 1200;
  const LONGEST = 8000; // milliseconds of typing without a pause
  let changes = 0;
  let saved = 0;
  let dirtySince = 0;
  let wait = 0;
  let retry = 2000;
  let busy = null;
  let stopped = false;
  let leaving = false;

  function mark(state, words, told = "") {
    byId("saved-mark").dataset.state = state;
    byId("saved-mark").querySelector("use").setAttribute("href", state === "offline" ? "#i-offline" : "#i-check");
    byId("saved-words").textContent = words;
    if (byId("saved-told").textContent !== told) byId("saved-told").textContent = told;
  }

  function later(milliseconds) {
    clearTimeout(wait);
    wait = setTimeout(save, milliseconds);
  }

  function save() {
    clearTimeout(wait);
    if (stopped) return Promise.resolve(false);
    busy ??= send().finally(() => { busy = null; });
    return busy;
  }

  // Resolves to whether everything typed until now is stored.
  async function send() {
    const sent = changes;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "save");
    mark("saving", "Saving…");
    let answer;
    let told = {};
    try {
      answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
      told = await answer.json();
    } catch {
      return trouble("Offline, trying again", "The connection is lost. What you typed is kept on this page and saved as soon as it is back.");
    }
    if (answer.ok) {
      saved = sent;
      retry = 2000;
      field("edition").value = told.edition;
      if (changes === sent) mark("saved", `Saved ${told.clock}`);
      else later(PAUSE);
      return changes === sent;
    }
    if (answer.status === 409) return collided(told);
    if (answer.status === 422) {
      mark("offline", Object.values(told.fields)[0] || told.error, told.error);
      return false;
    }
    if ((answer.status === 401 || answer.status === 403) && (await renewed())) return send();
    if (answer.status < 500) return trouble("Signed out: sign in in another tab", "You are signed out. What you typed is kept on this page: sign in in another tab.");
    return trouble("Not saved, trying again", told.error || "");
  }

  function trouble(words, told) {
    mark("offline", words, told);
    later(retry);
    retry = Math.min(retry * 2, 30000);
    return false;
  }

  // After signing in again in another tab, this page's form token is out of date: take a new one.
  async function renewed() {
    try {
      const answer = await fetch(location.pathname);
      if (!answer.ok || answer.redirected) return false;
      const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#scorecard [name=form_token]");
      const changed = Boolean(token) && token.value !== value("form_token");
      if (changed) for (const each of document.querySelectorAll("[name=form_token]")) each.value = token.value;
      return changed;
    } catch {
      return false;
    }
  }

  // --- Another browser was quicker: show both texts, save nothing until the person has chosen.
  function collided(told) {
    stopped = true;
    mark("offline", "Not saved: changed elsewhere");
    for (const each of form.querySelectorAll(".other")) each.remove();
    for (const [name, text] of Object.entries(told.typed || {})) {
      if (text.trim() === value(name).trim() || !field(name)) continue;
      const box = document.createElement("div");
      box.className = "other";
      const head = box.appendChild(document.createElement("p"));
      head.className = "other-head";
      head.textContent = "Saved in another browser:";
      const words = box.appendChild(document.createElement("p"));
      words.className = "prose";
      const chosen = form.querySelector(`input[name="${name}"][value="${CSS.escape(text)}"]`);
      words.textContent = (chosen ? chosen.labels[0].textContent.trim() : text) || "nothing";
      const near = field(name) instanceof RadioNodeList ? form.querySelector(`input[name="${name}"]`).closest(".scale") : field(name);
      near.after(box);
    }
    byId("conflict-words").textContent = told.typed
      ? "Nothing is lost: yours stands in the fields, the other text beside it. Copy over what you need, then keep yours."
      : `${told.error} What you typed stays on this page until you leave it.`;
    byId("conflict-mine").hidden = !told.typed;
    byId("conflict-mine").onclick = () => {
      field("edition").value = told.edition;
      stopped = false;
      byId("conflict").hidden = true;
      for (const each of form.querySelectorAll(".other")) each.remove();
      save();
    };
    byId("conflict").hidden = false;
    byId("conflict").focus();
    return false;
  }
  byId("conflict-other").addEventListener("click", () => { leaving = true; });

  form.addEventListener("input", () => {
    changes += 1;
    if (saved === changes - 1) dirtySince = Date.now();
    if (!stopped) later(Date.now() - dirtySince > LONGEST ? 0 : PAUSE);
  });
  // What was typed before this file had arrived is saved too.
  const typedBefore = [...form.querySelectorAll("textarea, input:not([type=hidden])")]
    .some((each) => each.value !== each.defaultValue || each.checked !== each.defaultChecked);
  if (typedBefore) form.dispatchEvent(new Event("input"));
  window.addEventListener("online", () => { if (saved !== changes) save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && saved !== changes) save(); });
  window.addEventListener("beforeunload", (event) => { if (saved !== changes && !leaving) event.preventDefault(); });

  // Submitting saves first: without a connection the page stays, and the text with it.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (leaving) return;
    event.preventDefault();
    if (stopped) return byId("conflict").focus();
    if (busy) await busy;
    const kept = await save();
    if (kept && button && button.value === "submit") {
      leaving = true;
      form.requestSubmit(button);
    } else if (button && button.value === "submit" && !stopped) {
      byId("saved-words").textContent = `Not submitted. ${byId("saved-words").textContent}`;
    }
  });
})();
