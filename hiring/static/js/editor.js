// The rubric editor: saves while one types, answers a pointed-at statement with its criterion, and keeps what is typed
// while an answer is put into the page. Requests go one after the other. The page works without this file.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  if (!desk || !window.htmx) return;
  const byId = (id) => document.getElementById(id);
  const trouble = byId("trouble");
  const FIELDS = "input:not([type=hidden]):not([type=checkbox]), textarea";
  const WRITTEN = FIELDS.split(", ").map((each) => `form.write ${each}`).join(", ");
  const PAGE = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("");
  const sent = new WeakMap(); // field -> its value in the request that went out last
  const isDirty = (field) => field.value !== (sent.has(field) ? sent.get(field) : field.defaultValue);
  const isWaiting = (form) => [...form.querySelectorAll(FIELDS)].some(isDirty);
  let retry = 0;
  let from = ""; // the criterion in which the last button was pressed
  let menu = null; // and the menu

  document.documentElement.classList.add("scripted");

  // --- Saving. A request waits its turn; what it sends is read when it goes out, with the state the page shows by then.
  desk.addEventListener("htmx:before:request", (event) => {
    const ctx = event.detail.ctx;
    const form = ctx.sourceElement.closest("form");
    from = form?.closest(".k")?.dataset.key ?? "";
    menu = ctx.sourceElement.closest(".drop") ?? form?.querySelector(".drop[open]");
    if (!form?.matches(".write")) return;
    ctx.request.body = new URLSearchParams(new FormData(form));
    ctx.request.body.set("page", PAGE);
    // Of a field that somebody else rewrote nothing is sent until the person has chosen.
    for (const field of form.querySelectorAll(FIELDS)) {
      if (field.closest("[data-clash]")) ctx.request.body.delete(field.name);
      else sent.set(field, field.value);
    }
    byId("saved").textContent = "Saving…";
  });

  // An answer that is not the editor (signed out, gone, a fault of ours) must not replace it.
  desk.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.text.includes('id="editor"')) {
      trouble.hidden = true;
      return;
    }
    event.preventDefault();
    // Published or discarded meanwhile: the answer leads elsewhere, and so does this page.
    if (ctx.response.raw.redirected && ctx.response.status === 200) {
      for (const field of desk.querySelectorAll(WRITTEN)) field.defaultValue = field.value;
      window.location.assign(ctx.response.raw.url);
      return;
    }
    const words = new DOMParser().parseFromString(ctx.text, "text/html").querySelector(".narrow p:not(.crumbs), main p:not(.crumbs)");
    failed(words ? words.textContent.trim() : "Not saved: the server gave no answer that this page knows.", ctx.response.status >= 500);
  });
  desk.addEventListener("htmx:error", () => failed("Not saved: the connection is lost. What you typed stays here and is sent as soon as it is back.", true));

  function failed(words, again) {
    for (const field of desk.querySelectorAll(WRITTEN)) sent.delete(field);
    trouble.textContent = words;
    trouble.hidden = false;
    byId("saved").textContent = "Not saved";
    clearTimeout(retry);
    if (again) retry = setTimeout(flush, 3000);
  }

  function flush() {
    for (const form of desk.querySelectorAll("form.write")) if (isWaiting(form)) save(form);
  }
  function save(form) {
    window.htmx.trigger(form, "keep");
  }
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  window.addEventListener("beforeunload", (event) => {
    if (desk.querySelector("[data-clash]") || [...desk.querySelectorAll("form.write")].some(isWaiting)) event.preventDefault();
  });

  // --- Somebody else rewrote the same field: both texts stand there until one is chosen, or one's own is written on.
  function settle(box) {
    const held = box.closest("[data-clash]");
    const form = box.closest("form");
    box.remove();
    if (held && !held.querySelector(".other")) held.removeAttribute("data-clash");
    save(form);
  }
  desk.addEventListener("click", (event) => {
    const keep = event.target.closest("[data-keep]");
    if (!keep) return;
    const box = keep.closest(".other");
    const field = box.closest("form").elements.namedItem(box.dataset.field);
    if (keep.dataset.keep === "theirs") field.value = box.querySelector(".prose").textContent;
    field.focus();
    settle(box);
  });
  desk.addEventListener("input", (event) => {
    const box = event.target.closest("[data-clash]")?.querySelector(`.other[data-field="${event.target.name}"]`);
    if (box) settle(box);
  });

  // --- Putting an answer in: a field that was typed in since keeps its text, and its form the state that it began from.
  window.htmx.registerExtension("keep-typing", {
    htmx_before_morph_node: (element) => {
      if (element.matches?.("[data-clash]")) return false;
      if (element.matches?.(WRITTEN)) return !isDirty(element) || element.value === element.defaultValue;
      if (element.matches?.("form.write input[name=seen]")) return !isWaiting(element.form);
      return true;
    },
  });
  desk.addEventListener("htmx:after:swap", () => {
    for (const field of desk.querySelectorAll(WRITTEN)) if (field.value === field.defaultValue) sent.delete(field);
    const opened = byId("editor").dataset.open;
    const row = opened && byId(`c-${opened}`);
    if (row && !row.firstElementChild.open) row.firstElementChild.open = true;
    // The menu that was used closes; one that was opened since stays.
    const used = menu?.isConnected && !menu.querySelector("[aria-invalid], .error") ? menu : null;
    const inside = used?.contains(document.activeElement);
    if (used) used.open = false;
    menu = null;
    if (byId("refused")) byId("refused").focus();
    else if (inside) used.firstElementChild.focus();
    if (document.activeElement === document.body || !document.activeElement.checkVisibility()) near(opened || from).focus();
  });
  // Where the focus goes when the button that was pressed is gone.
  function near(key) {
    const row = key && byId(`c-${key}`);
    return row ? row.querySelector("summary") : byId("crit-h");
  }

  // --- Point at a statement and its criterion answers; point at a criterion and its statements do.
  function light(number, key) {
    for (const each of desk.querySelectorAll(".near")) each.classList.remove("near");
    if (number) for (const each of desk.querySelectorAll(`mark[data-k="${number}"], .k[data-n="${number}"]`)) each.classList.add("near");
    if (key) for (const each of desk.querySelectorAll(`mark[data-s="${CSS.escape(key)}"], #gap-${CSS.escape(key)}`)) each.classList.add("near");
  }
  for (const kind of ["pointerover", "focusin"]) {
    desk.addEventListener(kind, (event) => {
      const mark = event.target.closest("mark[data-s]");
      const line = event.target.closest(".said li");
      const row = event.target.closest(".k");
      const tag = event.target.closest(".tag[data-k]");
      if (line) light(0, line.querySelector("input").value);
      else light(mark?.dataset.k || tag?.dataset.k || row?.dataset.n || 0, mark?.dataset.s);
    });
  }
  desk.addEventListener("click", (event) => {
    // A menu closes when one presses elsewhere.
    for (const drop of desk.querySelectorAll(".drop[open]")) if (!drop.contains(event.target)) drop.open = false;
    const target = event.target.closest("mark[data-s], .tag[data-k]");
    if (!target) return;
    const row = target.dataset.k && desk.querySelector(`.k[data-n="${target.dataset.k}"]`);
    if (!row) {
      byId(`gap-${target.dataset.s}`)?.scrollIntoView({ block: "nearest" });
      return;
    }
    event.preventDefault();
    row.firstElementChild.open = true;
    const head = row.querySelector("summary");
    head.scrollIntoView({ block: "nearest" });
    if (target.matches(".tag")) head.focus();
  });

  // --- By keyboard: Escape closes a menu; undo and redo work outside of fields, whose own undo is the browser's.
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && desk.querySelector(".drop[open]");
    if (open) {
      open.open = false;
      if (open.contains(document.activeElement) || document.activeElement === document.body) open.firstElementChild.focus();
      return;
    }
    if (!(event.ctrlKey || event.metaKey) || event.repeat || event.key.toLowerCase() !== "z" || event.target.matches("input, textarea, select")) return;
    const button = byId(event.shiftKey ? "redo" : "undo");
    if (!button || button.getAttribute("aria-disabled")) return;
    event.preventDefault();
    button.click();
  });
  desk.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
  }, true);
})();
