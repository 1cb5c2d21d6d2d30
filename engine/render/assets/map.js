"use strict";
// The picture comes drawn; this places what is to be shown (as map_layout.place does), searches, filters and tells.
(() => {
  const main = document.querySelector("[data-box]");
  const [WIDTH, GAP_X, GAP_Y, MARGIN] = main.dataset.box.split(" ").map(Number);
  const most = Number(main.dataset.most);
  const svg = document.querySelector("#stage > svg");
  const stage = document.getElementById("stage");
  const by = (id) => document.getElementById(id);
  const nodes = new Map();
  for (const element of svg.querySelectorAll(".node")) {
    const [column, row] = element.dataset.at.split(":").map(Number);
    const departments = element.dataset.departments.split(" ").filter(Boolean);
    nodes.set(element.dataset.name, { element, column, row, departments, height: Number(element.dataset.height), before: [], after: [] });
  }
  const ties = [...svg.querySelectorAll(".tie")].map((element) => ({ element, from: element.dataset.from, to: element.dataset.to }));
  for (const tie of ties) {
    nodes.get(tie.from).after.push(tie.to);
    nodes.get(tie.to).before.push(tie.from);
  }
  const order = [...nodes.keys()].sort((a, b) => nodes.get(a).column - nodes.get(b).column || nodes.get(a).row - nodes.get(b).row);
  const start = new Set(order.filter((name) => !nodes.get(name).element.hasAttribute("hidden")));
  let shown = start;
  let chosen = null;

  function visible(element, yes) {
    element.toggleAttribute("hidden", !yes);
    if (yes) element.removeAttribute("display"); else element.setAttribute("display", "none");
  }

  function place(names) {
    shown = names;
    const columns = new Map();
    for (const name of order) {
      visible(nodes.get(name).element, names.has(name));
      if (!names.has(name)) continue;
      const column = nodes.get(name).column;
      if (!columns.has(column)) columns.set(column, []);
      columns.get(column).push(nodes.get(name));
    }
    const filled = (column) => column.reduce((sum, node) => sum + node.height, 0);
    const tallest = Math.max(0, ...[...columns.values()].map((column) => filled(column) + GAP_Y * column.length));
    [...columns.keys()].sort((a, b) => a - b).forEach((key, at) => {
      const column = columns.get(key);
      const gap = (tallest - filled(column)) / column.length;
      let y = MARGIN + gap / 2;
      for (const node of column) {
        node.x = MARGIN + at * (WIDTH + GAP_X);
        node.y = y;
        node.element.setAttribute("transform", `translate(${node.x} ${y})`);
        y += node.height + gap;
      }
    });
    for (const tie of ties) {
      const yes = names.has(tie.from) && names.has(tie.to);
      visible(tie.element, yes);
      if (yes) tie.element.setAttribute("d", curve(nodes.get(tie.from), nodes.get(tie.to)));
    }
    const width = Math.max(0, columns.size * (WIDTH + GAP_X) - GAP_X) + 2 * MARGIN;
    const height = tallest + 2 * MARGIN;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.style.maxWidth = `${width * 1.15}px`;
    svg.style.setProperty("--readable", `${Math.round(width * 0.72)}px`);
    tell();
  }

  function curve(source, target) {
    const x = source.x + WIDTH, y = source.y + source.height / 2;
    let toX = target.x - 3, toY = target.y + target.height / 2;
    if (target.x > source.x) {
      const bend = Math.max(GAP_X, (toX - x) / 2);
      return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
    }
    toX = target.x + WIDTH + 3;
    const out = Math.max(x, toX) + GAP_X * 0.8;
    if (source === target) toY += target.height / 4;
    return `M${x} ${y}C${out} ${y} ${out} ${toY} ${toX} ${toY}`;
  }

  function reached(name, side, allowed) {
    const found = new Set([name]);
    const waiting = [name];
    while (waiting.length) {
      for (const next of nodes.get(waiting.pop())[side]) {
        if (!found.has(next) && (!allowed || allowed.has(next))) { found.add(next); waiting.push(next); }
      }
    }
    return found;
  }

  // As many whole steps around it as the picture holds; the nearest where one step is too much.
  function around(name) {
    let found = new Set([name]);
    const edge = { before: new Set([name]), after: new Set([name]) };
    const seen = { before: new Set([name]), after: new Set([name]) };
    for (;;) {
      const wider = new Set(found);
      for (const side of ["before", "after"]) {
        const next = new Set();
        for (const inner of edge[side]) for (const other of nodes.get(inner)[side]) if (!seen[side].has(other)) next.add(other);
        for (const other of next) { seen[side].add(other); wider.add(other); }
        edge[side] = next;
      }
      if (wider.size > most) return found.size > 1 ? found : new Set([...wider].slice(0, most));
      if (wider.size === found.size) return found;
      found = wider;
    }
  }

  function light(name) {
    const on = name === null ? null : new Set([...reached(name, "before", shown), ...reached(name, "after", shown)]);
    mark(on);
    if (on !== null) {
      const before = reached(name, "before", shown), after = reached(name, "after", shown);
      for (const tie of ties) {
        const yes = (before.has(tie.from) && before.has(tie.to)) || (after.has(tie.from) && after.has(tie.to));
        tie.element.classList.toggle("on", yes);
      }
    }
  }

  function mark(on) {
    svg.classList.toggle("picked", on !== null);
    for (const [name, node] of nodes) node.element.classList.toggle("on", on !== null && on.has(name));
    for (const tie of ties) tie.element.classList.toggle("on", on !== null && on.has(tie.from) && on.has(tie.to));
  }

  function tell(found) {
    const parts = [];
    if (found !== undefined) parts.push(main.dataset.found.replace("{count}", found));
    if (shown.size < nodes.size) parts.push(main.dataset.showing.replace("{count}", shown.size).replace("{total}", nodes.size));
    by("status").textContent = parts.join(", ");
    by("back").hidden = shown === start;
  }

  function choose(name) {
    if (chosen !== null) nodes.get(chosen).element.classList.remove("chosen");
    chosen = name;
    by("panel").hidden = name === null;
    light(name);
    if (name === null) return;
    if (!shown.has(name)) place(around(name));
    light(name);
    nodes.get(name).element.classList.add("chosen");
    if (stage.offsetParent !== null) nodes.get(name).element.scrollIntoView({ block: "nearest", inline: "nearest" });
    const entry = by(`about-${name}`);
    by("panel-title").textContent = nodes.get(name).element.dataset.title;
    const body = entry.querySelector(".about").cloneNode(true);
    by("panel-body").replaceChildren(body);
    by("around").hidden = nodes.size <= most && around(name).size === nodes.size;
  }

  function filter(department) {
    choose(null);
    const concerned = order.filter((name) => nodes.get(name).departments.includes(department));
    for (const entry of document.querySelectorAll(".entry")) {
      entry.hidden = department !== "" && !concerned.includes(entry.dataset.name);
    }
    if (department === "") { place(start); mark(null); return; }
    if (nodes.size > most) place(concerned.length > most ? new Set(concerned.slice(0, most)) : new Set(concerned));
    mark(new Set(concerned));
    tell(concerned.length);
  }

  function search(text) {
    const wanted = text.trim().toLocaleLowerCase();
    const hits = [];
    for (const name of order) {
      const title = nodes.get(name).element.dataset.title.toLocaleLowerCase();
      const hit = wanted !== "" && (title.includes(wanted) || name.includes(wanted));
      nodes.get(name).element.classList.toggle("hit", hit);
      by(`about-${name}`).hidden = wanted !== "" && !hit;
      if (hit) hits.push(name);
    }
    if (wanted === "") { mark(null); tell(); return hits; }
    if (hits.length && !hits.some((name) => shown.has(name))) place(around(hits[0]));
    mark(new Set(hits));
    tell(hits.length);
    return hits;
  }

  for (const [name, node] of nodes) {
    node.element.addEventListener("click", () => choose(name));
    node.element.addEventListener("mouseenter", () => { if (chosen === null && by("search").value === "" && by("filter").value === "") light(name); });
    node.element.addEventListener("mouseleave", () => { if (chosen === null && by("search").value === "" && by("filter").value === "") light(null); });
    node.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(name); by("panel-title").focus(); return; }
      const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      const sees = order.filter((other) => shown.has(other));
      let next;
      if (step[1]) next = sees[sees.indexOf(name) + step[1]];
      else {
        const side = sees.filter((other) => Math.sign(nodes.get(other).x - node.x) === step[0]);
        side.sort((a, b) => Math.abs(nodes.get(a).x - node.x) - Math.abs(nodes.get(b).x - node.x) || Math.abs(nodes.get(a).y - node.y) - Math.abs(nodes.get(b).y - node.y));
        next = side[0];
      }
      if (next) nodes.get(next).element.focus();
    });
  }
  const close = () => {
    const last = chosen;
    choose(null);
    if (last !== null && stage.offsetParent !== null) nodes.get(last).element.focus();
  };
  by("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && chosen !== null) close(); });
  by("around").addEventListener("click", () => { const name = chosen; place(around(name)); light(name); });
  by("back").addEventListener("click", () => { by("filter").value = ""; filter(""); });
  by("search").addEventListener("input", (event) => { choose(null); search(event.target.value); });
  by("search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const hits = search(event.target.value);
    if (hits.length) { if (stage.offsetParent !== null) choose(hits[0]); else by(`about-${hits[0]}`).open = true; }
  });
  by("filter").addEventListener("change", (event) => filter(event.target.value));
  by("size").addEventListener("click", (event) => {
    const large = stage.classList.toggle("large");
    event.currentTarget.setAttribute("aria-pressed", String(large));
  });
  by("picture").addEventListener("click", (event) => {
    const open = main.classList.toggle("with-picture");
    event.currentTarget.setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]");
    if (!link) return;
    const name = link.dataset.go;
    if (link.closest("#panel")) { event.preventDefault(); choose(name); by("panel-title").focus(); }
    else { const entry = by(`about-${name}`); entry.hidden = false; entry.open = true; }
  });
  place(start);
  if (nodes.size > most) stage.scrollLeft = stage.scrollWidth;
})();
