// What every page carries: htmx with its live stream, and our own small deeds. Everything here is a comfort: each page
// also works without it.
import "./js/htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import { startComposer } from "./js/composer.js";
import { startCopy } from "./js/copy.js";
import { startDrop } from "./js/drop.js";
import { startFind } from "./js/find.js";
import { startKeys } from "./js/keys.js";
import { startLive } from "./js/live.js";
import { startMenus } from "./js/menus.js";
import { startSheet } from "./js/sheet.js";
import { startTabs } from "./js/tabs.js";
import { startTheme } from "./js/theme.js";
import { startUndo } from "./js/undo.js";
import { startUpload } from "./js/upload.js";
import { startWords } from "./js/words.js";
import { rememberZone } from "./js/zone.js";

rememberZone();
for (const start of [
  startMenus, startKeys, startFind, startSheet, startComposer, startTabs, startCopy, startDrop, startUndo, startTheme, startUpload, startLive, startWords,
]) start();
document.querySelector("[data-focus]")?.focus();
