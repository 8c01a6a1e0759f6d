// Charts that answer the pointer. The picture of the page stays until its drawing is complete, and stays for good where
// the bundle (made at set-up, scripts/write_chart_bundle.py) is missing or a browser refuses. Our policy allows neither
// eval nor inline style: the expressions of the charts are interpreted (`ast`), and no style sheet is written.
const OPTIONS = {
  ast: true,
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  mode: "vega-lite",
  tooltip: { disableDefaultStyle: true },
};

const small = window.matchMedia("(max-width: 639.98px)");
const cards = [...document.querySelectorAll("[data-chart]")];

function loadBundle(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error("no bundle")));
    document.head.append(script);
  });
}

async function enliven(card) {
  const turn = (card.turn = (card.turn ?? 0) + 1);
  const answer = await fetch(small.matches ? card.dataset.specNarrow : card.dataset.specWide, { credentials: "same-origin" });
  if (!answer.ok) return;
  const place = document.createElement("div");
  const { view } = await window.vegaEmbed(place, await answer.json(), OPTIONS);
  const drawing = place.querySelector("svg");
  if (!drawing || turn !== card.turn) return view.finalize();
  // one picture with one name: its pieces have roles without names, which a screen reader would stumble over
  for (const piece of drawing.querySelectorAll("[role], [aria-label], [aria-roledescription]")) {
    for (const name of ["role", "aria-label", "aria-roledescription"]) piece.removeAttribute(name);
  }
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", card.dataset.name);
  card.view?.finalize();
  card.view = view;
  card.querySelector("picture").hidden = true;
  card.querySelector("[data-drawn]")?.remove();
  place.dataset.drawn = "";
  card.append(place);
}

async function start(address) {
  await loadBundle(address);
  const draw = () => cards.forEach((card) => enliven(card).catch(() => {}));
  small.addEventListener("change", draw);
  draw();
}

if (cards.length) start(document.currentScript.dataset.bundle).catch(() => {});
