/** Before each file of tests: the console speaks English, from the texts in its source. */
import { i18n } from "@lingui/core";

i18n.loadAndActivate({ locale: "en", messages: {} });
