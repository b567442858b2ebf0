// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.SortedMap;
import java.util.TreeMap;

/// Shows how the members are: on a terminal a line for each that is kept up to date, elsewhere a line for each change.
/// Calls come one at a time.
final class Board {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final String CLEAR_BELOW = "\r\033[J";

    private final PrintStream out;
    private final boolean terminal;
    private final SortedMap<Integer, String> shown = new TreeMap<>();
    private int linesDrawn;

    Board(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Shows what has changed.
    void show(SortedMap<Integer, MemberState> states) {
        SortedMap<Integer, String> texts = new TreeMap<>();
        states.forEach((id, state) -> texts.put(id, terminal ? state.line() : state.summary()));
        if (texts.equals(shown)) {
            return;
        }
        if (terminal) {
            erase();
            texts.forEach((id, text) -> out.println("  member " + id + "  " + text));
            linesDrawn = texts.size();
        } else {
            states.forEach((id, state) -> {
                if (!state.summary().equals(shown.get(id))) {
                    out.println(time() + " member " + id + ": " + state.line());
                }
            });
        }
        shown.clear();
        shown.putAll(texts);
        out.flush();
    }

    /// Says something that stays.
    void say(String text) {
        if (terminal) {
            erase();
            shown.clear();
        }
        out.println(time() + " " + text);
        out.flush();
    }

    private void erase() {
        if (linesDrawn > 0) {
            out.print("\033[" + linesDrawn + "A");
            out.print(CLEAR_BELOW);
            linesDrawn = 0;
        }
    }

    private static String time() {
        return LocalTime.now(ZoneId.systemDefault()).format(TIME);
    }
}
