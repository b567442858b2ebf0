// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

/// Lines of an answer, up to a number of them.
final class Lines {

    private final StringBuilder text = new StringBuilder();
    private final int linesMax;
    private int lines;

    Lines(int linesMax) {
        this.linesMax = linesMax;
    }

    boolean isFull() {
        return lines > linesMax;
    }

    /// Adds a line; the first one too many is replaced by one that says so, those behind it are left out.
    void line(CharSequence line) {
        if (lines < linesMax) {
            text.append(line).append('\n');
        } else if (lines == linesMax) {
            text.append("(cut after ").append(linesMax).append(" lines)\n");
        }
        if (lines <= linesMax) {
            lines++;
        }
    }

    String text() {
        return text.toString();
    }
}
