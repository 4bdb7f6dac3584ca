/** The console itself failed: say so, and offer the way back. */
import { t } from "@lingui/core/macro";
import { Center, Stack } from "@mantine/core";
import { useRouteError } from "react-router";
import { Trouble } from "../kit/Trouble";

export function ProblemPage() {
  const failure: unknown = useRouteError();
  return (
    <Center component="main" mih="60dvh" p="md">
      <title>{t`Something failed · Strongroom`}</title>
      <Stack maw={480}>
        <Trouble failure={failure} retry={() => location.reload()} retryLabel={t`Load again`} />
      </Stack>
    </Center>
  );
}
