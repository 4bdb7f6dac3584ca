/** Where the console starts: first its language, then all else. */
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./kit/tokens.css";
import "./global.css";
import { speak } from "./kit/language";

void speak().then(() => import("./start"));
