import { connect, supportProblem } from "./martlet.js";
import { Call } from "./page/call.js";
import { Devices, showPickers } from "./page/devices.js";
import { announce, byId, memory, showView } from "./page/dom.js";
import { Lobby } from "./page/lobby.js";
import { explain } from "./page/messages.js";
import { listenForShortcuts } from "./page/shortcuts.js";
import { keepAwake } from "./page/wakelock.js";

/** Room and token stand behind the `#`, which browsers do not send anywhere. */
function readPlace() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  return { room: fragment.get("room") ?? "", token: fragment.get("token") ?? "" };
}

/** The address that brings somebody else here. */
function inviteLink({ room, token }) {
  const fragment = new URLSearchParams({ room, ...(token && { token }) });
  return `${location.origin}${location.pathname}${location.search}#${fragment}`;
}

async function copyInvite(place) {
  const link = inviteLink(place);
  try {
    await navigator.clipboard.writeText(link);
    announce("Invite link copied");
  } catch {
    prompt("Copy this link:", link);
  }
}

function start() {
  const devices = new Devices();
  /** @type {Call | undefined} */
  let call;
  let letSleep = () => {};
  let place = readPlace();

  async function join(choice) {
    place = { room: choice.room, token: choice.token };
    const room = await connect({ url: location.origin, room: choice.room, token: choice.token, userId: choice.name });
    history.replaceState(null, "", inviteLink(place));
    document.title = `${choice.room} · Martlet`;
    showView("call");
    letSleep = keepAwake();
    call = new Call(room, devices, { oninvite: () => copyInvite(place), onend: ended });
    for (const source of ["microphone", "camera"]) {
      if (choice.tracks[source]) await call.publish(source, choice.tracks[source]).catch((error) => announce(explain(error).title));
    }
    byId("toggle-mic").focus({ preventScroll: true });
  }

  function ended(error) {
    call = undefined;
    letSleep();
    document.title = "Martlet";
    const { title, advice } = error ? explain(error) : { title: "You left the call", advice: "" };
    byId("ended-title").textContent = title;
    byId("ended-text").textContent = advice;
    showView("ended");
    byId("ended-title").focus();
  }

  const lobby = new Lobby(devices, join);
  const openLobby = () => {
    showView("lobby");
    lobby.open(place);
  };

  showPickers(byId("settings-devices"), devices);
  const shortcuts = byId("shortcuts-on");
  shortcuts.checked = memory.get("shortcuts") !== "off";
  shortcuts.onchange = () => memory.set("shortcuts", shortcuts.checked ? "on" : "off");
  byId("open-settings").onclick = () => byId("settings").showModal();
  byId("rejoin").onclick = openLobby;
  listenForShortcuts(
    {
      m: () => (call ? call.toggle("microphone") : lobby.toggle("microphone")),
      v: () => (call ? call.toggle("camera") : lobby.toggle("camera")),
      s: () => call?.toggleScreen(),
      c: () => call && copyInvite(place),
      ",": () => call && byId("settings").showModal(),
      L: () => call && byId("leave").click(),
    },
    () => shortcuts.checked,
  );
  addEventListener("hashchange", () => {
    if (call) return;
    place = readPlace();
    openLobby();
  });
  openLobby();
}

const problem = supportProblem();
if (problem) {
  const { title, advice } = explain(problem);
  byId("unsupported-reason").textContent = `${title}. ${advice}`;
  showView("unsupported");
} else {
  start();
}
