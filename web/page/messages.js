/** What went wrong and what a person can do about it, by error code: [title, advice]. */
const messages = {
  __proto__: null,
  "permission-denied": ["The browser blocks your microphone or camera", "Allow them with the icon in the address bar, then choose the device again. You can also join without."],
  "device-not-found": ["No microphone or camera was found", "Plug one in and choose it below, or join without."],
  "device-busy": ["Another program is using the device", "Close the other program, then choose the device again."],
  "device-unusable": ["The device cannot be used", "Choose another one, or join without."],
  "screen-share-cancelled": ["No screen was shared", "If you meant to: allow the browser to record the screen in the system's privacy settings."],
  unauthorized: ["The invite link is not valid any more", "Ask for a new link, or enter a new access token."],
  forbidden: ["This link is for another room", "Check the room's name, or ask for a link to this room."],
  "signaling-unreachable": ["The server cannot be reached", "Check your internet connection and try again."],
  "join-timeout": ["The server did not answer", "Try again in a moment."],
  "join-refused": ["The server did not let you in", ""],
  "room-full": ["The room is full", "Try again when somebody has left."],
  "room-closed": ["The room is closed", "Ask the host to open it again."],
  "room-not-found": ["There is no such room", "Check the name, or ask the host to open the room."],
  "room-mismatch": ["This link is for another room", "Check the room's name, or ask for a link to this room."],
  "rate-limited": ["Too many attempts", "Wait a minute, then try again."],
  "server-draining": ["The server is being restarted", "Try again in a moment."],
  "relay-unreachable": ["The media relay cannot be reached from this network", "A firewall may block it. Try another network or switch a VPN off."],
  "relay-required": ["The media relay was not used", "A browser extension or policy may interfere with calls. Try another browser."],
  "ice-failed": ["Sound and picture do not get through", "A firewall may block calls. Try another network or switch a VPN off."],
  "negotiation-failed": ["Browser and server could not agree", "Reload the page; if that does not help, try another browser."],
  kicked: ["You were removed from the room", ""],
  "insecure-context": ["Calls need a secure page", "Open this page with https:// or on localhost."],
  "unsupported-browser": ["This browser cannot make calls", "Current Chrome, Edge, Firefox and Safari can."],
};

/**
 * @param {{code?: string, message: string}} error
 * @returns {{title: string, advice: string}}
 */
export function explain(error) {
  const [title, advice] = messages[error.code] ?? ["Something went wrong", ""];
  return { title, advice: advice || error.message };
}

/**
 * Puts an error into an alert box.
 * @param {HTMLElement} box
 * @param {{code?: string, message: string} | undefined} error undefined hides the box
 */
export function showError(box, error) {
  box.hidden = !error;
  box.replaceChildren();
  if (!error) return;
  const { title, advice } = explain(error);
  const strong = document.createElement("strong");
  strong.textContent = title;
  box.append(strong, advice);
}
