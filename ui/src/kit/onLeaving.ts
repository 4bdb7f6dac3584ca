/** Calls back when nobody can be looking any more: the tab is hidden, put away, or frozen. */
export function onLeaving(callback: () => void): () => void {
  const hidden = () => {
    if (document.visibilityState === "hidden") callback();
  };
  document.addEventListener("visibilitychange", hidden);
  addEventListener("pagehide", callback);
  document.addEventListener("freeze", callback);
  return () => {
    document.removeEventListener("visibilitychange", hidden);
    removeEventListener("pagehide", callback);
    document.removeEventListener("freeze", callback);
  };
}
