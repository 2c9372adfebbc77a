// Blocks of cells out of Excel or WPS, as lines of texts: for every table that is pasted into.
"use strict";

// Tab-separated text as spreadsheets give it; quotes hold line breaks and double themselves.
window.cellsOf = (text) => {
  const lines = [[""]];
  let isQuoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    const line = lines[lines.length - 1];
    const last = line.length - 1;
    if (isQuoted) {
      if (sign !== '"') line[last] += sign;
      else if (clean[at + 1] === '"') {
        line[last] += sign;
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && line[last] === "") isQuoted = true;
    else if (sign === "\t") line.push("");
    else if (sign === "\n") lines.push([""]);
    else line[last] += sign;
  }
  return lines;
};
