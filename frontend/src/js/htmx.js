// htmx and its server-sent events, as one global: the extension expects to find it on window.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
