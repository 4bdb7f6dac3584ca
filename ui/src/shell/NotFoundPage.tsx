/** No such page. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { Page } from "../kit/Page";
import { paths } from "../paths";

export function Component() {
  return (
    <Page title={t`There is no such page`}>
      <Text size="sm">
        <Trans>The address may be mistyped, or the page may have moved. Go to{" "}
        <Anchor component={Link} to={paths.home()} inherit underline="always">
          the overview
        </Anchor>{" "}
        or use the navigation.</Trans>
      </Text>
    </Page>
  );
}
