/**
 * Calls back when the machine got another network: it came back online, or changed from one kind of network to another.
 * (`connection.onchange` alone also fires for every new speed estimate.)
 * @param {() => void} onchange
 * @returns {() => void} ends it
 */
export function watchNetwork(onchange) {
  const connection = navigator.connection;
  let kind = connection?.type;
  const connectionChanged = () => {
    if (connection.type === kind) return;
    kind = connection.type;
    if (kind !== "none") onchange();
  };
  globalThis.addEventListener("online", onchange);
  connection?.addEventListener?.("change", connectionChanged);
  return () => {
    globalThis.removeEventListener("online", onchange);
    connection?.removeEventListener?.("change", connectionChanged);
  };
}
