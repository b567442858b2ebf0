// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How zkCli shows things.
final class Printing {

    private static final int BYTES_A_LINE = 16;

    /// As `java.util.Date` shows itself.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.US);

    private Printing() {}

    static void print(PrintStream out, Stat stat) {
        out.println("cZxid = 0x" + Long.toHexString(stat.czxid()));
        out.println("ctime = " + date(stat.ctimeMs()));
        out.println("mZxid = 0x" + Long.toHexString(stat.mzxid()));
        out.println("mtime = " + date(stat.mtimeMs()));
        out.println("pZxid = 0x" + Long.toHexString(stat.pzxid()));
        out.println("cversion = " + stat.cversion());
        out.println("dataVersion = " + stat.version());
        out.println("aclVersion = " + stat.aversion());
        out.println("ephemeralOwner = 0x" + Long.toHexString(stat.ephemeralOwner()));
        out.println("dataLength = " + stat.dataLength());
        out.println("numChildren = " + stat.numChildren());
    }

    private static String date(long ms) {
        return DATE.format(Instant.ofEpochMilli(ms).atZone(ZoneId.systemDefault()));
    }

    static void print(PrintStream out, List<Acl> list) {
        for (Acl acl : list) {
            out.println(text(acl.id()) + ": " + permissions(acl.perms()));
        }
    }

    /// Scheme and id the way a record is shown as text: each with a quote in front, a line end behind.
    private static String text(Id id) {
        return "'" + escaped(id.scheme()) + ",'" + escaped(id.id()) + "\n";
    }

    private static String escaped(@Nullable String text) {
        return text == null
                ? ""
                : text.replace("%", "%25")
                        .replace("\0", "%00")
                        .replace("\n", "%0A")
                        .replace("\r", "%0D")
                        .replace(",", "%2C")
                        .replace("}", "%7D");
    }

    private static String permissions(int perms) {
        StringBuilder letters = new StringBuilder();
        appendIf(letters, perms & Acl.CREATE, 'c');
        appendIf(letters, perms & Acl.DELETE, 'd');
        appendIf(letters, perms & Acl.READ, 'r');
        appendIf(letters, perms & Acl.WRITE, 'w');
        appendIf(letters, perms & Acl.ADMIN, 'a');
        return letters.toString();
    }

    private static void appendIf(StringBuilder letters, int bit, char letter) {
        if (bit != 0) {
            letters.append(letter);
        }
    }

    /// A table of 16 bytes a line, in hex and as text.
    static String hexDump(byte[] data) {
        if (data.length == 0) {
            return "";
        }
        String rule = "+--------+-------------------------------------------------+----------------+";
        StringBuilder dump = new StringBuilder();
        dump.append("         +-------------------------------------------------+\n");
        dump.append("         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n");
        dump.append(rule).append('\n');
        for (int from = 0; from < data.length; from += BYTES_A_LINE) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = from; i < from + BYTES_A_LINE; i++) {
                boolean there = i < data.length;
                hex.append(there ? String.format(" %02x", data[i]) : "   ");
                text.append(!there ? ' ' : isPrintable(data[i]) ? (char) data[i] : '.');
            }
            dump.append(String.format("|%08x|%s |%s|%n", from, hex, text));
        }
        return dump.append(rule).toString();
    }

    private static boolean isPrintable(byte b) {
        return b > 0x1f && b < 0x7f;
    }
}
