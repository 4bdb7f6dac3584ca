/** Consumers of the stream AUDIT on NATS: who reads every event there, and since when. */
import { t } from "@lingui/core/macro";
import { Title } from "@mantine/core";
import type { SiemConsumer } from "../api/shapes";
import { PositionNumber } from "../audit/words";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { useConsumers } from "./calls";

export function Consumers() {
  const listing = useConsumers();
  return (
    <>
      <Title order={2} size="h4" mt="lg" mb="xs">
        {t`Consumers of the stream on NATS`}
      </Title>
      <Listed caption={t`Consumers of the stream on NATS`} listing={listing} columns={columns()} rowKey={(row) => row.name} empty={<Empty title={t`Nobody reads the stream`}>{t`Consumers are admitted at the command line: strongroom siem consumers add.`}</Empty>} />
    </>
  );
}

function columns(): Column<SiemConsumer>[] {
  return [
    { name: t`Name`, cell: (row) => row.name },
    { name: t`Reads`, cell: (row) => row.subject },
    { name: t`Began behind`, cell: (row) => <PositionNumber position={row.after} /> },
    { name: t`Admitted`, cell: (row) => <Moment at={row.since} /> },
    { name: t`By`, cell: (row) => row.operator },
  ];
}
