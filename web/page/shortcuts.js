/**
 * Calls the action of a key. Keys that somebody types into a field, or together with Ctrl, Alt or Meta, are left alone.
 * @param {Record<string, () => void>} actions by key; capital letters are with Shift
 * @param {() => boolean} isOn
 */
export function listenForShortcuts(actions, isOn) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !isOn()) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog")) return;
    const key = event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
    if (!Object.hasOwn(actions, key)) return;
    event.preventDefault();
    actions[key]();
  });
}
