/** One's own filters, each a link; and keeping the present one under a name. */
import { t } from "@lingui/core/macro";
import { TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import type { SavedFilter } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Icon } from "../kit/icons";
import { Press } from "../kit/Press";
import { tellTrouble } from "../kit/told";
import { paths } from "../paths";
import { questionIn, removeFilter, saveFilter, useSavedFilters } from "./saved";
import styles from "./SavedFilters.module.css";

const EMPTY = { name: "" };

export function SavedFilters() {
  const saved = useSavedFilters();
  const here = questionIn(useLocation().search);
  const [opened, setOpened] = useState(false);
  const known = saved.some(({ question }) => questionIn(question) === here);
  const why = here === "" ? t`Set a filter first: this would keep nothing.` : known ? t`These filters are kept already.` : null;
  return (
    <div className={styles.saved} role="group" aria-label={t`Saved filters`}>
      {saved.map((each) => (
        <One key={each.id} saved={each} here={questionIn(each.question) === here} />
      ))}
      <Press size="xs" icon="plus" why={why} onPress={() => setOpened(true)}>
        {t`Save filters`}
      </Press>
      <FormDialog opened={opened} onClose={() => setOpened(false)} title={t`Save these filters`} explain={t`For you alone. A filter that has this name already is replaced.`} initial={EMPTY} submit={({ name }) => saveFilter(name, here)} submitLabel={t`Save`}>
        {(form) => <TextInput label={t`Name`} required maxLength={200} data-autofocus {...form.getInputProps("name")} key={form.key("name")} />}
      </FormDialog>
    </div>
  );
}

function One({ saved, here }: { saved: SavedFilter; here: boolean }) {
  return (
    <span className={styles.one} data-here={here ? true : undefined}>
      <Link to={`${paths.audit()}?${questionIn(saved.question)}`} aria-current={here ? "true" : undefined}>
        {saved.name}
      </Link>
      <UnstyledButton aria-label={t`Remove the filter ${{ saved: saved.name }}`} onClick={() => void removeFilter(saved).catch((thrown: unknown) => tellTrouble(t`${{ saved: saved.name }} is still there`, thrown))}>
        <Icon name="failed" size={10} />
      </UnstyledButton>
    </span>
  );
}
