/** Importing a CSV file: choose it, say what its columns mean, look at each row, then import what is new. */
import { t } from "@lingui/core/macro";
import { FileInput, List, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import type { ResourceType } from "../api/shapes";
import { Card } from "../kit/Card";
import { download } from "../kit/download";
import { Empty } from "../kit/Empty";
import { Icon } from "../kit/icons";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useMay } from "../sessions/session";
import { type Chosen, usePreview } from "./calls";
import { ColumnMap } from "./ColumnMap";
import { ImportRows } from "./ImportRows";
import { type Columns, foundColumns, TEMPLATE } from "./meanings";
import { useImporting } from "./useImporting";

const TRAIL = [{ label: t`Resources`, to: paths.resources() }];

export function Component() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const choose = (file: File | null) => setChosen((before) => (file ? { id: (before?.id ?? 0) + 1, file } : null));
  return (
    <Page title={t`Import`} trail={TRAIL} explain={t`Resources and their accounts from a CSV file: first you see what each row would do, then you import.`} actions={<Template />}>
      {useMay("account.add") ? (
        <>
          <ChooseFile file={chosen?.file ?? null} choose={choose} />
          {chosen && <Prepared key={chosen.id} chosen={chosen} />}
        </>
      ) : (
        <Empty title={t`You may not import`} icon="key">{t`Your roles do not include adding accounts.`}</Empty>
      )}
    </Page>
  );
}

function Template() {
  return (
    <Press icon="save" onPress={() => download(new Blob([TEMPLATE], { type: "text/csv" }), "strongroom-import.csv")}>
      {t`Download a template`}
    </Press>
  );
}

function ChooseFile({ file, choose }: { file: File | null; choose: (file: File | null) => void }) {
  return (
    <Card title={t`File`}>
      <FileInput label={t`CSV file`} description={t`Up to 5,000 rows and 1 MiB, in UTF-8; divided by commas, semicolons or tabs. Files of ManageEngine, KeePass and Bitwarden are known by their headings.`} placeholder={t`Choose a file`} accept=".csv,.tsv,.txt,text/csv" leftSection={<Icon name="load" size={16} />} clearable clearButtonProps={{ "aria-label": t`Choose no file` }} value={file} onChange={choose} />
      {!file && (
        <List size="sm" mt="sm" spacing={4}>
          <List.Item>{t`The first row holds the headings. Each other row is an account with its resource, or a resource alone.`}</List.Item>
          <List.Item>{t`Passwords are taken as they stand, blanks included. Without one, a new one is made by the password policy.`}</List.Item>
          <List.Item>{t`Neither this browser nor Strongroom keeps the file. Delete it when you are done: its passwords stand in it for everybody to read.`}</List.Item>
        </List>
      )}
    </Card>
  );
}

function Prepared({ chosen }: { chosen: Chosen }) {
  const [columns, setColumns] = useState<Columns | null>(null);
  const [usual_type, setUsual] = useState<ResourceType | null>(null);
  const { data, error, refetch } = usePreview(chosen, { columns, usual_type });
  const importing = useImporting(chosen.file, data);
  const preview = importing.begun ?? data;
  const found = columns ?? (preview ? foundColumns(preview) : {});
  if (error && !preview && columns === null) return <Trouble failure={error} retry={() => void refetch()} />;
  return (
    <>
      {importing.begun === null && <ColumnMap headings={preview?.headings ?? null} columns={found} choose={setColumns} usual={usual_type} chooseUsual={setUsual} />}
      {error && !preview && <Trouble failure={error} retry={() => void refetch()} />}
      {!error && !preview && <Skeleton height={240} aria-label={t`Loading`} />}
      {preview && found.resource === undefined && <Text size="sm" role="status">{t`Say which column holds the resource.`}</Text>}
      {preview && found.resource !== undefined && <ImportRows preview={preview} layout={{ columns: found, usual_type }} importing={importing} again={() => void refetch()} />}
    </>
  );
}
