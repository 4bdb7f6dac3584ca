/** What the tabs of one browser tell each other about their common session: that, and nothing more. */
type News = "started" | "ended";

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("strongroom-session");

export function announce(news: News): void {
  channel?.postMessage(news);
}

export function onAnnounced(listener: (news: News) => void): void {
  channel?.addEventListener("message", (event: MessageEvent<News>) => listener(event.data));
}
