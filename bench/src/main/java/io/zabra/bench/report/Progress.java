// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import java.io.PrintStream;

/// One line on a terminal that tells what is going on, rewritten in place; on anything else one line a step.
public final class Progress {

    private static final int WIDTH = 100;

    private final PrintStream out;
    private final boolean terminal;
    private String prefix = "";

    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// What all following steps belong to.
    public void context(String context) {
        prefix = context;
    }

    public void step(String step) {
        String line = prefix + ": " + step;
        if (terminal) {
            out.print("\r" + line.substring(0, Math.min(line.length(), WIDTH))
                    + " ".repeat(Math.max(0, WIDTH - line.length())));
            out.flush();
        } else {
            out.println(line);
        }
    }

    /// Clears the line before other output.
    public void clear() {
        if (terminal) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }
}
