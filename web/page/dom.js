/**
 * The element with this id.
 * @param {string} id
 * @returns {any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element.
 * @param {string} name
 * @param {Record<string, any>} [properties] `class` and names with a dash become attributes
 * @param {...(Node | string)} children
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class" || key === "role" || key.includes("-")) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** @param {string} id of a symbol in index.html, without `icon-` */
export function icon(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${id}`);
  svg.append(use);
  return svg;
}

/** @param {HTMLElement} button @param {string} id */
export function setIcon(button, id) {
  button.querySelector("use").setAttribute("href", `#icon-${id}`);
}

/**
 * Shows a sentence for a moment and has screen readers say it.
 * @param {string} text
 */
export function announce(text) {
  const toast = element("p", { textContent: text });
  byId("toasts").append(toast);
  const line = element("p", { textContent: text });
  byId("announcements").append(line);
  setTimeout(() => {
    toast.remove();
    line.remove();
  }, 4000);
}

/** Shows one of the page's views. @param {"unsupported" | "lobby" | "call" | "ended"} id */
export function showView(id) {
  for (const view of document.querySelectorAll("main")) view.hidden = view.id !== id;
  byId("starting")?.remove();
}

/** Small things kept between visits; a browser that forbids storage just forgets them. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(`martlet.${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`martlet.${key}`, value);
    } catch {
      // Nothing depends on it.
    }
  },
};
