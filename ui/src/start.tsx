/** The console itself, once its language is settled. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queries } from "./api/queries";
import { watchAttention } from "./live/attention";
import { keepFresh } from "./live/freshness";
import { createRouter, fetchPagesAhead } from "./routes";
import { followOtherTabs, loadSession } from "./sessions/session";
import { theme } from "./theme";
import { takeInvitation } from "./users/invitation";

takeInvitation();
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
setNonce(nonce);
watchAttention();
keepFresh();
followOtherTabs();
void loadSession();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={localStorageColorSchemeManager({ key: "strongroom-theme" })} getStyleNonce={() => nonce}>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" autoClose={6000} />
          <RouterProvider router={createRouter()} />
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>
  </StrictMode>,
);
setTimeout(fetchPagesAhead, 2_000);
