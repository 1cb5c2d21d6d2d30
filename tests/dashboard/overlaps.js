// Texts of charts and cards that lie on each other or leave what holds them.
() => {
  const faults = [];
  const shown = (it) => it.checkVisibility({ checkVisibilityCSS: true }) && it.getBoundingClientRect().width > 0;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top + 2 < b.bottom - 1 && b.top < a.bottom - 3;
  for (const chart of [...document.querySelectorAll("svg.trend")].filter(shown)) {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")];
    texts.forEach((text, at) => {
      const box = text.getBoundingClientRect();
      if (box.height < 9) faults.push([text.textContent, "type of " + box.height]);
      if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push([text.textContent, "out of the chart"]);
      for (let other = 0; other < at; other++) if (meet(box, texts[other].getBoundingClientRect())) faults.push([text.textContent, texts[other].textContent]);
    });
  }
  for (const card of [...document.querySelectorAll(".card-metric, .question, .objective, .dept, .star, .roles label")].filter(shown)) {
    const frame = card.getBoundingClientRect();
    const parts = [...card.querySelectorAll("p, h3, h4, li, .graph, summary, .segments span, meter")].filter(shown);
    for (const part of parts) {
      const box = part.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1) faults.push([part.textContent.slice(0, 60), "out of its card"]);
    }
    const blocks = [...card.children].filter((it) => shown(it) && getComputedStyle(it).position !== "absolute").map((it) => it.getBoundingClientRect());
    blocks.forEach((box, at) => { for (let other = 0; other < at; other++) if (meet(box, blocks[other])) faults.push([card.textContent.slice(0, 60), "block on block"]); });
  }
  return faults;
}
