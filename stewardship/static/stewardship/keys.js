// Keys for people who would rather not reach for the mouse. Lists: j and k move, Enter opens, / searches.
// A golden record: 1-9 tick its records, x takes them out, v moves them, m merges, a matches anew, c confirms.
// The review page: s same, n not the same, j next, k back, 1-9 reasons, u undo, o and p open both sides.
"use strict";

(() => {
  const typing = (target) =>
    target.isContentEditable ||
    ["TEXTAREA", "SELECT"].includes(target.tagName) ||
    (target.tagName === "INPUT" && !["radio", "checkbox", "submit", "button"].includes(target.type));

  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  };

  const review = (key) => {
    const form = document.querySelector("#au-review, #au-decide");
    if (!form) return false;
    const button = form.querySelector(`button[data-key="${key}"]`);
    if (button) {
      if (!form.dataset.sent && !button.disabled) button.click();
      return true;
    }
    const chip = form.querySelector(`input[data-key="${key}"]`);
    if (chip) {
      chip.checked = true;
      if (chip.value === "other") form.elements.text.focus();
      return true;
    }
    return false;
  };

  let row = -1;
  const list = (key) => {
    const rows = [...document.querySelectorAll("#result_list tbody tr")].filter((one) => one.querySelector("a"));
    if (!rows.length) return false;
    if (key === "Enter") {
      if (row < 0) return false;
      rows[row].querySelector("th a, td a").click();
      return true;
    }
    if (key !== "j" && key !== "k") return false;
    if (row >= 0) rows[row].classList.remove("au-keyrow");
    row = Math.min(rows.length - 1, Math.max(0, row + (key === "j" ? 1 : -1)));
    rows[row].classList.add("au-keyrow");
    rows[row].scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
    if (event.key === "Enter" && event.target.closest("a, button")) return;
    const field = document.querySelector(`input[data-focus="${CSS.escape(event.key)}"]`);
    if (field) {
      field.focus();
      event.preventDefault();
      return;
    }
    const box = /^[1-9]$/.test(event.key) && document.querySelectorAll("#au-values input[name=record]")[event.key - 1];
    if (box) {
      box.checked = !box.checked;
      event.preventDefault();
      return;
    }
    let done = review(event.key) || follow(`a[data-key="${CSS.escape(event.key)}"]`) || list(event.key);
    if (!done && event.key === "/") {
      const search = document.querySelector("#searchbar");
      if (search) {
        search.focus();
        done = true;
      }
    }
    if (done) event.preventDefault();
  });

  // A form about ticked records carries them along; without any the browser points at the first box.
  document.addEventListener("formdata", (event) => {
    if (!event.target.hasAttribute("data-ticked")) return;
    for (const one of document.querySelectorAll("input[name=record]:checked")) event.formData.append("record", one.value);
  });

  document.addEventListener("submit", (event) => {
    // Two quick presses must not answer two questions.
    if (event.target.id !== "au-review") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy);
    const picker = event.target.closest("a[data-ticked]");
    if (picker) {
      event.preventDefault();
      const chosen = [...document.querySelectorAll("input[name=record]:checked")];
      if (chosen.length) location = `${picker.href}${chosen.map((one) => `&record=${one.value}`).join("")}`;
      else document.querySelector("input[name=record]")?.focus();
    }
  });
})();
