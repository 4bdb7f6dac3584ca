/** Showing one's favourites alone, in a list of what they are among. */
import { t } from "@lingui/core/macro";
import { Checkbox } from "@mantine/core";
import { useState } from "react";

interface KeptFilterProps {
  kept: boolean;
  onKept: (kept: boolean) => void;
}

/** The address follows a moment behind; the box is what was pressed. */
export function KeptFilter({ kept, onKept }: KeptFilterProps) {
  const [shown, setShown] = useState({ pressed: kept, kept });
  if (shown.kept !== kept) setShown({ pressed: kept, kept });

  function press(pressed: boolean) {
    setShown({ pressed, kept });
    onKept(pressed);
  }

  return <Checkbox label={t`Favourites only`} checked={shown.pressed} onChange={(event) => press(event.currentTarget.checked)} pb={7} />;
}
