/**
 * Delays between attempts: they double from `first` to `longest`, and each is drawn at random from the upper half of its
 * step, so that the clients of a restarted server do not come back all at once.
 */
export class Backoff {
  #attempt = 0;
  #first;
  #longest;
  #random;

  /** @param {{first?: number, longest?: number, random?: () => number}} [options] milliseconds; `random` in [0, 1) */
  constructor({ first = 500, longest = 15_000, random = Math.random } = {}) {
    this.#first = first;
    this.#longest = longest;
    this.#random = random;
  }

  /** How many delays were handed out since the last reset. */
  get attempt() {
    return this.#attempt;
  }

  /** The next delay in milliseconds. */
  next() {
    const step = Math.min(this.#longest, this.#first * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.round(step * (0.5 + this.#random() / 2));
  }

  reset() {
    this.#attempt = 0;
  }
}

/** A wait that can be cut short: `wake()` ends it at once. */
export class Pause {
  #timer;
  #resolve;

  /** @param {number} milliseconds */
  constructor(milliseconds) {
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = setTimeout(resolve, milliseconds);
    });
  }

  wake() {
    clearTimeout(this.#timer);
    this.#resolve();
  }
}
