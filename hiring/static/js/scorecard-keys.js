// The scorecard by keyboard, and a rail and a "what is left" that stay true while one types. The page works without this file.
"use strict";
(() => {
  const form = document.getElementById("scorecard");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  const crits = [...form.querySelectorAll(".crit")];
  const rail = (key) => form.querySelector(`.rail li[data-key="${key}"]`);
  const radios = (crit) => [...crit.querySelectorAll(`input[name="${crit.dataset.key ? `level_${crit.dataset.key}` : "recommendation"}"]`)];

  // --- Keys: digits and N with a level in focus, Ctrl+Enter from a text.
  form.addEventListener("keydown", (event) => {
    const crit = event.target.closest(".crit");
    if (!crit) return;
    const inLevels = event.target.type === "radio";
    if (inLevels && !event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9]$/.test(event.key)) {
      const all = radios(crit); // from the lowest level to the highest, then "not assessed"
      const chosen = event.key === "0" ? all.at(-1) : all.slice(0, -1)[Number(event.key) - 1];
      if (!chosen) return;
      event.preventDefault();
      chosen.focus();
      chosen.click();
    } else if ((inLevels && event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey) ||
        (event.target.matches("textarea") && event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      const next = crits[crits.indexOf(crit) + 1];
      if (!next) byId("submit").focus();
      else (radios(next).find((each) => each.checked) || radios(next)[0]).focus();
    }
  });
  form.addEventListener("focusin", (event) => {
    const crit = event.target.closest(".crit");
    if (!crit) return;
    for (const link of form.querySelectorAll(".rail a")) link.removeAttribute("aria-current");
    rail(crit.dataset.key).querySelector("a").setAttribute("aria-current", "step");
  });

  // --- What is done, what is left.
  form.addEventListener("input", refresh);
  function refresh() {
    const left = [];
    for (const crit of crits) {
      const { key, name } = crit.dataset;
      const chosen = radios(crit).find((each) => each.checked);
      const lacksText = key && chosen && chosen.value !== "0" && !value(`evidence_${key}`).trim();
      if (!chosen) left.push([radios(crit)[0].id, key ? `Rate ${name}` : name]);
      else if (lacksText) left.push([`evidence_${key}`, `Evidence for ${name}`]);
      const done = chosen && !lacksText;
      const row = rail(key);
      if (done || row.dataset.state !== "error") row.dataset.state = done ? "done" : "open";
      row.querySelector("use").setAttribute("href", done ? "#i-check" : row.dataset.state === "error" ? "#i-warn" : "#i-dot");
      const words = chosen ? chosen.labels[0].textContent.trim().replace(/^(\d)\s+(.)/, (_, n, first) => `${n}, ${first.toLowerCase()}`) : "";
      row.querySelector(".rail-state").textContent = !chosen ? (key ? "No level yet" : row.dataset.state === "error" ? "None yet" : "Comes last") : lacksText ? "Evidence missing" : words;
      const block = row.querySelector(".num");
      if (block) {
        block.hidden = !chosen || chosen.value === "0";
        block.textContent = chosen ? chosen.value : "";
        block.dataset.tone = chosen?.closest(".level")?.dataset.tone || "";
      }
      if (chosen) settle(crit, key ? `level_${key}-error` : "recommendation-error");
      if (key && !lacksText) settle(crit.querySelector(".evidence .field"), `evidence_${key}-error`);
    }
    byId("rail-done").textContent = `${crits.length - left.length} of ${crits.length} done`;
    const ticks = [...form.querySelectorAll("input[name=asked]")];
    if (ticks.length) byId("asked-count").textContent = `${ticks.filter((each) => each.checked).length} of ${ticks.length} asked`;
    const box = byId("left");
    box.toggleAttribute("data-none", left.length === 0);
    box.firstElementChild.firstChild.textContent = left.length ? `${left.length} ${left.length === 1 ? "thing" : "things"} left` : "Nothing is missing";
    box.querySelector(".phone")?.toggleAttribute("hidden", left.length === 0);
    box.querySelector("ul").replaceChildren(...left.map(([target, words]) => {
      const link = document.createElement("a");
      link.href = `#${target}`;
      link.textContent = words;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
  }

  // An error goes as soon as what it asks for is there.
  function settle(box, id) {
    byId(id)?.remove();
    box.removeAttribute("data-invalid");
    const control = box.querySelector("[aria-invalid]");
    if (control && control.getAttribute("aria-describedby")?.includes(id)) {
      control.removeAttribute("aria-invalid");
      control.setAttribute("aria-describedby", control.getAttribute("aria-describedby").replace(id, "").trim());
    }
  }
})();
