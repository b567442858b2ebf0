// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.ArrayList;
import java.util.List;

/// Reader of the syntax of Java properties files, as `zoo.cfg` has it: ISO-8859-1, comments after `#` or `!`, `\`
/// before the end of a line joins lines, `=`, `:` or blanks between key and value, the escapes `\t \n \r \f` and the
/// one of `u` and four hexadecimal digits.
///
/// It is not `java.util.Properties` because that one forgets the line numbers and the order.
final class PropertiesText {

    /// One key with its value.
    ///
    /// @param number line on which the key stands, from 1
    record Line(int number, String key, String value) {}

    /// What was read.
    ///
    /// @param lines in the order of the file, duplicates included
    /// @param problems escapes that are none, as `place: message` with the place given to [#parse]
    record Parsed(List<Line> lines, List<Problem> problems) {}

    private final byte[] bytes;
    private final String place;
    private final List<Line> lines = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private int position;
    private int number = 1;

    private PropertiesText(byte[] bytes, String place) {
        this.bytes = bytes;
        this.place = place;
    }

    static Parsed parse(byte[] bytes, String place) {
        var text = new PropertiesText(bytes, place);
        while (text.position < bytes.length) {
            text.logicalLine();
        }
        return new Parsed(text.lines, text.problems);
    }

    private void logicalLine() {
        skipBlanks();
        if (position == bytes.length) {
            return;
        }
        int first = number;
        char start = (char) (bytes[position] & 0xff);
        var line = new StringBuilder();
        if (start == '#' || start == '!') {
            while (position < bytes.length && !isLineEnd(bytes[position])) {
                position++;
            }
        } else {
            join(line);
        }
        endLine();
        if (!line.isEmpty()) {
            split(first, line);
        }
    }

    /// Appends the rest of this line and of those that a backslash at the end joins to it; stops before a line end.
    private void join(StringBuilder line) {
        while (position < bytes.length && !isLineEnd(bytes[position])) {
            char c = (char) (bytes[position++] & 0xff);
            if (c != '\\') {
                line.append(c);
            } else if (position == bytes.length || line.isEmpty() && isLineEnd(bytes[position])) {
                return; // A line of nothing but a backslash joins nothing: the next one may be a comment.
            } else if (isLineEnd(bytes[position])) {
                endLine();
                skipBlanks();
            } else {
                line.append(c).append((char) (bytes[position++] & 0xff));
            }
        }
    }

    private void split(int first, CharSequence line) {
        int end = 0;
        while (end < line.length() && !isSeparator(line.charAt(end))) {
            end += line.charAt(end) == '\\' ? 2 : 1;
        }
        end = Math.min(end, line.length());
        int from = end;
        boolean sign = false;
        while (from < line.length() && isSeparator(line.charAt(from))) {
            boolean blank = isBlank(line.charAt(from));
            if (!blank && sign) {
                break;
            }
            sign |= !blank;
            from++;
        }
        String key = unescape(first, line.subSequence(0, end));
        String value = unescape(first, line.subSequence(from, line.length()));
        lines.add(new Line(first, key.trim(), value.trim()));
    }

    private String unescape(int first, CharSequence text) {
        var out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\' || i == text.length()) {
                out.append(c == '\\' ? "" : c);
                continue;
            }
            char escaped = text.charAt(i++);
            switch (escaped) {
                case 't' -> out.append('\t');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 'f' -> out.append('\f');
                case 'u' -> {
                    int code = hex(text, i);
                    if (code < 0) {
                        problems.add(new Problem(
                                place + ":" + first,
                                "\\u must be followed by four hexadecimal digits (to write a backslash, double it)"));
                        return out.toString();
                    }
                    out.append((char) code);
                    i += 4;
                }
                default -> out.append(escaped);
            }
        }
        return out.toString();
    }

    private static int hex(CharSequence text, int from) {
        if (from + 4 > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }

    private void skipBlanks() {
        while (position < bytes.length && isBlank((char) bytes[position])) {
            position++;
        }
    }

    /// Steps over one line end: `\n`, `\r` or `\r\n`.
    private void endLine() {
        if (position == bytes.length) {
            return;
        }
        byte end = bytes[position++];
        if (end == '\r' && position < bytes.length && bytes[position] == '\n') {
            position++;
        }
        number++;
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\f';
    }

    private static boolean isSeparator(char c) {
        return c == '=' || c == ':' || isBlank(c);
    }
}
