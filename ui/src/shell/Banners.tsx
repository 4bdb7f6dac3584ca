/** What must be known wherever one is: the page may show the past, or does not follow what happens. */
import { t } from "@lingui/core/macro";
import { Alert, Stack } from "@mantine/core";
import { useEffect, useState } from "react";
import { stale } from "../api/client";
import { queries } from "../api/queries";
import { Icon } from "../kit/icons";
import { useStore } from "../kit/store";
import { onceAttentive } from "../live/attention";
import { liveState } from "../live/live";

const AGAIN_MS = 3_000;
const PATIENCE_MS = 3_000;

export function Banners() {
  const old = useStale();
  const away = useAway();
  if (!old && !away) return null;
  return (
    <Stack gap="xs" mb="md" aria-live="polite">
      {old && (
        <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`This page may not show the latest yet`}>
          {t`What you did is recorded. The lists are catching up and will be read again by themselves.`}
        </Alert>
      )}
      {away && (
        <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`Live updates are interrupted`}>
          {t`The page still works, but does not change by itself. The connection is being tried again.`}
        </Alert>
      )}
    </Stack>
  );
}

function useStale(): boolean {
  const old = useStore(stale);
  useEffect(() => {
    if (!old) return;
    const timer = setInterval(() => onceAttentive(refresh), AGAIN_MS);
    return () => clearInterval(timer);
  }, [old]);
  return old;
}

function refresh(): void {
  void queries.invalidateQueries();
}

/** A stream that comes back at once is nobody's concern. */
function useAway(): boolean {
  const away = useStore(liveState) === "away";
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(away), away ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [away]);
  return away && long;
}
