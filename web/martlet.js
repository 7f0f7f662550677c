/**
 * Martlet's client for browsers: join a room, publish and receive media, stay connected. It speaks docs/protocol.md and
 * has no dependencies and no build step. docs/client.md shows how to use it, martlet.d.ts has the types.
 *
 * @module martlet
 */
import { Room } from "./client/room.js";

export { canShareScreen, openDevice, supportProblem } from "./client/capture.js";
export { MartletError } from "./client/errors.js";
export { meterTrack } from "./client/speakers.js";
export { Room };

/**
 * Joins a room.
 * @param {import("./martlet.js").ConnectOptions} options
 * @returns {Promise<Room>} resolves when media can be published; rejects with a `MartletError`
 */
export function connect(options) {
  return new Room(options).join();
}
