() => {
  const faults = [];
  const meet = (a, b, slack) =>
    a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top + slack < b.bottom - 0.5 && b.top < a.bottom - slack - 0.5;
  const nodes = [...document.querySelectorAll("#stage .node")].filter((node) => node.getBoundingClientRect().width > 0);
  const cards = nodes.map((node) => node.querySelector(".card").getBoundingClientRect());
  nodes.forEach((node, i) => {
    const name = node.dataset.name, card = cards[i];
    for (let j = 0; j < i; j++) if (meet(card, cards[j], 0)) faults.push([name, nodes[j].dataset.name]);
    const parts = [...node.querySelectorAll(":scope > text, .badge > rect")].map((part) => part.getBoundingClientRect());
    parts.forEach((part, at) => {
      const out = part.left < card.left || part.right > card.right || part.top < card.top || part.bottom > card.bottom;
      if (out) faults.push([name, "out of its card"]);
      // a line of text is as high as its font, letters are not
      for (let other = 0; other < at; other++)
        if (meet(part, parts[other], part.height * 0.25)) faults.push([name, "text on text"]);
    });
  });
  return { faults, count: nodes.length };
}
