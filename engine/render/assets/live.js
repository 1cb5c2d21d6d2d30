"use strict";
// Asks the server that the page came from whether there is a newer one.
(() => {
  let first = null;
  async function look() {
    try {
      const answer = await fetch("version", { cache: "no-store" });
      const version = answer.ok ? await answer.text() : null;
      if (version !== null && first !== null && version !== first) location.reload();
      if (first === null) first = version;
    } catch { /* the server has gone; it may come back */ }
    setTimeout(look, 1500);
  }
  look();
})();
