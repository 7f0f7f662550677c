import { canShareScreen } from "../martlet.js";
import { announce, byId, setIcon } from "./dom.js";
import { Gallery } from "./gallery.js";
import { explain } from "./messages.js";

const buttons = {
  microphone: { id: "toggle-mic", on: "mic", off: "mic-off", word: "microphone", key: "M" },
  camera: { id: "toggle-camera", on: "camera", off: "camera-off", word: "camera", key: "V" },
};

/** What the person sees and does during a call. */
export class Call {
  #room;
  #devices;
  #gallery;
  #busy = new Set();
  #soundBlocked = false;
  #trouble;

  /**
   * @param {import("../martlet.js").Room} room
   * @param {import("./devices.js").Devices} devices
   * @param {{oninvite: () => void, onend: (error?: Error) => void}} actions
   */
  constructor(room, devices, { oninvite, onend }) {
    this.#room = room;
    this.#devices = devices;
    byId("call-title").textContent = room.name;
    this.#gallery = new Gallery(room, { speaker: devices.chosen("audiooutput"), onblocked: () => this.#blocked(), oninvite });
    byId("invite").onclick = oninvite;
    byId("leave").onclick = () => room.leave();
    for (const [source, { id }] of Object.entries(buttons)) byId(id).onclick = () => this.toggle(source);
    byId("toggle-screen").onclick = () => this.toggleScreen();
    byId("toggle-screen").hidden = !canShareScreen();
    this.chosen = ({ detail }) => this.#deviceChosen(detail);
    devices.addEventListener("chosen", this.chosen);
    this.#listen(room, onend);
    this.#showButtons();
    this.#showBanner();
  }

  #listen(room, onend) {
    const on = (type, listener) => room.addEventListener(type, ({ detail }) => listener(detail));
    on("participant-joined", ({ participant }) => announce(`${participant.userId || "Somebody"} joined`));
    on("participant-left", ({ participant }) => announce(`${participant.userId || "Somebody"} left`));
    on("track-added", ({ participant, track }) => track.source === "screen" && announce(`${participant.userId} shares a screen`));
    for (const type of ["published", "publication-changed"]) on(type, () => this.#showButtons());
    on("unpublished", ({ publication, reason }) => {
      this.#showButtons();
      if (reason === "ended" && buttons[publication.source]) announce(`The ${publication.source} was disconnected`);
    });
    on("reconnecting", ({ attempt, error }) => {
      // A server that drains still serves: nothing to worry about unless it takes a while.
      if (room.state !== "connected" || attempt > 3) this.#trouble = { attempt, error };
      this.#showBanner();
    });
    on("reconnected", ({ seamless }) => {
      // Whether a media problem is over shows only when media flows.
      if (!isMediaProblem(this.#trouble?.error)) {
        if (!seamless) announce("You are back in the call");
        this.#trouble = undefined;
      }
      this.#showBanner();
    });
    on("media-state", ({ state }) => {
      if (state === "connected") this.#trouble = undefined;
      this.#showBanner();
    });
    on("stats", ({ stats }) => this.#showConnection(stats));
    on("closed", ({ error }) => {
      this.close();
      onend(error);
    });
  }

  close() {
    this.#devices.removeEventListener("chosen", this.chosen);
    this.#gallery.close();
    if (byId("settings").open) byId("settings").close();
  }

  /** @param {"microphone" | "camera"} source */
  toggle(source) {
    return this.#once(source, async () => {
      const publication = this.#room.publication(source);
      if (!publication) await this.publish(source);
      else if (publication.muted) await publication.unmute();
      else await publication.mute();
    });
  }

  toggleScreen() {
    return this.#once("screen", async () => {
      if (this.#room.publication("screen")) this.#room.stopScreenShare();
      else await this.#room.shareScreen();
    });
  }

  /**
   * @param {"microphone" | "camera"} source
   * @param {MediaStreamTrack} [opened] the track from the lobby
   */
  async publish(source, opened) {
    const track = opened ?? (await this.#devices.open(source));
    const kind = source === "camera" ? "videoinput" : "audioinput";
    const constraints = { deviceId: this.#devices.chosen(kind) };
    if (source === "camera") await this.#room.publishCamera(constraints, { track, simulcast: true });
    else await this.#room.publishMicrophone(constraints, { track });
  }

  async #deviceChosen({ kind, deviceId }) {
    if (kind === "audiooutput") return this.#gallery.setSpeaker(deviceId);
    const source = kind === "videoinput" ? "camera" : "microphone";
    const publication = this.#room.publication(source);
    if (!publication) return undefined;
    return this.#once(source, async () => {
      // Phones open one camera at a time.
      if (source === "camera") publication.track.stop();
      const reopen = () => this.#devices.open(source);
      await publication.replaceTrack(await reopen(), reopen);
    });
  }

  /** A second click while the first still works does nothing. */
  async #once(what, work) {
    if (this.#busy.has(what)) return;
    this.#busy.add(what);
    try {
      await work();
    } catch (error) {
      const { title, advice } = explain(error);
      announce(`${title}. ${advice}`);
    } finally {
      this.#busy.delete(what);
      this.#showButtons();
    }
  }

  #showButtons() {
    for (const [source, { id, on, off, word, key }] of Object.entries(buttons)) {
      const publication = this.#room.publication(source);
      const isOn = Boolean(publication) && !publication.muted;
      label(byId(id), `Turn ${word} ${isOn ? "off" : "on"}`, key);
      byId(id).classList.toggle("off", !isOn);
      setIcon(byId(id), isOn ? on : off);
    }
    const sharing = Boolean(this.#room.publication("screen"));
    label(byId("toggle-screen"), sharing ? "Stop sharing" : "Share your screen", "S");
    byId("toggle-screen").classList.toggle("on", sharing);
  }

  #blocked() {
    this.#soundBlocked = true;
    this.#showBanner();
  }

  #showBanner() {
    const banner = byId("banner");
    const action = byId("banner-action");
    const { text, bad = false, busy = false, button } = this.#bannerContent();
    banner.hidden = !text;
    banner.classList.toggle("bad", bad);
    banner.classList.toggle("busy", busy);
    byId("banner-text").textContent = text ?? "";
    action.hidden = !button;
    action.textContent = button?.label ?? "";
    action.onclick = button?.action ?? null;
  }

  #bannerContent() {
    if (this.#trouble) {
      const { attempt, error } = this.#trouble;
      if (isMediaProblem(error)) {
        const { title, advice } = explain(error);
        return { text: `${title}. ${advice} Trying again…`, bad: true, busy: true };
      }
      if (this.#room.state === "connected") return { text: "The server is being restarted. Looking for another one…", busy: true };
      return { text: attempt > 1 ? `Connection lost. Reconnecting, attempt ${attempt}…` : "Connection lost. Reconnecting…", busy: true };
    }
    if (["disconnected", "failed"].includes(this.#room.mediaState)) return { text: "The connection is unstable…", busy: true };
    if (this.#soundBlocked) {
      const action = () => {
        this.#soundBlocked = false;
        this.#gallery.playAudio();
        this.#showBanner();
      };
      return { text: "The browser holds back the sound.", button: { label: "Turn on sound", action } };
    }
    return {};
  }

  #showConnection({ transport, tracks }) {
    if (!byId("settings").open) return;
    const kilobits = (direction) => {
      const rates = tracks.filter((each) => each.direction === direction && each.bitrate !== undefined).map(({ bitrate }) => bitrate);
      return rates.length > 0 ? `${Math.round(rates.reduce((sum, rate) => sum + rate, 0) / 1000)} kbit/s` : undefined;
    };
    const facts = {
      Path: transport.candidateType === "relay" ? `relay over ${transport.relayProtocol ?? "?"}` : transport.candidateType,
      "Round trip": transport.roundTripMs === undefined ? undefined : `${Math.round(transport.roundTripMs)} ms`,
      Receiving: kilobits("in"),
      Sending: kilobits("out"),
      Encryption: transport.dtlsVersion && `DTLS ${transport.dtlsVersion}, ${transport.srtpCipher}`,
      Quality: this.#room.localParticipant.quality?.level,
    };
    const list = byId("connection");
    list.replaceChildren();
    for (const [term, fact] of Object.entries(facts)) {
      if (!fact) continue;
      const row = document.createElement("div");
      for (const [name, text] of [["dt", term], ["dd", fact]]) row.append(Object.assign(document.createElement(name), { textContent: text }));
      list.append(row);
    }
  }
}

function isMediaProblem(error) {
  return ["relay-unreachable", "relay-required", "ice-failed", "negotiation-failed"].includes(error?.code);
}

function label(button, text, key) {
  button.setAttribute("aria-label", text);
  button.title = `${text} (${key})`;
}
