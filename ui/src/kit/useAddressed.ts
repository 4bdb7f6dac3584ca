/** A dialog that an address can open: `?add=1` in a link opens it, and closing it takes that away again. */
import { useState } from "react";
import { useLocation } from "react-router";
import { useAddress } from "./useAddress";

export function useAddressed(name: string, allowed: boolean): [opened: boolean, open: () => void, close: () => void] {
  const address = useAddress();
  const { pathname } = useLocation();
  const [pressed, setPressed] = useState(false);
  const linked = allowed && address.get(name) !== "";

  function close() {
    setPressed(false);
    // Whoever has gone on to another page meanwhile stays there.
    if (linked && location.pathname === pathname) address.set(name, null);
  }

  return [pressed || linked, () => setPressed(true), close];
}
