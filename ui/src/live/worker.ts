/** The shared worker: holds the browser's one live stream and passes it to every tab. */
import { Hub } from "./hub";
import type { Wish } from "./protocol";

const hub = new Hub();

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  port.onmessage = (message: MessageEvent<Wish>) => hub.hear(port, message.data);
});
