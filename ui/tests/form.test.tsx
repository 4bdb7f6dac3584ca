import { MantineProvider, TextInput } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { Problem } from "../src/api/problems";
import { FormDialog } from "../src/kit/FormDialog";
import { theme } from "../src/theme";

afterEach(cleanup);

const RULE = "It has at least 12 characters.";

async function refusedWith(field: string) {
  const refused = new Problem("invalid", "This breaks a rule", 422, RULE, [{ field, message: RULE }]);
  render(
    <MantineProvider env="test" theme={theme}>
      <FormDialog opened onClose={() => undefined} title="A form" initial={{ name: "", hidden: "" }} submit={() => Promise.reject(refused)} submitLabel="Send">
        {(form) => <TextInput label="Name" {...form.getInputProps("name")} key={form.key("name")} />}
      </FormDialog>
    </MantineProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  await screen.findAllByText(new RegExp(RULE));
}

it("says a broken rule once, beside its input", async () => {
  await refusedWith("name");
  expect(screen.getAllByText(new RegExp(RULE))).toHaveLength(1);
  expect(screen.queryByRole("alert")).toBeNull();
});

it.each(["hidden", "another"])("says above what has no input to stand beside: %s", async (field) => {
  await refusedWith(field);
  expect(screen.getByRole("alert").textContent).toContain(RULE);
});
