/** Pictures may be cut between these shapes, width to height. */
const widest = 16 / 9;
const tallest = 4 / 5;

/**
 * The size of equal tiles that fill a box best.
 * @param {number} count
 * @param {{width: number, height: number}} box in pixels
 * @param {number} gap in pixels
 * @returns {{width: number, height: number}}
 */
export function bestTile(count, box, gap) {
  let best = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    let width = (box.width - gap * (columns - 1)) / columns;
    let height = (box.height - gap * (rows - 1)) / rows;
    if (width > height * widest) width = height * widest;
    if (height > width / tallest) height = width / tallest;
    if (width * height > best.width * best.height) best = { width, height };
  }
  // Beyond some forty people tiles would become unreadable: then the list scrolls.
  const scale = Math.max(1, Math.min(120, box.width) / Math.max(1, best.width));
  return { width: Math.floor(best.width * scale), height: Math.floor(best.height * scale) };
}

/**
 * Keeps the tiles of a list at their best size.
 * @param {HTMLElement} list
 */
export function fitTiles(list) {
  const fit = () => {
    const style = getComputedStyle(list);
    const { width, height } = bestTile(list.children.length || 1, { width: list.clientWidth, height: list.clientHeight }, parseFloat(style.gap) || 0);
    list.style.setProperty("--tile-width", `${width}px`);
    list.style.setProperty("--tile-height", `${height}px`);
  };
  new ResizeObserver(fit).observe(list);
  new MutationObserver(fit).observe(list, { childList: true });
}
