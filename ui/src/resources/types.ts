/** What kinds of resource there are, in words, and the port each is usually reached at. */
import { t } from "@lingui/core/macro";
import type { ResourceType } from "../api/shapes";

export const TYPE_NAMES: Record<ResourceType, string> = {
  linux: "Linux",
  windows: "Windows",
  database: t`Database`,
  "network-device": t`Network device`,
  website: t`Website`,
  other: t`Other`,
};

export const TYPE_CHOICES = (Object.keys(TYPE_NAMES) as ResourceType[]).map((value) => ({ value, label: TYPE_NAMES[value] }));
