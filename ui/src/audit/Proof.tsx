/** What is proved of an event to somebody who does not trust this server: signed, witnessed, and a file that shows it. */
import { plural, t } from "@lingui/core/macro";
import { Alert, Text } from "@mantine/core";
import { client } from "../api/client";
import { problemFrom } from "../api/problems";
import type { ProofState } from "../api/shapes";
import { download, nameIn } from "../kit/download";
import { Press } from "../kit/Press";
import { Sign, type Tone } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { useAction } from "../kit/useAction";
import { useProof } from "./calls";
import { PositionNumber } from "./words";

interface Told {
  tone: Tone;
  name: string;
  means: string;
}

/** Without a witness, whoever owns the log's key and the database could still write another history. */
export function stateOf(position: number, proof: ProofState): Told {
  if (position > proof.signed) return { tone: "plain", name: t`not signed yet`, means: t`It is recorded. The signer is a second behind, or does not run.` };
  if (position > proof.agreed) return { tone: "careful", name: t`signed`, means: t`The log's key has signed it; too few witnesses have seen it.` };
  if (proof.witnesses.length === 0) return { tone: "good", name: t`signed`, means: t`The log's key has signed it. No witness has to agree: that is how this vault is set up.` };
  return { tone: "good", name: t`witnessed`, means: t`The log's key has signed it, and as many witnesses have seen it as have to.` };
}

export function ProofSign({ position }: { position: number }) {
  const proof = useProof();
  if (!proof) return null;
  const { tone, name, means } = stateOf(position, proof);
  return (
    <span title={means}>
      <Sign tone={tone}>{name}</Sign>
    </span>
  );
}

/** Above the trail: how far it is proved, or why nothing is written any more. */
export function ProofLine() {
  const proof = useProof();
  if (!proof) return null;
  if (proof.read_only) {
    return (
      <Alert color="red" title={t`The vault is read-only`} role="alert">
        {proof.read_only}
      </Alert>
    );
  }
  if (proof.signed === 0) return <Text size="sm" c="dimmed">{t`Nothing of this log is signed yet.`}</Text>;
  return (
    <Text size="sm" c="dimmed">
      {t`Signed up to position`} <PositionNumber position={proof.signed} />
      {". "}
      {witnessesOf(proof)}
    </Text>
  );
}

function witnessesOf({ witnesses, agreed, cosigned }: ProofState): string {
  if (witnesses.length === 0) return t`No witness has to agree.`;
  const seen = plural(cosigned.length, { one: "# witness has cosigned", other: "# witnesses have cosigned" });
  return t`${{ seen }} of ${{ number: witnesses.length }}, up to position ${{ agreed }}.`;
}

export function ProofButton({ position }: { position: number }) {
  const { run, busy, failure } = useAction(() => takeProof(position));
  return (
    <>
      <Press icon="save" loading={busy} onPress={() => void run()}>
        {t`Download the proof`}
      </Press>
      {failure !== null && <Trouble failure={failure} />}
    </>
  );
}

async function takeProof(position: number): Promise<void> {
  const { data, response } = await client.GET("/api/v1/audit/{position}/proof", { params: { path: { position } }, parseAs: "blob" });
  if (!(data instanceof Blob)) throw await problemFrom(response);
  download(data, nameIn(response.headers.get("Content-Disposition"), `strongroom-${position}.tlog-proof`));
}
