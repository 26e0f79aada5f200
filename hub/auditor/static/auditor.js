// Keys for lists, select all, print. Every page works without it.
"use strict";

const editable = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName))
  && !["checkbox", "button", "submit"].includes(element.type);

const rows = () => [...document.querySelectorAll("[data-list] tbody tr")];
let at = -1;

function go(step) {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("current");
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all[at].classList.add("current");
  all[at].scrollIntoView({ block: "nearest" });
  all[at].querySelector("th a")?.focus({ preventScroll: true });
}

const acts = {
  "/": () => {
    const field = document.querySelector("[data-focus]");
    if (field) { field.focus(); field.select(); } else { location.assign(document.querySelector(".brand").href); }
  },
  j: () => go(1),
  k: () => go(-1),
  x: () => {
    const box = rows()[at]?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked; else document.querySelector("[data-pick]")?.click();
  },
  "?": () => document.querySelector("footer .keys")?.classList.toggle("shown"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && editable(event.target)) { event.target.blur(); return; }
  if (editable(event.target) || !(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
});

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
document.querySelectorAll("[data-all]").forEach((all) =>
  all.addEventListener("change", () =>
    all.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = all.checked; })));

// An empty field of a search says nothing: leave it out of the address.
document.querySelectorAll("[data-search]").forEach((form) =>
  form.addEventListener("submit", () => {
    const fields = [...form.elements].filter((field) => field.name);
    if (fields.every((field) => !field.value)) return;
    fields.filter((field) => !field.value).forEach((field) => { field.disabled = true; });
  }));
window.addEventListener("pageshow", () =>
  document.querySelectorAll("[data-search] :disabled").forEach((field) => { field.disabled = false; }));

// The part of a link behind # never leaves the browser by itself: take the code from there.
const code = document.querySelector("input#code");
if (code && location.hash.startsWith("#fca_")) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
