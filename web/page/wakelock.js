/**
 * Keeps the screen of a phone on. Browsers take the lock back when the page is hidden, so it is asked for again.
 * @returns {() => void} lets the screen sleep again
 */
export function keepAwake() {
  let lock;
  let wanted = true;
  const ask = async () => {
    if (!wanted || document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock?.request("screen");
      if (!wanted) await lock?.release();
    } catch {
      // A low battery or an older browser: the screen sleeps as always.
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", ask);
    lock?.release().catch(() => {});
  };
}
