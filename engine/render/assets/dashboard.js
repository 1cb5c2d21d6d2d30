"use strict";
// The style sheet does the filtering; this counts, takes the map along, and keeps the role in the address.
(() => {
  const said = document.getElementById("role-status");
  const roles = [...document.querySelectorAll('input[name="role"]')];
  if (!said) return;
  function apply(role, write) {
    const cells = [...document.querySelectorAll(".cell")];
    const shown = cells.filter((it) => role === "" || it.dataset.for.split(" ").includes(role)).length;
    said.textContent = role === "" ? "" : said.dataset.said.replace("{count}", shown).replace("{total}", cells.length);
    const filter = document.getElementById("filter");
    if (filter && [...filter.options].some((it) => it.value === role)) {
      filter.value = role;
      filter.dispatchEvent(new Event("change"));
    }
    if (write) history.replaceState(null, "", role === "" ? location.pathname + location.search : `#role=${role}`);
  }
  for (const it of roles) it.addEventListener("change", () => apply(it.value, true));
  function read() {
    const wanted = /^#role=([a-z0-9_]+)$/.exec(location.hash);
    const found = wanted && roles.find((it) => it.value === wanted[1]);
    if (found) { found.checked = true; apply(found.value, false); }
  }
  window.addEventListener("hashchange", read);
  read();
  // A link to something inside what is folded opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    for (let it = target; it; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true;
  });
})();
